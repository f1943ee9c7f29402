"""One's own tokens on the page: made and shown once, listed, ended."""

from __future__ import annotations

import re
from contextvars import Context

from django.test import Client

from bodega.platform.tokens.models import Token
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Visitor


def asks(secret: str) -> int:
    headers = {"Authorization": f"Bearer {secret}"}
    return Context().run(lambda: Client().get("/api/v1/people/", headers=headers)).status_code


def test_a_token_is_made_shown_once_and_ended(anna: Visitor) -> None:
    assert "/me/tokens/" in anna.get("/me/").links
    page = anna.get("/me/tokens/new/")
    told = anna.send(page.form_to("/me/tokens/new/"), name="The web shop", may="write", days="30")
    secret = re.search(r"bodega_[\w-]{43}", told.html)
    assert secret
    assert asks(secret[0]) == 200
    page = anna.get("/me/tokens/")
    assert secret[0] not in page.html
    assert all(word in page.text for word in ("The web shop", secret[0][:13], "Read and write"))
    token = Token.objects.get()
    assert (token.may_write, token.types, token.expires_at is None) == (True, [], False)
    anna.send(page.form_to(f"/me/tokens/{token.pk}/end/"))
    assert "The web shop" not in anna.get("/me/tokens/").text
    assert asks(secret[0]) == 401


def test_a_token_may_be_for_some_types_only(anna: Visitor) -> None:
    page = anna.get("/me/tokens/new/")
    anna.send(page.form_to("/me/tokens/new/"), name="Reports", types=["sales.deal", "parties.person"])
    assert (Token.objects.get().types, Token.objects.get().may_write) == (["sales.deal", "parties.person"], False)
    assert "Read: Deals, People" in anna.get("/me/tokens/").text


def test_without_saying_what_for_none_is_made(anna: Visitor) -> None:
    page = anna.get("/me/tokens/new/")
    anna.send(page.form_to("/me/tokens/new/"), name=" ")
    assert (anna.status, Token.objects.count()) == (422, 0)


def test_nobody_ends_anothers(anna: Visitor, people: People, visit: Visit) -> None:
    anna.send(anna.get("/me/tokens/new/").form_to("/me/tokens/new/"), name="Mine")
    ben = visit(people.ben)
    ben.post(f"/me/tokens/{Token.objects.get().pk}/end/", {})
    assert (ben.status, Token.objects.get().ended_at) == (404, None)


def test_the_page_of_the_api_tells_what_one_may_ask(anna: Visitor, people: People, visit: Visit) -> None:
    page = anna.get("/api/")
    assert all(told in page.html for told in ("key-reused", "/api/v1/changes/"))
    assert "/api/?type=deals" in page.links
    page = anna.get("/api/?type=deals")
    assert all(told in page.html for told in ("/api/v1/deals/{id}/do/win/", "expected_on", "sales.stage"))
    page = visit(people.cleo).get("/api/?type=deals")
    assert "/api/v1/deals/" not in page.html
    assert "/api/?type=deals" not in page.links

"""Who gets in: one answer for unknown and wrong, guessing made slow, nobody sent elsewhere, links that work once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.test.utils import override_settings

from bodega.kernel import change
from bodega.kernel.actors import Actor, User
from bodega.lib import clock
from bodega.platform.accounts import actions
from bodega.platform.accounts.jobs import forget_attempts
from bodega.platform.accounts.models import Attempt
from bodega.platform.accounts.signing_in import PER_PERSON
from bodega.platform.administration import records
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.models import Job
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Page

PASSWORD = "a long walk by the harbour"


@pytest.fixture(autouse=True)
def quick_hashes(settings: Any) -> None:
    """Argon2 takes its time on purpose, and this file tries many passwords."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def anna(people: People) -> User:
    user = people.user(people.anna)
    actions.set_password(user, password=PASSWORD, actor=people.anna)
    return user


def sign_in(client: Client, login: str, password: str = PASSWORD, **more: str) -> tuple[int, str]:
    answer = client.post("/signin/", {"login": login, "password": password, **more})
    return answer.status_code, answer.headers.get("Location", "")


def told(client: Client, login: str, password: str) -> str:
    text = Page(client.post("/signin/", {"login": login, "password": password}).content.decode()).text
    return text[text.index("Sign in") :]


def test_a_person_signs_in_and_goes_on_to_what_was_asked_for(anna: User) -> None:
    client = Client()
    asked = client.get("/people/?q=Isdom").headers["Location"]
    assert asked == "/signin/?next=/people/%3Fq%3DIsdom"
    next_ = Page(client.get(asked).content.decode()).forms[0].filled()
    assert ("next", "/people/?q=Isdom") in next_
    assert sign_in(client, anna.login, next="/people/?q=Isdom") == (302, "/people/?q=Isdom")
    assert client.get("/people/").status_code == 200


def test_capitals_in_the_name_do_not_matter(anna: User) -> None:
    assert sign_in(Client(), anna.login.upper()) == (302, "/")


@pytest.mark.parametrize("next_", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere(anna: User, next_: str) -> None:
    assert sign_in(Client(), anna.login, next=next_) == (302, "/")


def test_unknown_and_wrong_get_the_same_answer(anna: User) -> None:
    unknown, wrong = told(Client(), "nobody", "x"), told(Client(), anna.login, "x")
    assert unknown == wrong
    assert "do not belong together" in wrong


@pytest.mark.parametrize("login", ["", "\0", "a" * 5000, "ana'; --"])
def test_any_text_may_be_tried(anna: User, login: str) -> None:
    assert sign_in(Client(), login)[0] == 422


def test_guessing_is_made_slow_and_ends_by_itself(anna: User) -> None:
    for _attempt in range(PER_PERSON):
        assert sign_in(Client(), anna.login, "wrong")[0] == 422
    assert sign_in(Client(), anna.login)[0] == 429
    assert "Wait 15 minutes" in told(Client(), anna.login, PASSWORD)
    assert sign_in(Client(REMOTE_ADDR="127.0.0.9"), anna.login) == (302, "/")
    with clock.fixed(clock.now() + timedelta(minutes=16)):
        assert sign_in(Client(), anna.login) == (302, "/")


def test_a_name_that_was_typed_is_not_kept(anna: User) -> None:
    sign_in(Client(), "my secret password typed in the wrong place")
    assert [len(one.login) for one in Attempt.objects.all()] == [64]


def test_failures_are_forgotten(anna: User) -> None:
    sign_in(Client(), anna.login, "wrong")
    with clock.fixed(clock.now() + timedelta(days=2)):
        assert forget_attempts(Context(Job())) == 1


@pytest.mark.parametrize("values", [{"is_active": False}, {"external_id": "sample:anna"}])
def test_who_is_deactivated_or_of_a_sample_that_nobody_asked_for_is_kept_out(
    anna: User, seeded: Actor, values: dict[str, object]
) -> None:
    client = Client()
    assert sign_in(client, anna.login) == (302, "/")
    dora = User.objects.get(name="Dora")
    change.save(dora, {"is_admin": True}, actor=seeded, type_=records.user)
    change.save(anna, values, actor=seeded, type_=records.user)
    assert sign_in(Client(), anna.login)[0] == 422
    assert client.get("/people/").status_code == 302
    with override_settings(BODEGA_DEMO=True):
        assert sign_in(Client(), anna.login)[0] == (302 if "external_id" in values else 422)


def test_who_is_in_the_trash_is_kept_out(anna: User, seeded: Actor) -> None:
    change.save(User.objects.get(name="Dora"), {"is_admin": True}, actor=seeded, type_=records.user)
    change.delete(records.user, [anna.pk], actor=seeded)
    assert sign_in(Client(), anna.login)[0] == 422


def test_signing_out_ends_it(anna: User) -> None:
    client = Client()
    sign_in(client, anna.login)
    assert client.get("/signout/").status_code == 405
    assert client.post("/signout/").headers["Location"] == "/signin/"
    assert client.get("/people/").status_code == 302


def test_a_script_is_told_to_take_the_whole_page_there() -> None:
    answer = Client().get("/find/?q=x", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/signin/")


def test_a_link_lets_a_new_person_in_once(people: People, visit: Visit) -> None:
    page = visit(people.anna)
    invited = page.get("/users/invite/").form_to("/users/invite/")
    told = page.send(invited, name="Eve", email="eve@example.com")
    url = told.html[told.html.index("/welcome/") :].split('"')[0]
    client = Client()
    assert "Welcome, Eve" in client.get(url).content.decode()
    assert client.post(url, {"password": "short"}).status_code == 422
    assert client.post(url, {"password": PASSWORD}).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert Client().get(url).status_code == 404
    assert sign_in(Client(), "eve@example.com") == (302, "/")


@pytest.mark.parametrize("url", ["/welcome/1/x/", "/welcome/999/abc-def/"])
def test_a_link_that_was_made_up_leads_nowhere(people: People, url: str) -> None:
    assert Client().get(url).status_code == 404
    assert Client().post(url, {"password": PASSWORD}).status_code == 404

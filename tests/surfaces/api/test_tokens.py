"""Who comes in by a token: nobody else, with no more rights than its person has, and no longer than it is good."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from bodega.kernel import change, registry
from bodega.lib import clock
from bodega.platform.tokens.models import Token
from tests import specimens
from tests.personas import People
from tests.surfaces.api.conftest import Bear
from tests.surfaces.api.program import Program

PERSON = registry.type_of("parties.person")


def test_the_secret_is_kept_nowhere(anna: Program) -> None:
    kept = Token.objects.values().get(pk=anna.token.pk)
    assert not any(anna.secret in str(value) for value in kept.values())
    assert anna.secret.startswith(kept["prefix"])


def test_without_a_token_nobody_comes_in(people: People) -> None:
    answer = Client().get("/api/v1/people/")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="bodega"')
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer ", "Basic YTpi", "bodega_x", "Bearer \xe9"])
def test_a_wrong_token_is_refused(people: People, header: str) -> None:
    assert Client().get("/api/v1/people/", headers={"Authorization": header}).status_code == 401


def test_an_expired_token_and_one_that_was_ended_are_refused(people: People, bear: Bear) -> None:
    late = bear(people.anna, expires_at=clock.now() - timedelta(seconds=1))
    ended = bear(people.anna)
    Token.objects.filter(pk=ended.token.pk).update(ended_at=clock.now())
    for program in (late, ended):
        program.get("people/")
        assert program.status == 401


def test_who_lost_their_access_has_lost_it_at_once(people: People, bear: Bear) -> None:
    program = bear(people.ben)
    program.get("people/")
    assert program.status == 200
    change.save(people.ben.user_id, {"is_active": False}, actor=people.anna, type_=registry.type_of("kernel.user"))
    program.get("people/")
    assert program.status == 401


def test_a_token_to_read_does_not_write(people: People, bear: Bear) -> None:
    program = bear(people.anna, may_write=False)
    made = specimens.create(PERSON, actor=people.anna)
    assert program.get(f"people/{made.pk}/")["id"] == str(made.pk)
    program.post("people/", {"name": "New"})
    assert program.status == 403
    for method, address in (("patch", f"people/{made.pk}/"), ("delete", f"people/{made.pk}/")):
        program.call(method, address, {"name": "New"})
        assert program.status == 403
    program.post("people/bulk/", {"items": [{"act": "create", "values": {"name": "New"}}]})
    assert program.status == 403
    program.post("users/", {"name": "New"})
    assert program.status == 403


def test_a_token_for_one_type_shows_nothing_of_others(people: People, bear: Bear) -> None:
    house = specimens.create(registry.type_of("parties.organisation"), actor=people.anna)
    made = specimens.create(PERSON, actor=people.anna)
    program = bear(people.anna, types=["parties.person"])
    assert program.get(f"people/{made.pk}/")["organisation"] == "0"
    assert program.get("people/?q=organisation:" + f"%23{house.pk}")["data"] == []
    program.get("organisations/")
    assert program.status == 403
    program.patch(f"people/{made.pk}/", {"name": "Renamed"})
    assert program.status == 200


def test_a_token_gives_no_rights_that_its_person_lacks(people: People, bear: Bear) -> None:
    hers = specimens.create(PERSON, actor=people.dora)
    program = bear(people.ben)
    program.get(f"people/{hers.pk}/")
    assert program.status == 404
    program = bear(people.cleo)
    program.get("people/")
    assert program.status == 403


def test_its_last_use_is_noted_once_a_minute(anna: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    anna.get("people/")
    first = Token.objects.get(pk=anna.token.pk).used_at
    anna.get("people/")
    assert Token.objects.get(pk=anna.token.pk).used_at == first
    monkeypatch.setattr("bodega.platform.tokens.bearing.LATELY", timedelta(0))
    anna.get("people/")
    assert Token.objects.get(pk=anna.token.pk).used_at > first


def test_guessing_is_slowed_down(people: People, anna: Program) -> None:
    for number in range(60):
        assert Client().get("/api/v1/", headers={"Authorization": f"Bearer {number}"}).status_code == 401
    answer = Client().get("/api/v1/", headers={"Authorization": "Bearer 61"})
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (429, True)
    anna.get("people/")
    assert anna.status == 200


def test_a_page_of_ours_reads_by_its_cookie_and_writes_with_its_csrf_token(people: People) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.user(people.anna))
    assert client.get("/api/v1/people/").status_code == 200
    sent = {"data": {"name": "New"}, "content_type": "application/json"}
    assert client.post("/api/v1/people/", **sent).status_code == 403  # type: ignore[arg-type]
    client.get("/me/")
    given = {"X-CSRFToken": client.cookies["csrftoken"].value}
    assert client.post("/api/v1/people/", headers=given, **sent).status_code == 201  # type: ignore[arg-type]

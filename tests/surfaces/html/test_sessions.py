"""How long somebody stays signed in, what ends it, and which passwords the company's own names spoil."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models.functions import Now
from django.test import Client

from bodega.kernel.actors import User
from bodega.lib import clock
from bodega.platform.accounts import actions
from bodega.platform.accounts.models import Session
from bodega.platform.accounts.passwords import NotOfTheCompany
from bodega.platform.accounts.sessions import SessionStore
from bodega.platform.accounts.signing_in import PER_PERSON, UNTIL
from tests.personas import People
from tests.surfaces.html.visitor import Visitor

PASSWORD = "a long walk by the harbour"
IDLE, LONGEST = timedelta(hours=72), timedelta(days=14)


@pytest.fixture(autouse=True)
def quick_hashes(settings: Any) -> None:
    """Argon2 takes its time on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ben(people: People) -> User:
    user = people.user(people.ben)
    actions.set_password(user, password=PASSWORD, actor=people.anna)
    user.refresh_from_db()
    return user


def signed_in(user: User, client: Client | None = None) -> Client:
    client = client or Client()
    assert client.post("/signin/", {"login": user.login, "password": PASSWORD}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/people/").status_code == 200


def left() -> timedelta:
    """How long the only session has to live, to the minute."""
    one = Session.objects.annotate(now=Now()).get()
    return timedelta(minutes=round((one.expire_date - one.now) / timedelta(minutes=1)))


def lives_for(time: timedelta) -> None:
    Session.objects.update(expire_date=Now() + time)


def test_whoever_signs_in_gets_a_new_key_and_the_one_before_is_good_for_nothing(ben: User) -> None:
    client = signed_in(ben)
    before = client.cookies["bodega"].value
    signed_in(ben, client)
    after = client.cookies["bodega"].value
    client.cookies["bodega"] = before
    assert (before != after, len(after), is_in(client)) == (True, 32, False)


def test_who_does_not_come_for_three_days_signs_in_again(ben: User) -> None:
    client = signed_in(ben)
    assert left() == IDLE
    lives_for(timedelta(seconds=-1))
    assert not is_in(client)


def test_who_comes_stays(ben: User) -> None:
    client = signed_in(ben)
    lives_for(timedelta(minutes=30))
    assert (is_in(client), left()) == (True, IDLE)
    lives_for(IDLE - timedelta(minutes=30))
    assert (is_in(client), left()) == (True, IDLE - timedelta(minutes=30))


def test_but_not_for_longer_than_two_weeks(ben: User) -> None:
    client = signed_in(ben)
    one = Session.objects.get()
    end = datetime.fromisoformat(one.get_decoded()[UNTIL])
    assert round((end - clock.now()) / timedelta(minutes=1)) == LONGEST / timedelta(minutes=1)
    soon = {**one.get_decoded(), UNTIL: (end - LONGEST + timedelta(hours=5)).isoformat()}
    Session.objects.update(session_data=SessionStore().encode(soon), expire_date=Now() + timedelta(minutes=30))
    assert (is_in(client), left()) == (True, timedelta(hours=5))


def test_a_session_of_the_version_before_ends_when_it_was_to_end(ben: User) -> None:
    client = signed_in(ben)
    old = {name: value for name, value in Session.objects.get().get_decoded().items() if name != UNTIL}
    Session.objects.update(session_data=SessionStore().encode(old), expire_date=Now() + timedelta(hours=7))
    assert (is_in(client), left()) == (True, timedelta(hours=7))


def test_signing_in_again_begins_anew(ben: User) -> None:
    client = signed_in(ben)
    one = Session.objects.get()
    soon = {**one.get_decoded(), UNTIL: (clock.now() + timedelta(hours=5)).isoformat()}
    Session.objects.update(session_data=SessionStore().encode(soon))
    signed_in(ben, client)
    assert left() == IDLE


def test_who_was_let_in_again_signs_in_again(ben: User, people: People) -> None:
    client = signed_in(ben)
    for is_active in (False, True):
        actions.set_active(ben, is_active=is_active, actor=people.anna)
        ben.refresh_from_db()
    assert (is_in(client), Session.objects.count()) == (False, 0)


def test_another_password_ends_what_was_begun_with_the_one_before(ben: User, people: People) -> None:
    client = signed_in(ben)
    actions.set_password(ben, password="another walk by the river", actor=people.anna)
    assert not is_in(client)


def test_another_secret_key_ends_what_was_begun_unless_the_one_before_is_believed(ben: User, settings: Any) -> None:
    stays, goes = signed_in(ben), signed_in(ben)
    before, settings.SECRET_KEY = settings.SECRET_KEY, "k" * 50
    assert not is_in(goes)
    settings.SECRET_KEY_FALLBACKS = [before]
    assert is_in(stays)
    settings.SECRET_KEY_FALLBACKS = []
    assert is_in(stays), "it was not given the new key"


def test_signing_out_leaves_nothing_in_the_browser_and_nothing_to_come_back_with(ben: User) -> None:
    client = signed_in(ben)
    key = client.cookies["bodega"].value
    assert client.post("/signout/").headers["Clear-Site-Data"] == '"cache", "storage"'
    client.cookies["bodega"] = key
    assert not is_in(client)


def test_one_sees_where_one_is_signed_in_and_ends_it_elsewhere(ben: User) -> None:
    here, there = signed_in(ben), Client(REMOTE_ADDR="203.0.113.7")
    signed_in(ben, there)
    visitor = Visitor(ben)
    visitor.client = here
    page = visitor.get("/me/sessions/")
    assert "127.0.0.1 This browser" in page.text
    assert "203.0.113.7" in page.text
    refused = visitor.send(page.form_to("/me/sessions/"), password="a guess")
    assert ("This is not your password." in refused.text, is_in(there)) == (True, True)
    done = visitor.send(refused.form_to("/me/sessions/"), password=PASSWORD)
    assert ("nowhere else" in done.text, "203.0.113.7" in done.text) == (True, False)
    assert (is_in(here), is_in(there)) == (True, False)


@pytest.mark.parametrize(("url", "more"), [("/me/sessions/", {}), ("/me/password/", {"old": "a guess"})])
def test_whoever_sits_at_an_open_browser_guesses_as_slowly_as_anybody(
    ben: User, url: str, more: dict[str, str]
) -> None:
    visitor = Visitor(ben)
    form = visitor.get(url).form_to(url)
    for _time in range(PER_PERSON):
        assert "This is not your password." in visitor.send(form, password="a better one than this", **more).text
    assert "too many attempts" in visitor.send(form, password=PASSWORD, **dict.fromkeys(more, PASSWORD)).text


def test_nobody_sees_where_others_are_signed_in(ben: User, people: People) -> None:
    signed_in(ben, Client(REMOTE_ADDR="203.0.113.7"))
    assert "203.0.113.7" not in Visitor(people.user(people.anna)).get("/me/sessions/").text


@pytest.mark.parametrize(
    "password",
    [
        "bodega2026!",
        "Harbour-Hardware",
        "harbourhardware1",
        "HÁRBOUR hardware",
        "crm.northharbour",
        "northharbour.example",
    ],
)
def test_what_everybody_in_the_company_knows_is_no_password(settings: Any, password: str) -> None:
    settings.BODEGA_COMPANY, settings.BODEGA_BASE_URL = "Harbour Hardware GmbH", "https://crm.northharbour.example:8443"
    with pytest.raises(ValidationError, match="that everybody here knows"):
        NotOfTheCompany().validate(password)


@pytest.mark.parametrize("password", [PASSWORD, "nine lives and a half", "bodega under the old bridge"])
def test_what_has_more_to_it_is(settings: Any, password: str) -> None:
    settings.BODEGA_COMPANY, settings.BODEGA_BASE_URL = "Harbour Hardware GmbH", "https://crm.northharbour.example"
    NotOfTheCompany().validate(password)


@pytest.mark.parametrize("password", ["  with blanks at its ends  ", "Ünïcödé ist erlaubt 🔑", "x" * 47 + " yz" * 40])
def test_a_password_is_taken_to_the_letter_whatever_is_in_it(ben: User, people: People, password: str) -> None:
    actions.set_password(ben, password=password, actor=people.anna)
    for typed, status in (
        (password.strip() + "x", 422),
        (password[:64], 422),
        (password.upper(), 422),
        (password, 302),
    ):
        if typed != password or status == 302:
            assert Client().post("/signin/", {"login": ben.login, "password": typed}).status_code == status


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "MADE-UP"])
def test_a_method_that_nobody_takes_is_refused(ben: User, method: str) -> None:
    client = signed_in(ben)
    found = [
        client.generic(method, url).status_code for url in ("/people/", "/people/new/", "/signout/", "/api/v1/people/")
    ]
    assert (found, is_in(client)) == ([405, 405, 405, 405], True)

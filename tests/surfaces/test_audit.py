"""The audit log, as a security officer meets it: what writes into it, who reads it, how it is searched and exported."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from collections.abc import Callable, Mapping
from contextvars import Context
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bodega.kernel import change, registry
from bodega.kernel.events import latest
from bodega.kernel.models import Change, Parked, User
from bodega.lib import clock
from bodega.lib.tables import open_table
from bodega.platform.accounts import actions
from bodega.platform.administration import records
from bodega.platform.audit import asking
from bodega.platform.audit import log as audit
from bodega.platform.audit.asking import SIZE, Asked
from bodega.platform.audit.chain import verify, verify_stored
from bodega.platform.audit.kinds import Kind
from bodega.platform.audit.models import Entry, Head
from bodega.platform.audit.reactions import ARRANGED, write_down
from bodega.platform.audit.records import mark
from bodega.platform.audit.writing import read
from bodega.platform.delivering import deliver_all, enlist, sequence
from bodega.platform.tokens.models import Token
from bodega.web import configured
from tests.personas import People
from tests.surfaces.html.visitor import Visitor

pytestmark = pytest.mark.slow

PASSWORD, WRONG = "a long walk by the harbour", "my wrong password"
Scene = Callable[[Visitor, People], object]


@pytest.fixture(autouse=True)
def quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def anna(people: People) -> Visitor:
    """An administrator at her browser, people with passwords, and a log in which nothing stands of what was before."""
    User.objects.update(password=make_password(PASSWORD))
    enlist()
    deliver_all()
    Entry.objects.all().delete()
    Head.objects.all().delete()
    return Visitor(people.user(people.anna))


def entries(kind: Kind) -> list[Entry]:
    return [*Entry.objects.filter(kind=kind).order_by("number")]


def details(entry: Entry) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(entry.details)
    return found


# ---- every kind is written by the surface it is about ----------------------------------------------------------------


def sign_in(anna: Visitor, people: People, password: str = PASSWORD) -> Client:
    client = Client(REMOTE_ADDR="10.1.2.3")
    client.post("/signin/", {"login": "ben@example.com", "password": password})
    return client


def sign_out(anna: Visitor, people: People) -> None:
    sign_in(anna, people).post("/signout/")


def refused(anna: Visitor, people: People) -> None:
    sign_in(anna, people, WRONG)


def new_password(anna: Visitor, people: People) -> None:
    page = anna.get("/me/password/")
    anna.send(page.form_to("/me/password/"), old=PASSWORD, password="another walk by the sea")


def link(anna: Visitor, people: People) -> None:
    anna.post(f"/users/{people.ben.user_id}/link/", {})


def new_token(anna: Visitor, people: People) -> None:
    anna.send(anna.get("/me/tokens/new/").form_to("/me/tokens/new/"), name="The web shop")


def end_token(anna: Visitor, people: People) -> None:
    new_token(anna, people)
    anna.post(f"/me/tokens/{Token.objects.get().pk}/end/", {})


def new_team(anna: Visitor, people: People) -> None:
    anna.send(anna.get("/teams/new/").form_to("/teams/new/"), name="Divers")
    deliver_all()


def new_option(anna: Visitor, people: People) -> None:
    url = "/options/new/?set=parties.sector"
    anna.send(anna.get(url).form_to("/options/new/"), name="Fishing", tone="good")
    deliver_all()


def export(anna: Visitor, people: People) -> None:
    change.create(registry.type_of("parties.person"), {"name": "Maria"}, actor=people.anna)
    anna.get("/people/export.csv?q=name:Maria")


def look(anna: Visitor, people: People) -> None:
    change.create(mark, {"type": "parties.person", "field": "name"}, actor=people.anna)
    made = change.create(registry.type_of("parties.person"), {"name": "Maria"}, actor=people.anna)
    anna.get(f"/people/{made.pk}/")


def look_as(anna: Visitor, people: People) -> None:
    anna.post(f"/users/{people.ben.user_id}/look/", {}, follow=False)


def stop_looking(anna: Visitor, people: People) -> None:
    look_as(anna, people)
    anna.post("/look/stop/", {}, follow=False)


def pause(anna: Visitor, people: People) -> None:
    anna.post("/jobs/all/pause/", {})


def resume(anna: Visitor, people: People) -> None:
    anna.post("/jobs/all/resume/", {})


def discard(anna: Visitor, people: People) -> None:
    act = Change.objects.latest("pk")
    reader = "bodega.platform.indexes.reactions.index_fields"
    parked = Parked.objects.create(
        consumer=reader, type="kernel.field", record_id=7, change_id=act.pk, position=1, at=clock.now()
    )
    anna.post(f"/parked/{parked.pk}/discard/", {})


def purge(anna: Visitor, people: People) -> None:
    given = {"type": "parties.person", "name": "Salary", "word": "salary", "kind": "integer"}
    made = change.create(records.custom_field, given, actor=people.anna)
    change.delete(records.custom_field, [made.pk], actor=people.anna)
    url = f"/fields/{made.pk}/purge/"
    anna.send(anna.get(url).form_to(url), name="Salary")


def configure(anna: Visitor, people: People) -> None:
    configured.write_down("serve", version="1.2.3")


SCENES: Mapping[Kind, Scene] = {
    Kind.SIGNED_IN: sign_in,
    Kind.REFUSED: refused,
    Kind.SIGNED_OUT: sign_out,
    Kind.PASSWORD_CHANGED: new_password,
    Kind.LINK_MADE: link,
    Kind.TOKEN_MADE: new_token,
    Kind.TOKEN_ENDED: end_token,
    Kind.RIGHTS_CHANGED: new_team,
    Kind.SETTINGS_CHANGED: new_option,
    Kind.EXPORTED: export,
    Kind.LOOKED: look,
    Kind.LOOKING_AS: look_as,
    Kind.LOOKED_AS: stop_looking,
    Kind.PAUSED: pause,
    Kind.RESUMED: resume,
    Kind.DISCARDED: discard,
    Kind.PURGED: purge,
    Kind.CONFIGURED: configure,
}
TOLD: Mapping[Kind, tuple[str, str, str, str]] = {
    Kind.SIGNED_IN: ("Ben", "page", "10.1.2.3", ""),
    Kind.REFUSED: ("", "page", "10.1.2.3", "Ben"),
    Kind.SIGNED_OUT: ("Ben", "page", "10.1.2.3", ""),
    Kind.PASSWORD_CHANGED: ("Anna", "page", "127.0.0.1", "Anna"),
    Kind.LINK_MADE: ("Anna", "page", "127.0.0.1", "Ben"),
    Kind.TOKEN_MADE: ("Anna", "page", "127.0.0.1", "Anna"),
    Kind.TOKEN_ENDED: ("Anna", "page", "127.0.0.1", "Anna"),
    Kind.RIGHTS_CHANGED: ("Anna", "page", "", "Divers"),
    Kind.SETTINGS_CHANGED: ("Anna", "page", "", "Fishing"),
    Kind.EXPORTED: ("Anna", "page", "127.0.0.1", ""),
    Kind.LOOKED: ("Anna", "page", "127.0.0.1", ""),
    Kind.LOOKING_AS: ("Anna", "page", "127.0.0.1", "Ben"),
    Kind.LOOKED_AS: ("Anna", "page", "127.0.0.1", "Ben"),
    Kind.PAUSED: ("Anna", "page", "127.0.0.1", "*"),
    Kind.RESUMED: ("Anna", "page", "127.0.0.1", "*"),
    Kind.DISCARDED: ("Anna", "page", "127.0.0.1", ""),
    Kind.PURGED: ("Anna", "page", "127.0.0.1", "Salary"),
    Kind.CONFIGURED: ("bodega serve", "command", "", ""),
}
"""Who did it, by what, from where, and the name of whom or what it is about."""


def test_there_is_a_scene_for_every_kind() -> None:
    assert {*SCENES} == {*TOLD} == {*Kind}


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.value)
def test_what_happens_is_written_down_once(anna: Visitor, people: People, kind: Kind) -> None:
    SCENES[kind](anna, people)
    (entry,) = entries(kind)
    assert (entry.name, entry.surface, entry.address, entry.about) == TOLD[kind]
    assert verify_stored().wrong == ""
    shown = Visitor(people.user(people.anna)).get(f"/audit/?kind={kind.value}").text
    assert (str(kind.label) in shown, entry.name in shown, entry.about in shown) == (True, True, True)


def test_nothing_secret_is_written_down(anna: Visitor, people: People) -> None:
    """No password, right or wrong, no token, no link, nothing that was typed where a name belongs."""
    secrets = [PASSWORD, WRONG, "another walk"]
    for kind in (Kind.SIGNED_IN, Kind.REFUSED, Kind.PASSWORD_CHANGED):
        SCENES[kind](anna, people)
    Client().post("/signin/", {"login": "my password in the wrong place", "password": WRONG})
    told = anna.post(f"/users/{people.ben.user_id}/link/", {}).html
    secrets += re.findall(r"/welcome/\d+/([\w-]+)/", told)
    told = anna.send(anna.get("/me/tokens/new/").form_to("/me/tokens/new/"), name="The web shop").html
    secrets += re.findall(r"bodega_[\w-]{43}", told)
    Client().get("/api/v1/people/", headers={"Authorization": "Bearer bodega_of_somebody_else"})
    assert len(secrets) == 5
    written = " ".join(str(row) for row in Entry.objects.values_list())
    unwanted = [*secrets, "wrong place", "of_somebody_else", *(user.password for user in User.objects.all())]
    assert [text for text in unwanted if text in written] == []


def test_what_cannot_be_written_down_does_not_happen(anna: Visitor, people: People) -> None:
    made = change.create(registry.type_of("parties.person"), {"name": "Maria"}, actor=people.anna)
    change.create(mark, {"type": "parties.person", "field": "name"}, actor=people.anna)
    client = Client(raise_request_exception=False)
    anna.client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry RENAME TO away")
    client.post("/signin/", {"login": "ben@example.com", "password": PASSWORD})
    assert client.get("/people/").status_code == 302
    for url in (f"/people/{made.pk}/", "/people/export.csv", "/api/v1/people/", "/people/"):
        assert (anna.get(url).html.count("Maria"), anna.status) == (0, 500)


def test_an_export_is_written_down_before_its_first_byte(anna: Visitor, people: People) -> None:
    export(anna, people)
    answer = anna.client.get("/people/export.jsonl?columns=all")
    (first, second) = entries(Kind.EXPORTED)
    assert details(first) | {"fields": []} == {"format": "csv", "question": "name:Maria", "records": 1, "fields": []}
    assert (details(second)["format"], details(second)["question"], details(second)["records"]) == ("jsonl", "", 1)
    assert details(second)["fields"] == [*registry.type_of("parties.person").fields()]
    answer.close()


def test_a_token_that_is_none_any_more_is_told_with_whose_it_was(anna: Visitor, people: People) -> None:
    told = anna.send(anna.get("/me/tokens/new/").form_to("/me/tokens/new/"), name="The web shop").html
    (secret,) = re.findall(r"bodega_[\w-]{43}", told)
    anna.post(f"/me/tokens/{Token.objects.get().pk}/end/", {})
    Context().run(lambda: Client().get("/api/v1/people/", headers={"Authorization": f"Bearer {secret}"}))
    (entry,) = entries(Kind.REFUSED)
    assert (entry.about, entry.surface, details(entry)["name"]) == ("Anna", "api", "The web shop")


def test_who_looks_as_another_is_themselves(anna: Visitor, people: People) -> None:
    look_as(anna, people)
    change.create(mark, {"type": "parties.person", "field": "name"}, actor=people.anna)
    change.create(registry.type_of("parties.person"), {"name": "Maria", "owner": people.ben.user_id}, actor=people.ben)
    anna.get("/people/")
    (entry,) = entries(Kind.LOOKED)
    assert (entry.user_id, entry.name) == (people.anna.user_id, "Anna as Ben")


# ---- what administrators change --------------------------------------------------------------------------------------


def test_every_type_that_administrators_arrange_is_heard() -> None:
    arranged = [type_ for type_ in registry.DECLARED.values() if type_.admin]
    assert {*ARRANGED} == {f"{type_.key}.{verb}" for type_ in arranged for verb in type_.verbs()}


def test_a_change_of_rights_is_told_with_what_was_before(anna: Visitor, people: People) -> None:
    (north,) = people.user(people.ben).teams
    change.save(people.user(people.ben), {"is_admin": True, "teams": []}, actor=people.anna, type_=records.user)
    deliver_all()
    (entry,) = entries(Kind.RIGHTS_CHANGED)
    assert details(entry) == {
        "verb": "changed", "old": {"is_admin": False, "teams": [str(north)]}, "new": {"is_admin": True, "teams": []}
    }  # fmt: skip
    assert "Administrator: No → Yes · Teams: North →" in anna.get("/audit/").text


def test_whichever_surface_it_came_by(anna: Visitor, people: People) -> None:
    sent = json.dumps({"name": "Divers"})
    anna.client.post("/api/v1/teams/", sent, content_type="application/json")
    actions.set_active(people.user(people.ben), is_active=False, actor=people.anna.via(surface="command"))
    deliver_all()
    assert [(entry.surface, entry.about) for entry in entries(Kind.RIGHTS_CHANGED)] == [
        ("api", "Divers"), ("command", "Ben")
    ]  # fmt: skip


def test_an_event_that_comes_twice_is_written_down_once(anna: Visitor, people: People) -> None:
    new_team(anna, people)
    act = Change.objects.filter(type="kernel.team").latest("pk")
    (event,) = [one for one in latest("kernel.team", team_id()) if one.change_id == act.pk]
    write_down([event], actor=people.anna)
    assert len(entries(Kind.RIGHTS_CHANGED)) == 1


def team_id() -> int:
    return int(registry.type_of("kernel.team").every().latest("pk").pk)


def test_a_thousand_at_once_take_as_many_statements_as_one(anna: Visitor, people: People) -> None:
    keys = itertools.count()

    def counted(number: int) -> int:
        given = [{"set": "tests", "key": f"k{next(keys)}", "name": f"Option {at}"} for at in range(number)]
        change.save_many(records.option, [change.Draft(None, one) for one in given], actor=people.anna)
        while sequence():
            pass
        with CaptureQueriesContext(connection) as captured:
            deliver_all()
        return len([one for one in captured.captured_queries if "audit_" in one["sql"]])

    counted(1)
    assert counted(1) == counted(1_000)
    assert len(entries(Kind.SETTINGS_CHANGED)) == 1_002


# ---- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ben", "cleo"])
def test_nobody_but_administrators_reads_it(anna: Visitor, people: People, name: str) -> None:
    actor = getattr(people, name)
    visitor = Visitor(people.user(actor))
    for url in ("/audit/", "/audit/export.csv", "/audit/export.jsonl", "/marked-fields/new/?type=parties.person"):
        visitor.get(url)
        assert visitor.status == 403
    assert "/audit/" not in visitor.get("/").links
    with pytest.raises(PermissionDenied):
        asking.entries(Asked(), actor=actor)


@pytest.fixture
def told(anna: Visitor, people: People) -> Visitor:
    """Sign-ins of Ben's on three days, an export of Anna's, and a look at three people."""
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for day in range(3):
        with clock.fixed(noon + timedelta(days=day)):
            audit.note(Kind.SIGNED_IN, actor=people.ben)
    audit.note(Kind.EXPORTED, actor=people.anna, about=audit.About("sales.deal"), details={"question": "Übersee"})
    look = {"fields": {"parties.person": ["name"]}, "records": 3, "ids": [f"parties.person#{pk}" for pk in (1, 2, 31)]}
    audit.note(Kind.LOOKED, actor=people.cleo, about=audit.About("parties.person"), details=look)
    audit.note(Kind.LINK_MADE, actor=people.anna, about=audit.of_user(people.user(people.ben)))
    return anna


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({}, [6, 5, 4, 3, 2, 1]),
        ({"kind": "signed-in"}, [3, 2, 1]),
        ({"person": "#ben"}, [6, 3, 2, 1]),
        ({"since": "2026-03-02", "until": "2026-03-03"}, [3, 2]),
        ({"until": "2026-03-01"}, [1]),
        ({"about": "parties.person#31"}, [5]),
        ({"about": "parties.person#3"}, []),
        ({"about": "kernel.user#ben"}, [6]),
        ({"words": "uebersee"}, []),
        ({"words": "ubersee anna"}, [4]),
        ({"words": "ubersee cleo"}, []),
        ({"kind": "signed-in", "words": "BEN"}, [3, 2, 1]),
    ],
)
def test_it_is_sifted(told: Visitor, people: People, asked: dict[str, str], numbers: list[int]) -> None:
    given = {name: value.replace("#ben", f"#{people.ben.user_id}") for name, value in asked.items()}
    page = told.get(f"/audit/?{urlencode(given)}")
    assert [int(one) for one in re.findall(r'id="entry-(\d+)"', page.html)] == numbers
    file = told.get(f"/audit/export.jsonl?{urlencode(given)}").html
    assert [json.loads(line)["number"] for line in file.splitlines()] == sorted(numbers)


@pytest.mark.parametrize("asked", ["kind=nothing", "since=someday", "about=x", "person=%2399999999999999999999"])
def test_what_cannot_be_asked_is_told(told: Visitor, asked: str) -> None:
    assert "This cannot be asked yet" in told.get(f"/audit/?{asked}").text
    told.get(f"/audit/export.csv?{asked}")
    assert told.status == 422


def test_pages_are_turned_both_ways(anna: Visitor, people: People) -> None:
    for _number in range(2 * SIZE + 5):
        audit.note(Kind.SIGNED_IN, actor=people.ben)
    page, seen = anna.get("/audit/?kind=signed-in"), []
    while True:
        seen.append([int(one) for one in re.findall(r'id="entry-(\d+)"', page.html)])
        older = next((url for url in page.links if "before=" in url), "")
        if not older:
            break
        page = anna.get(older)
    assert [number for numbers in seen for number in numbers] == [*range(2 * SIZE + 5, 0, -1)]
    for numbers in reversed(seen[:-1]):
        page = anna.get(next(url for url in page.links if "after=" in url))
        assert [int(one) for one in re.findall(r'id="entry-(\d+)"', page.html)] == numbers
    assert not [url for url in page.links if "after=" in url]
    assert f"{2 * SIZE + 5} entries" in page.text


def test_a_page_takes_the_same_statements_however_much_is_on_it(told: Visitor, people: People) -> None:
    told.get("/audit/")
    told.get("/audit/")
    before = len(told.queries)
    for _number in range(SIZE):
        audit.note(Kind.LINK_MADE, actor=people.anna, about=audit.of_user(people.user(people.ben)))
    told.get("/audit/")
    assert len(told.queries) == before


def test_what_somebody_wrote_past_us_does_not_keep_the_page_from_being_shown(told: Visitor) -> None:
    Entry.objects.filter(number=5).update(details="no JSON", kind="made-up")
    Entry.objects.filter(number=4).update(details="[1]", about_type="no.such", about_id=3)
    assert "not as it was written" in told.get("/audit/").text
    assert told.status == 200


def test_files_say_the_same(told: Visitor, people: People, tmp_path: Path) -> None:
    audit.note(Kind.EXPORTED, actor=people.anna.via(name="=1+1"), about=audit.About(name='"quoted", twice'))
    asked = "until=2030-01-01"
    lines = [json.loads(line) for line in told.get(f"/audit/export.jsonl?{asked}").html.splitlines()]
    text = b"".join(told.client.get(f"/audit/export.csv?{asked}").streaming_content).decode()  # type: ignore[attr-defined]
    rows = [*csv.DictReader(io.StringIO(text, newline=""))]
    assert [row["digest"] for row in rows[:7]] == [line["digest"] for line in lines]
    assert (rows[6]["name"], rows[6]["about"], json.loads(rows[3]["details"])) == (
        "'=1+1", '"quoted", twice', {"question": "Übersee"}
    )  # fmt: skip
    path = tmp_path / "audit.xlsx"
    path.write_bytes(b"".join(told.client.get(f"/audit/export.xlsx?{asked}").streaming_content))  # type: ignore[attr-defined]
    with open_table(path) as sheet:
        found = [row[1] for row in sheet if isinstance(row, tuple)]
    assert [row[sheet.columns.index("digest")] for row in found[:7]] == [line["digest"] for line in lines]
    assert [details(entry)["format"] for entry in entries(Kind.EXPORTED)[2:]] == ["jsonl", "csv", "xlsx"]


def test_a_file_of_everything_can_be_checked(told: Visitor) -> None:
    answer = told.client.get("/audit/export.jsonl")
    assert verify(read(b"".join(answer.streaming_content).splitlines(keepends=True))).count == 6  # type: ignore[attr-defined]


# ---- what the program was started with -------------------------------------------------------------------------------


def test_a_start_with_other_settings_is_told_with_their_names(
    anna: Visitor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BODEGA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("BODEGA_DEMO", "no")
    monkeypatch.setenv("BODEGA_METRICS_TOKEN", "a very secret token of ours")
    configured.write_down("serve", version="1.2.3")
    configured.write_down("serve", version="1.2.3")
    monkeypatch.setenv("BODEGA_METRICS_TOKEN", "another secret token of ours")
    monkeypatch.setenv("BODEGA_DEMO", "yes")
    configured.write_down("worker", version="1.2.3")
    configured.write_down("worker", version="1.2.4")
    found = [details(entry) for entry in entries(Kind.CONFIGURED)]
    assert [one["changed"] for one in found] == [[], ["demo", "metrics_token"], []]
    assert [(one["settings"]["demo"], one["version"]) for one in found] == [
        ("False", "1.2.3"), ("True", "1.2.3"), ("True", "1.2.4")
    ]  # fmt: skip
    assert "secret token" not in str(found)

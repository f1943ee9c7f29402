"""Whatever shows a value of a marked field is in the audit log: every address is asked, and its answer searched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError

from bodega.kernel import change, registry
from bodega.kernel.actors import Actor
from bodega.kernel.record import RecordType
from bodega.platform.audit.kinds import Kind
from bodega.platform.audit.models import Entry
from bodega.platform.audit.records import mark
from bodega.platform.delivering import deliver_all, enlist
from tests import specimens
from tests.personas import People
from tests.surfaces.html.visitor import Page, Visitor
from tests.surfaces.test_access import CANARY, Planted, addresses, planted, questions, worked_with

pytestmark = pytest.mark.slow

__all__ = ["planted"]
PERSON = "parties.person"


def marked(type_key: str, name: str, *, actor: Actor) -> None:
    change.create(mark, {"type": type_key, "field": name}, actor=actor)


def looks() -> list[Entry]:
    return [*Entry.objects.filter(kind=Kind.LOOKED).order_by("number")]


def details(entry: Entry) -> dict[str, object]:
    found: dict[str, object] = json.loads(entry.details)
    return found


# ---- one entry for each request ----------------------------------------------------------------------------------


@pytest.fixture
def maria(people: People) -> int:
    marked(PERSON, "job_title", actor=people.anna)
    person = registry.type_of(PERSON)
    made = change.create(person, {"name": "Maria", "job_title": "Welder"}, actor=people.anna)
    changed = change.save(made, {"job_title": "Diver"}, actor=people.anna, type_=person)
    enlist()
    deliver_all()
    return int(changed.pk)


def told(maria: int, *, records: int = 1) -> dict[str, object]:
    return {"fields": {PERSON: ["job_title"]}, "records": records, "ids": [f"{PERSON}#{maria}"] * records}


@pytest.mark.parametrize(
    "url",
    [
        "/people/", "/people/{}/", "/people/{}/?tab=history", "/people/{}/edit/", "/people/cell/{}/job_title/",
        "/api/v1/people/", "/api/v1/people/?fields=job_title", "/api/v1/people/{}/", "/api/v1/people/{}/history/",
        "/api/v1/changes/?types=parties.person", "/people/export.csv", "/people/export.xlsx?columns=all",
        "/api/v1/people/export.jsonl",
    ],
)  # fmt: skip
def test_a_look_is_one_entry(people: People, maria: int, url: str) -> None:
    visitor = Visitor(people.user(people.anna))
    visitor.client.post("/people/columns/", {"columns": ["name", "job_title"]})
    assert visitor.get(url.format(maria)) is not None
    assert visitor.status == 200
    (entry,) = looks()
    assert details(entry) == told(maria)
    assert (entry.user_id, entry.address, entry.about_type) == (people.anna.user_id, "127.0.0.1", PERSON)
    assert entry.surface == ("api" if url.startswith("/api") else "page")
    assert "Welder" not in entry.details + entry.words
    assert "Diver" not in entry.details + entry.words


@pytest.mark.parametrize(
    "url", ["/people/?q=nobody", "/api/v1/people/?fields=name", "/organisations/", "/", "/people/new/"]
)
def test_what_shows_none_of_it_is_no_look(people: People, maria: int, url: str) -> None:
    visitor = Visitor(people.user(people.anna))
    visitor.client.post("/people/columns/", {"columns": ["email"]})
    visitor.get(url)
    assert looks() == []


def test_totals_are_a_look_at_no_record(people: People) -> None:
    marked("sales.deal", "amount", actor=people.anna)
    specimens.create(registry.type_of("sales.deal"), 3, actor=people.anna)
    Visitor(people.user(people.anna)).get("/api/v1/deals/report/?by=stage&sum=amount")
    (entry,) = looks()
    assert details(entry) == {"fields": {"sales.deal": ["amount"]}, "records": 0, "ids": []}


def test_a_field_that_is_no_longer_marked_is_looked_at_freely(people: People, maria: int) -> None:
    change.delete(mark, [mark.rows(people.anna).get().pk], actor=people.anna)
    Visitor(people.user(people.anna)).get(f"/people/{maria}/")
    assert looks() == []


def test_a_field_of_ones_own_is_marked_by_its_stable_id(people: People) -> None:
    field = registry.type_of("kernel.field")
    made = change.create(
        field, {"type": PERSON, "name": "Salary", "word": "salary", "kind": "integer"}, actor=people.anna
    )
    marked(PERSON, "salary", actor=people.anna)
    change.save(made, {"word": "wage", "name": "Wage"}, actor=people.anna, type_=field)
    person = change.create(registry.type_of(PERSON), {"name": "Maria", "wage": 3000}, actor=people.anna)
    Visitor(people.user(people.anna)).get(f"/api/v1/people/{person.pk}/")
    (entry,) = looks()
    assert details(entry)["fields"] == {PERSON: [made.key]}


def test_customers_are_people_and_organisations(people: People, maria: int) -> None:
    marked(PERSON, "name", actor=people.anna)
    Visitor(people.user(people.anna)).get("/api/v1/customers/?fields=name")
    (entry,) = looks()
    assert details(entry)["fields"] == {"parties.party": ["name"]}


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"type": "no.such", "field": "name"}, "type"),
        ({"type": "kernel.role", "field": "name"}, "type"),
        ({"type": PERSON, "field": "nothing"}, "field"),
    ],
)
def test_what_is_not_there_cannot_be_marked(people: People, given: dict[str, str], wrong: str) -> None:
    with pytest.raises(ValidationError) as refused:
        change.create(mark, given, actor=people.anna)
    assert [*refused.value.message_dict] == [wrong]


def test_a_mark_stays_with_its_field(people: People, maria: int) -> None:
    made = mark.rows(people.anna).get()
    assert made.name == "People: Job title"
    with pytest.raises(ValidationError, match="A mark stays with its field"):
        change.save(made, {"field": "name"}, actor=people.anna, type_=mark)
    assert change.save(made, {"name": "Who does what"}, actor=people.anna, type_=mark).field == "job_title"


# ---- every address -----------------------------------------------------------------------------------------------


@pytest.fixture
def everything_marked(people: People, planted: Planted) -> Visitor:
    for type_ in worked_with():
        for name, kind in type_.fields().items():
            if kind.word in ("text", "longtext"):
                marked(type_.key, name, actor=people.anna)
    return Visitor(people.user(people.anna))


def shown(page: Page) -> set[str]:
    """The names of the fields whose canaries are in it; one name was given “again”. But for tabs: the
    names of views are kept by the process, and noted when it reads them."""
    html = re.sub(r'<nav class="tabs".*?</nav>', "", page.html, flags=re.DOTALL)
    found = re.findall(rf"{CANARY} ([a-z_]+)", html.replace("<mark>", "").replace("</mark>", ""))
    return {"name" if word == "again" else word for word in found}


def noted(entries: list[Entry]) -> Iterator[str]:
    for entry in entries:
        for key, fields in json.loads(entry.details)["fields"].items():
            yield from (name_of(registry.type_of(key), field) for field in fields)


def name_of(type_: RecordType, key: str) -> str:
    kind = type_.field(key)
    assert kind is not None
    return kind.name


@pytest.mark.slow
@pytest.mark.sqlite
def test_no_address_shows_a_marked_value_unnoticed(everything_marked: Visitor, planted: Planted) -> None:
    visitor, unnoticed, seen = everything_marked, {}, set()
    urls = [*(url for _route, url in addresses(planted)), *questions(planted)]
    for url in dict.fromkeys(urls):
        before = len(looks())
        page = visitor.get(url)
        seen |= shown(page)
        if missing := shown(page) - {*noted(looks()[before:])}:
            unnoticed[url] = missing
    assert unnoticed == {}
    assert {"name", "a_text", "a_longtext", "job_title", "notes"} & seen >= {"name", "a_text", "a_longtext"}

"""Valid records of any type, made from its kinds: what the tests over all types are asked with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bodega.kernel import change, events, registry
from bodega.kernel.actors import Actor
from bodega.kernel.kinds import CUSTOM_KINDS, Address, Kind, Reference, References
from bodega.kernel.parts import Part
from bodega.kernel.record import RecordType
from bodega.lib.money import Money
from bodega.platform.worktime.asking import WEEK
from tests.personas import People

WRITTEN = [key for key, found in registry.DECLARED.items() if found.form] + ["custom.boats"]
DAY = date(2026, 3, 1)
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(params=WRITTEN)
def type_(request: pytest.FixtureRequest, people: People) -> RecordType:
    """Each record type that people write, one that an administrator made among them; with what others refer to."""
    create(registry.type_of("parties.organisation"), 90, actor=people.anna)
    create(registry.type_of("parties.person"), 91, actor=people.anna)
    if request.param == "custom.boats":
        create(registry.type_of("products.product"), 92, actor=people.anna)
        return custom_type(people.anna)
    return registry.type_of(request.param)


@pytest.fixture
def own_reactions() -> Iterator[None]:
    """No reaction but those that the test declares."""
    held = dict(events.REACTIONS)
    events.REACTIONS.clear()
    yield
    events.REACTIONS.clear()
    events.REACTIONS.update(held)
    events.DOUBLED.clear()


def value(kind: Kind, number: int, *, actor: Actor) -> Any:
    """The value of a kind for the specimen with this number; None where it points at what does not exist."""
    if isinstance(kind, Part):
        line = {name: value(one, number, actor=actor) for name, one in kind.kinds.items()}
        return [{**line, "team": None} if kind.name == "shares" else line]  # with a person, or with a team
    if isinstance(kind, Reference):
        return pointed(kind, actor=actor)
    made: dict[str, Any] = {
        "text": f"{kind.name} Ünï {number}",
        "longtext": f"Line {number}\nand more",
        "richtext": f"<p>Hello <b>{number}</b></p>",
        "email": f"p{number}@isdom.example",
        "phone": f"+4930901820{number % 100:02d}",
        "url": f"https://isdom.example/{number}",
        "integer": number,
        "decimal": Decimal(number) + Decimal("0.25"),
        "percent": Decimal("12.5"),
        "money": Money(100 * number + 5, "EUR"),
        "date": DAY + timedelta(days=number),
        "datetime": NOON + timedelta(hours=number),
        "yesno": bool(number % 2),
        "tags": ["vip", f"t{number}"],
        "country": "DE",
        "json": {"n": number},
        "place": Address(street=f"Quay {number}", city="Bergen", country="NO"),
    }
    if kind.word in ("choice", "choices"):
        keys = [*kind.choices()] if kind.word == "choice" else [*kind.single.choices()]  # type: ignore[attr-defined]
        return (
            (keys[number % len(keys)] if kind.word == "choice" else keys[:2])
            if keys
            else ("" if kind.word == "choice" else [])
        )
    return made[kind.word]


def pointed(kind: Reference, *, actor: Actor) -> Any:
    """A visible record that such a field may point at."""
    if kind.word == "any":
        found = registry.type_of("parties.organisation").rows(actor).order_by("pk").first()
        return ("parties.organisation", found.pk) if found else None
    found = registry.type_of(kind.to).rows(actor).order_by("pk").first()
    if isinstance(kind, References):
        return [found.pk] if found else []
    return found.pk if found else None


OWN: dict[str, dict[str, Any]] = {
    "kernel.user": {
        "login": "user{n}",
        "manager": None,
        "email": "user{n}@example.com",
        "time_zone": "Europe/Oslo",
        "language": "en",
    },
    "kernel.field": {"type": "products.product", "kind": "text", "word": "extra_{n}", "target": "", "options": []},
    "kernel.type": {"slug": "things-{n}", "name": "Thing {n}", "plural": "Things {n}", "icon": "box"},
    "kernel.option": {"set": "tests.set", "key": "key_{n}", "tone": "good", "status": ""},
    "kernel.rate": {"name": "JPY"},
    "kernel.role": {"levels": {"*": {"view": "all"}}, "fields": {"sales.deal": {"amount": "hidden"}}},
    "audit.mark": {"type": "parties.person", "field": ("name", "job_title", "language", "time_zone", "owner")},
    "kernel.rule": {"type": "products.product", "effect": "share", "question": "name:x{n}"},
    "record.layout": {"type": "sales.deal", "places": {"groups": [{"title": "", "fields": ["amount"]}]}},
    "views.view": {
        "type": "sales.deal",
        "shape": "list",
        "question": "name:x{n}",
        "sort": ("name", "-amount,name"),
        "columns": "name amount",
        "by": ("", "expected_on.month"),
        "show": ("", "week"),
    },
    "memory.topic": {"key": None, "kind": "text", "options": ""},
    "memory.sensitive_topic": {"key": None, "kind": "text", "options": ""},
    "talk.comment": {"thread": None},
    "activity.task": {"repeat": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "rhythm_on": None},
    "worktime.working_time": {
        **dict.fromkeys(WEEK, "09:00-12:30, 13:30-18:00"),
        "time_zone": "Europe/Oslo",
        "holidays": "2026-12-25 Day {n}",
        "is_usual": False,
    },
    "sales.deal": {"stays": None, "closed_on": None, "lost_reason": "", "pipeline": None},
    "sales.stage": {"status": "open", "probability": Decimal(10)},
    "parties.person": {
        "contact_points": None,
        "addresses": None,
        "time_zone": "Europe/Oslo",
        "language": "nb",
        "last_contact": None,
    },
    "parties.organisation": {
        "contact_points": None,
        "addresses": None,
        "parent": None,
        "time_zone": "Europe/Oslo",
        "language": "nb",
    },
}


def values(type_: RecordType, number: int, *, actor: Actor) -> dict[str, Any]:
    """What a specimen is made of: a value for every field that a person may fill in."""
    own = OWN.get(type_.key, {})
    found: dict[str, Any] = {}
    for name, kind in type_.fields().items():
        if not kind.editable or not kind.writable or name in ("owner", "teams", "private"):
            continue
        found[name] = own[name] if name in own else value(kind, number, actor=actor)
        if isinstance(found[name], tuple) and name in own:  # another one for each
            found[name] = found[name][number % len(found[name])]
    filled = {name: text.format(n=number) if isinstance(text, str) else text for name, text in found.items()}
    return {name: one for name, one in filled.items() if one is not None}


def create(type_: RecordType, number: int = 1, *, actor: Actor) -> Any:
    return change.create(type_, values(type_, number, actor=actor), actor=actor)


def custom_type(actor: Actor) -> RecordType:
    """A type that an administrator made, with one field of every kind."""
    made = change.create(
        registry.type_of("kernel.type"), {"name": "Boat", "plural": "Boats", "slug": "boats"}, actor=actor
    )
    field = registry.type_of("kernel.field")
    for word in CUSTOM_KINDS:
        given = {"type": made.key, "name": f"A {word}", "word": f"a_{word}", "kind": word}
        given |= {"options": ["Red", "Green"]} if word in ("choice", "choices") else {}
        given |= {"target": "products.product"} if word in ("reference", "references") else {}
        change.create(field, given, actor=actor)
    return registry.type_of(made.key)

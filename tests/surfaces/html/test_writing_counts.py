"""Everyday writing over HTTP takes as few statements as these, and no second write for a session or a message."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from bodega.kernel import change, registry
from tests.personas import People
from tests.surfaces.html.visitor import Visitor

SCRIPT = {"hx-request": "true"}
TABLE = {"SELECT": "FROM", "INSERT": "INTO", "UPDATE": "UPDATE"}
OURS = frozenset(
    "accounts_session parties_party parties_contactpoint sales_deal sales_stagestay kernel_change"
    " kernel_changerow".split()
)


@pytest.fixture
def mia(people: People) -> int:
    values = {"name": "Mia Berg", "email": "mia@isdom.example", "job_title": "Buyer"}
    return int(change.create(registry.type_of("parties.person"), values, actor=people.anna).pk)


def statements(anna: Visitor, url: str, given: dict[str, Any], **headers: str) -> list[str]:
    """What a request asks of the tables of records, history and sessions, once the process knows what is arranged."""
    anna.get("/people/")
    anna.post(url, given, follow=False, **headers)
    assert anna.status in (200, 302)
    words = [sql.partition(" times: ")[2] or sql for sql in anna.queries]
    lines = [line.replace('"', "").split() for line in words]
    named = [(line[0], table) for line in lines for table in tables_in(line)[:1]]
    return [f"{verb} {table}" for verb, table in named]


def tables_in(line: list[str]) -> list[str]:
    """The tables of ours that a statement is about, the main one first."""
    word = TABLE.get(line[0])
    return [table for before, table in pairwise(line) if before == word and table in OURS]


def test_one_field_is_read_once_and_written_once(anna: Visitor, mia: int) -> None:
    given = {"fields": "job_title", "job_title": "Head buyer"}
    assert statements(anna, f"/people/cell/{mia}/job_title/", given, **SCRIPT) == [
        "SELECT accounts_session",
        "SELECT parties_party",
        "UPDATE parties_party",
        "INSERT kernel_change",
        "INSERT kernel_changerow",
    ]


def test_a_new_person_is_looked_for_once_and_written_once(anna: Visitor, mia: int) -> None:
    given = {"name": "Ida Holm", "email": "ida@isdom.example"}
    assert statements(anna, "/people/new/", given) == [
        "SELECT accounts_session",
        "SELECT parties_party",
        "INSERT parties_party",
        "INSERT parties_contactpoint",
        "INSERT kernel_change",
        "INSERT kernel_changerow",
    ]


def test_a_card_is_moved_and_two_lanes_counted(anna: Visitor, people: People) -> None:
    stages = registry.type_of("sales.stage").rows(people.anna).order_by("pk").values_list("pk", flat=True)[:2]
    pk = change.create(registry.type_of("sales.deal"), {"name": "Hall", "stage": stages[0]}, actor=people.anna).pk
    assert statements(anna, "/deals/move/", {"ids": pk, "to": stages[1], f"version.{pk}": 1}, **SCRIPT) == [
        "SELECT accounts_session",
        "SELECT sales_deal",
        "SELECT sales_deal",
        "SELECT sales_stagestay",
        "UPDATE sales_deal",
        "UPDATE sales_stagestay",
        "INSERT sales_stagestay",
        "INSERT kernel_change",
        "INSERT kernel_changerow",
        "SELECT sales_deal",
        "SELECT kernel_changerow",
    ]

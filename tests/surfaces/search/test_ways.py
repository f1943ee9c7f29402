"""Which way a search goes: by which index, and in how many statements."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bodega.kernel import access, change, registry
from bodega.kernel.actors import Actor
from bodega.kernel.raw import insert
from bodega.lib import clock
from bodega.surfaces.search import finding, making, statements
from bodega.surfaces.search.models import Entry
from bodega.surfaces.search.statements import Reach, Sql
from bodega.surfaces.search.words import asked
from tests.personas import People

pytestmark = pytest.mark.django_db
NAMES, TEXTS = Reach(False, ("parties.person", "sales.deal")), Reach(True, ("activity.note",))
MINE = Reach(False, ("parties.person",), access.Reach(owners=frozenset({1, 2}), guarded=False))


def plan(sql: Sql) -> list[str]:
    """The steps of a statement."""
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'' if is_postgres else 'QUERY PLAN '}{sql.text}", sql.values)
        return [str(row[-1]) for row in cursor.fetchall()]


@pytest.mark.sqlite
def test_every_way_goes_by_an_index_of_its_own_on_sqlite() -> None:
    wanted = asked("mia berg")
    ways = {
        "estimates": statements.estimates(NAMES.types, wanted),
        "counted": statements.counted(MINE, most=5),
        "looked_through": statements.looked_through(MINE, wanted),
        "by_index": statements.by_index(NAMES, wanted),
        "first_and_newest": statements.first_and_newest(MINE, wanted),
    }
    by_owner = "SEARCH e USING {}INDEX search_entry_owner (owner_id=? AND type=?)"
    assert {name: {step for step in plan(sql) if step.startswith("SEARCH")} for name, sql in ways.items()} == {
        "estimates": {
            "SEARCH e USING INDEX search_entry_newest (type=?)",
            "SEARCH search_entry USING COVERING INDEX sqlite_autoindex_search_entry_1 (type=?)",
            "SEARCH search_entry USING COVERING INDEX sqlite_autoindex_search_entry_1 (type=? AND record_id=?)",
        },
        "counted": {by_owner.format("COVERING ")},
        "looked_through": {by_owner.format("")},
        "by_index": {"SEARCH e USING INTEGER PRIMARY KEY (rowid=?)"},
        "first_and_newest": {
            "SEARCH e USING INDEX search_entry_newest (type=?)",
            "SEARCH e USING INDEX search_entry_title (type=? AND title>? AND title<?)",
        },
    }


@pytest.mark.postgres
@pytest.mark.parametrize(("reach", "index"), [(NAMES, "search_names"), (TEXTS, "search_texts")])
def test_letters_are_looked_up_in_the_index_of_letters(reach: Reach, index: str) -> None:
    """Beside some thousand others, which the planner has counted."""
    for type_ in reach.types:
        rows = [(type_, pk, 1, 1, clock.now(), reach.is_long, f"ann {pk}", f" ann {pk}") for pk in range(3_000)]
        insert(Entry, making.COLUMNS[:8], rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_entry")
    assert f"Bitmap Index Scan on {index} " in "".join(plan(statements.by_index(reach, asked("mia berg"))))


@pytest.mark.parametrize("text", ["mia berg", "0151 234", "li", "c++", "zebra"])
def test_the_number_of_statements_is_the_same_for_one_hit_and_for_many(people: People, text: str) -> None:
    def count(many: int) -> int:
        Entry.objects.all().delete()
        rows = [
            ("parties.person", pk, 1, 1, clock.now(), False, text, f" {text} 49151234") for pk in range(1, many + 1)
        ]
        insert(Entry, making.COLUMNS[:8], rows)
        with CaptureQueriesContext(connection) as asked_for:
            assert len(finding.find(text, actor=people.anna, most=3).groups[0].ids) == min(many, 3)
        return len(asked_for)

    count(1)  # what an administrator has arranged is looked up once
    assert (count(1), count(3), count(30)) == (2, 2, 2)


def test_renewing_three_records_takes_as_many_statements_as_one(people: People) -> None:
    person = registry.type_of("parties.person")

    def count(many: int) -> int:
        ids = [made(person_name, actor=people.anna) for person_name in ["Mia"] * many]
        with CaptureQueriesContext(connection) as asked_for:
            assert making.renew(person, ids) == many
        return len(asked_for)

    count(1)
    assert count(1) == count(3)


def made(name: str, *, actor: Actor) -> int:
    return int(change.create(registry.type_of("parties.person"), {"name": name}, actor=actor).pk)


def test_words_that_are_too_common_bring_their_beginnings_and_the_newest(people: People) -> None:
    rows: Sequence[tuple[object, ...]] = [
        ("parties.person", pk, 1, 1, clock.now(), False, "ann berg", " ann berg") for pk in range(1, 6_001)
    ]
    first = ("parties.person", 7_000, 1, 1, clock.now().replace(year=2020), False, "berg", " berg")
    insert(Entry, making.COLUMNS[:8], [*rows, first])
    found = finding.find("berg", actor=people.anna, most=3)
    assert ([*found.groups[0].ids], found.is_part) == ([7_000, 6_000, 5_999], True)

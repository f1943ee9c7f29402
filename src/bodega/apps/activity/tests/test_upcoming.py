"""When something about a record is due next is kept beside it, and lists are asked about it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from bodega.apps.activity import actions, promising, upcoming
from bodega.apps.activity.models import Task
from bodega.kernel import change, query, registry
from bodega.kernel.kinds import Show
from bodega.kernel.raw import columns_of
from bodega.lib import clock
from bodega.platform.delivering import deliver_all, enlist
from tests.personas import People

PERSON, DEAL = "parties.person", "sales.deal"


@pytest.fixture
def today(people: People) -> date:
    return clock.today(people.anna.zone)


def named(people: People, *names: str, of: str = PERSON) -> list[int]:
    return [change.create(registry.type_of(of), {"name": name}, actor=people.anna).pk for name in names]


def task(people: People, pk: int, due: date | None, *, of: str = PERSON, private: bool = False) -> Task:
    given = {"name": "Call", "about": (of, pk), "due_on": due, "private": private}
    made: Task = change.create(registry.type_of("activity.task"), given, actor=people.anna)
    return made


def after_all() -> None:
    enlist()
    deliver_all()


def kept(people: People, *, of: str = PERSON) -> list[date | None]:
    type_ = registry.type_of(of)
    return [*type_.rows(people.anna).order_by("pk").values_list("next_due", flat=True)]


def found(people: People, text: str, *, of: str = PERSON) -> list[str]:
    type_ = registry.type_of(of)
    rows = query.ask(type_, query.parse(text, type_, actor=people.anna), actor=people.anna)
    return sorted(rows.values_list("name", flat=True))


def test_it_follows_what_is_done_moved_taken_back_and_thrown_away(people: People, today: date) -> None:
    (ada,) = named(people, "Ada")
    first, second = task(people, ada, today), task(people, ada, today + timedelta(days=3))
    after_all()
    assert kept(people) == [today]
    actions.finish(first, actor=people.anna)
    after_all()
    assert kept(people) == [today + timedelta(days=3)]
    tasks = registry.type_of("activity.task")
    change.save(second, {"due_on": today - timedelta(days=1)}, actor=people.anna, type_=tasks)
    after_all()
    assert kept(people) == [today - timedelta(days=1)]
    change.delete(tasks, [second.pk], actor=people.anna)
    after_all()
    assert kept(people) == [None]


def test_what_is_moved_to_another_record_leaves_the_first(people: People, today: date) -> None:
    ada, ben = named(people, "Ada", "Ben")
    made = task(people, ada, today)
    after_all()
    change.save(made, {"about": (PERSON, ben)}, actor=people.anna, type_=registry.type_of("activity.task"))
    after_all()
    assert kept(people) == [None, today]


def test_promises_count_and_what_is_private_or_has_no_day_does_not(people: People, today: date) -> None:
    ada, _ben, deal = *named(people, "Ada", "Ben"), *named(people, "Hall", of=DEAL)
    promising.promise(name="Send it", about=(PERSON, ada), due_on=today, actor=people.anna)
    task(people, _ben, today, private=True)
    task(people, _ben, None)
    task(people, deal, today, of=DEAL)
    after_all()
    assert (kept(people), kept(people, of=DEAL)) == ([today, None], [today])


def test_lists_are_asked_about_it(people: People, today: date) -> None:
    late, now, later, _none = named(people, "Late", "Now", "Later", "None")
    for pk, days in ((late, -2), (now, 0), (later, 5)):
        task(people, pk, today + timedelta(days=days))
    after_all()
    asked = (":overdue", ":today", ":planned", ":empty", "<3d")
    assert [found(people, f"next_due{text}") for text in asked] + [found(people, "-next_due:overdue")] == [
        ["Late"], ["Now"], ["Later"], ["None"], ["Late", "Now"], ["Later", "None", "Now"],
    ]  # fmt: skip
    type_ = registry.type_of(PERSON)
    question = query.parse("next_due:overdue", type_, actor=people.anna)
    assert query.sentence(question, type_, show=Show(people.anna)) == "next due is overdue"


def test_what_is_late_stands_out(people: People, today: date) -> None:
    kind, show = registry.type_of(PERSON).fields()["next_due"], Show(people.anna)
    tones = [
        "bad" in cell or ("warn" in cell and "warn")
        for cell in (kind.cell(today + timedelta(days=days), show=show) for days in (-1, 0, 1))
    ]
    assert tones == [True, "warn", False]


def test_what_was_not_kept_is_mended_at_night(people: People, today: date) -> None:
    ada, ben = named(people, "Ada", "Ben")
    task(people, ada, today)
    registry.type_of(PERSON).every().filter(pk=ben).update(next_due=today)
    assert upcoming.keep_all() == 2
    assert kept(people) == [today, None]
    assert upcoming.keep_all() == 0


def test_what_is_overdue_is_found_by_an_index(people: People) -> None:
    type_ = registry.type_of(PERSON)
    rows = query.ask(type_, query.parse("next_due:overdue", type_, actor=people.anna), actor=people.anna)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "party_next_due" in rows.order_by().values("pk").explain()
    assert "next_due" in columns_of(type_.model)

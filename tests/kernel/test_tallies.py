"""A report from the tally is the report from the records, for everybody, whatever was done to them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bodega.apps.sales.models import DealTally
from bodega.apps.sales.records import deal
from bodega.kernel import change, history, query
from bodega.kernel.actors import LEVELS, Actor
from bodega.kernel.query import Group
from bodega.kernel.registry import DECLARED, type_of
from bodega.lib.money import Money
from bodega.platform.tallies.jobs import keep_tallies
from bodega.platform.tallies.keeping import fold, grown, wrong
from tests.personas import People, reaching

MEASURES = ["count", "sum amount", "average amount"]
BY = [["stage"], ["owner"], ["stage", "owner"], ["territory", "stage"]]


def reports(actor: Actor, *, by: list[str]) -> tuple[list[Group], list[Group]]:
    """From the tally, and from the records: a copy of what the actor sees is not known to be all of it."""
    rows = deal.rows(actor)
    return tuple(query.report(deal, one, by=by, measures=MEASURES, actor=actor) for one in (rows, rows.all()))  # type: ignore[return-value]


def same(actors: list[Actor]) -> None:
    for actor in actors:
        for by in BY:
            tallied, exact = reports(actor, by=by)
            assert tallied == exact
    assert wrong(deal) == []


def values(people: People) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the values that the tally is about, and one that it is not."""
    ids = {key: [*type_of(key).every(deleted=False).values_list("pk", flat=True)]
           for key in ("kernel.team", "kernel.territory", "sales.stage")}  # fmt: skip
    owners = [people.anna.user_id, people.ben.user_id, people.dora.user_id, None]
    return st.fixed_dictionaries({}, optional={
        "owner": st.sampled_from(owners),
        "teams": st.lists(st.sampled_from(ids["kernel.team"]), unique=True, max_size=2),
        "territory": st.sampled_from([*ids["kernel.territory"], None]),
        "private": st.booleans(),
        "stage": st.sampled_from(ids["sales.stage"]),
        "amount": st.none() | st.builds(Money, st.integers(-10**12, 10**12), st.sampled_from(["EUR", "USD"])),
        "next_step": st.sampled_from(["", "call"]),
    })  # fmt: skip


def act(word: str, ids: list[int], given: dict[str, Any], actor: Actor) -> list[int]:
    """Do something through the door; the ids that are there then."""
    if word == "create":
        return [*ids, change.create(deal, {"name": "D", **given}, actor=actor).pk]
    if word == "change":
        change.save_many(deal, [change.Draft(pk, given) for pk in ids[::2]], actor=actor)
    elif word == "undo":
        last = deal.every().order_by("-updated_at", "-pk").first()
        acts = history.history(deal, last.pk, actor=actor) if last else []
        if acts:
            history.undo(acts[0].change.pk, actor=actor)
    elif word == "fold":
        for owner in grown(deal):
            fold(deal, owner)
    else:
        getattr(change, word)(deal, ids[1::2], actor=actor)
    return ids


@pytest.mark.slow
def test_it_says_what_the_records_say(people: People) -> None:
    place = type_of("kernel.territory")
    there = [change.create(place, {"name": name}, actor=people.anna).pk for name in ("East", "West")]
    change.save(people.user(people.ben), {"territories": there[:1]}, actor=people.anna, type_=type_of("kernel.user"))
    actors = [people.anna, *(people.ben.via(levels=reaching(view=level)) for level in LEVELS)]

    @settings(max_examples=20, deadline=None, suppress_health_check=[*HealthCheck])
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["create", "create", "create", "change", "delete", "restore", "undo", "fold"]),
                values(people),
            ),
            max_size=12,
        )
    )
    def alike(done: list[tuple[str, dict[str, Any]]]) -> None:
        with transaction.atomic():
            ids: list[int] = []
            for word, given in done:
                ids = act(word, ids, given, people.anna)
            same(actors)
            transaction.set_rollback(True)

    alike()


def test_it_is_what_reports_are_made_of(people: People) -> None:
    change.create(deal, {"name": "D", "amount": Money(100, "EUR")}, actor=people.anna)
    DealTally.objects.update(amount=7)
    told = [group.measures[:2] for found in reports(people.ben, by=["stage"]) for group in found]
    assert told == [(1, {"EUR": Money(7, "EUR")}), (1, {"EUR": Money(100, "EUR")})]


def test_what_was_written_past_the_door_is_mended_by_night(people: People) -> None:
    kept = [change.create(deal, {"name": name, "amount": Money(100, "EUR")}, actor=people.anna) for name in "AB"]
    deal.every().filter(pk=kept[0].pk).update(amount=300)
    before, exact = reports(people.anna, by=["stage"])
    assert before != exact
    assert keep_tallies(Watched()) == {"sales.deal": 1}  # type: ignore[arg-type]
    assert reports(people.anna, by=["stage"]) == (exact, exact)
    assert keep_tallies(Watched()) == {}  # type: ignore[arg-type]


def test_folded_it_has_a_row_for_each_of_its_keys(people: People) -> None:
    for _deal in range(3):
        last = change.create(deal, {"name": "D", "amount": Money(100, "EUR")}, actor=people.anna)
    change.save(last, {"amount": Money(50, "EUR")}, actor=people.anna, type_=deal)
    assert DealTally.objects.count() == 4
    keep_tallies(Watched())  # type: ignore[arg-type]
    assert [(row.owner_id, row.many, row.amount, row.amount_many) for row in DealTally.objects.all()] == [
        (people.anna.user_id, 3, 250, 3)
    ]


def test_only_deals_and_promises_have_one() -> None:
    assert [key for key, type_ in DECLARED.items() if type_.tally is not None] == ["activity.promise", "sales.deal"]


class Watched:
    def progress(self, done: int, *, total: int = 0, text: str = "") -> None:
        assert done < total

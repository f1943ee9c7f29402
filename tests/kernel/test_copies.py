"""What hangs on a record is seen by whoever sees that record, though it is listed without asking for it."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bodega.apps.parties.records import consent, organisation, person, relationship
from bodega.kernel import change, copies
from bodega.kernel.actors import LEVELS, Actor
from bodega.kernel.record import RecordType
from bodega.kernel.registry import type_of
from bodega.lib import clock
from bodega.platform.administration.jobs import check_copies
from tests.personas import People, reaching


def child_of(parent: int, actor: Actor, **given: Any) -> int:
    made: int = change.create(relationship, {"party": parent, "other": parent, **given}, actor=actor).pk
    return made


def seen(type_: RecordType, actor: Actor) -> set[int]:
    return {*type_.rows(actor).values_list("pk", flat=True)}


def by_parent(type_: RecordType, actor: Actor) -> set[int]:
    """The same, asked of the parents."""
    parents = {*seen(person, actor), *seen(organisation, actor)}
    return {*type_.every(deleted=False).filter(party__in=parents).values_list("pk", flat=True)}


def values(people: People, places: list[int]) -> st.SearchStrategy[dict[str, Any]]:
    teams = [*type_of("kernel.team").every(deleted=False).values_list("pk", flat=True)]
    return st.fixed_dictionaries({}, optional={
        "owner": st.sampled_from([people.anna.user_id, people.ben.user_id, people.dora.user_id, None]),
        "teams": st.lists(st.sampled_from(teams), unique=True, max_size=2),
        "territory": st.sampled_from([*places, None]),
        "private": st.booleans(),
        "shares": st.sampled_from([[], [{"user": people.ben.user_id}], [{"team": teams[0]}]]),
    })  # fmt: skip


@pytest.mark.slow
def test_it_is_seen_by_whoever_sees_its_parent(people: People) -> None:
    place = type_of("kernel.territory")
    places = [change.create(place, {"name": name}, actor=people.anna).pk for name in ("East", "West")]
    change.save(people.user(people.ben), {"territories": places[:1]}, actor=people.anna, type_=type_of("kernel.user"))
    some = [people.ben.via(levels=reaching(view=level)) for level in LEVELS]
    mixed = people.ben.via(
        levels={
            "parties.person": {"view": frozenset({"own", "team"})},
            "parties.organisation": {"view": frozenset({"all"})},
        }
    )

    @settings(max_examples=20, deadline=None, suppress_health_check=[*HealthCheck])
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["create", "create", "change", "move", "delete", "restore"]),
                st.sampled_from([person, organisation]),
                values(people, places),
            ),
            max_size=10,
        )
    )
    def alike(done: list[tuple[str, RecordType, dict[str, Any]]]) -> None:
        with transaction.atomic():
            for word, type_, given in done:
                act(word, type_, given, people.anna)
            assert [copies.mend(one) for one in (relationship, consent)] == [0, 0]
            for actor in [people.anna.via(is_admin=False, levels=reaching(view="all")), *some, mixed]:
                assert [seen(one, actor) for one in (relationship, consent)] == [
                    by_parent(one, actor) for one in (relationship, consent)
                ]
            transaction.set_rollback(True)

    alike()


def act(word: str, type_: RecordType, given: dict[str, Any], actor: Actor) -> None:
    parents = [*type_.every().order_by("pk").values_list("pk", flat=True)]
    if word == "create":
        made = change.create(type_, {"name": "P", **given}, actor=actor).pk
        child_of(made, actor)
        change.create(consent, {"party": made, "source": "fair", "given_at": clock.now()}, actor=actor)
    elif word == "change":
        change.save_many(type_, [change.Draft(pk, given) for pk in parents[::2]], actor=actor)
    elif word == "move":
        for pk in relationship.every(deleted=False).filter(party__in=parents[1:]).values_list("pk", flat=True):
            change.save(pk, {"party": parents[0]}, actor=actor, type_=relationship)
    else:
        getattr(change, word)(type_, parents[1::2], actor=actor)


def test_it_is_listed_without_asking_for_its_parent(people: People) -> None:
    made = child_of(change.create(person, {"name": "P"}, actor=people.ben).pk, people.ben)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert seen(relationship, people.ben) == {made}
    assert not any(
        "parties_party" in query["sql"] for query in asked.captured_queries if "relationship" in query["sql"]
    )


def test_what_was_written_past_the_door_is_mended_by_night(people: People) -> None:
    parent = change.create(person, {"name": "P"}, actor=people.anna)
    made = child_of(parent.pk, people.anna)
    relationship.every().update(owner=people.ben.user_id, private=True)
    assert check_copies(None) == {"parties.relationship": 1}  # type: ignore[arg-type]
    row = relationship.every().get(pk=made)
    assert (row.owner_id, row.private) == (people.anna.user_id, False)
    assert check_copies(None) == {}  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_whoever_hides_the_parent_meanwhile_hides_the_child(people: People) -> None:
    parent = change.create(person, {"name": "P"}, actor=people.anna)
    written, hidden = Event(), Event()

    def write() -> None:
        with transaction.atomic():
            child_of(parent.pk, people.anna)
            written.set()
            hidden.wait(0.5)
        connections.close_all()

    writer = Thread(target=write)
    writer.start()
    written.wait(10)
    change.save(parent, {"private": True}, actor=people.anna, type_=person)
    hidden.set()
    writer.join(10)
    assert [*relationship.every().values_list("private", flat=True)] == [True]

"""Who gains and who loses what by a change of roles, teams, territories, people or rules: found out before it is made.

The change is written and taken back: what it would mean is told by the predicate itself, with whatever it depends on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from bodega.kernel import access, query, registry
from bodega.kernel.actors import VERBS, Actor, User, actor_of
from bodega.kernel.kinds import Kind
from bodega.kernel.record import RecordType, seen_as
from bodega.kernel.rules import known_rules, ruled
from bodega.kernel.scope import forget
from bodega.kernel.sharing import Listed, by_type, shared_with, some_shared
from bodega.platform.administration.reaching import worked_with

SHOWN = 20
"""People who are told of."""
MOST = 1_000
"""How far records are counted."""
NOTHING = access.NOTHING, ()
"""On what it depends that nothing is reached."""


class Place(NamedTuple):
    """What somebody may or may not do: `verb` with records of the type."""

    type: RecordType
    verb: str


Wanted = Mapping[int, Sequence[Place]]
"""By person."""


class Count(NamedTuple):
    """How many records, counted as far as `MOST`. Who may make some has one, and who may not none."""

    many: int = 0
    more: bool = False


class FieldGain(NamedTuple):
    """A field that somebody may see or set otherwise than before: the word of the mask for it, before and after."""

    type: RecordType
    kind: Kind
    before: str
    after: str


class Gain(NamedTuple):
    """What changes for one person: the counts before and after, where they reach other records than before; fields."""

    person: User
    counts: Mapping[Place, tuple[Count, Count]]
    fields: Sequence[FieldGain]

    @property
    def weight(self) -> int:
        """How many records are gained and lost; more than could be counted weighs as twice that."""
        sizes = [[one.many * (1 + one.more) for one in pair] for pair in self.counts.values()]
        return sum(abs(after - before) for before, after in sizes)


class Gains(NamedTuple):
    """For whom something changes, those first for whom most does; and how many others there are."""

    found: Sequence[Gain]
    others: int


class Moment:
    """Who may sign in at some moment, by name, and what they may do then."""

    def __init__(self) -> None:
        people = User.objects.filter(deleted_at=None, is_active=True).order_by("name_key", "pk")
        self.people = {user.pk: user for user in people}
        self.actors = {pk: actor_of(user) for pk, user in self.people.items()}
        self.rules = known_rules()

    def depends(self, pk: int, places: Iterable[Place]) -> dict[Place, Hashable]:
        """On what it depends which records somebody reaches, but for what is shared with them."""
        nameless = self.actors[pk].via(user_id=None)  # nothing is shared with nobody, so that is not looked up
        return {place: self.decided(pk, place, nameless) for place in places}

    def decided(self, pk: int, place: Place, nameless: Actor) -> Hashable:
        if place.verb == "create":
            return access.may(place.type, nameless, "create")
        reach = access.reach_by_roles(place.type, nameless, place.verb)
        found = ruled(place.type, actor=self.actors[pk], verb=place.verb) if reach else None
        return reach, found.rules if found else ()

    def shares(self, pk: int) -> Listed:
        """What is shared with somebody."""
        if pk not in self.actors:
            return {}
        found = shared_with(pk, self.actors[pk].standing.teams_above)
        return by_type(found.values_list("type", "record_id", "may_change"))

    def reached(self, wanted: Wanted) -> dict[int, dict[Place, QuerySet[Any] | Count]]:
        """The records, not counted yet; or the answer where it is clear already."""
        return {pk: {place: self.reached_by(pk, place) for place in places} for pk, places in wanted.items()}

    def reached_by(self, pk: int, place: Place) -> QuerySet[Any] | Count:
        actor = self.actors.get(pk)
        if actor is None or place.verb == "create":
            return Count(int(bool(actor and access.may(place.type, actor, place.verb))))
        return place.type.rows(actor, place.verb)


def gains(write: Callable[[], bool]) -> Gains | None:
    """What would be so after `write`, which is taken back; None where it says that it has written nothing.

    In the transaction it is only found out for whom something changes: the records are counted after it, so that nobody
    has to wait for that.
    """
    places = [Place(type_, verb) for type_ in worked_with() for verb in VERBS]
    before = Moment()
    was = {pk: before.depends(pk, places) for pk in before.people}
    with taken_back():
        if not write():
            return None
        after = Moment()
        moved = [pk for pk in {**after.people, **before.people} if is_moved(pk, before, after)]
        will = {pk: after.depends(pk, places) for pk in moved if pk in after.people}
        others = {pk: shared_otherwise(pk, before, after) for pk in moved}
        changed = {pk: differing(was.get(pk, {}), will.get(pk, {}), others[pk], places) for pk in moved}
        fields = {pk: [*fields_otherwise(pk, before, after)] for pk in moved}
        order = sorted((pk for pk in moved if changed[pk] or fields[pk]), key=lambda pk: -len(changed[pk]))
        shown = {pk: changed[pk] for pk in order[:SHOWN]}
        reached_then = after.reached(shown)
    then, now = counted(reached_then), counted(before.reached(shown))
    people = before.people | after.people
    pairs = {pk: {place: (now[pk][place], then[pk][place]) for place in shown[pk]} for pk in shown}
    found = [Gain(people[pk], pairs[pk], fields[pk]) for pk in shown]
    return Gains(sorted(found, key=lambda gain: -gain.weight), len(order) - len(shown))


def is_moved(pk: int, before: Moment, after: Moment) -> bool:
    """Whether something changes for somebody. But for rules, whatever decides about a person comes with the actor."""
    return before.rules != after.rules or before.actors.get(pk) != after.actors.get(pk)


def differing(
    was: Mapping[Place, Hashable],
    will: Mapping[Place, Hashable],
    shared: Collection[tuple[str, str]],
    places: Iterable[Place],
) -> list[Place]:
    """Where somebody reaches other records than before; who is not there reaches none."""
    return [
        place
        for place in places
        if was.get(place, NOTHING) != will.get(place, NOTHING) or (place.type.key, place.verb) in shared
    ]


def shared_otherwise(pk: int, before: Moment, after: Moment) -> Collection[tuple[str, str]]:
    """The types and verbs of which other records are shared with somebody: by way of teams above theirs."""
    teams = {moment.actors[pk].standing.teams_above if pk in moment.actors else None for moment in (before, after)}
    if len(teams) == 1 or not some_shared():
        return ()
    was, will = before.shares(pk), after.shares(pk)
    return [key for key in {**was, **will} if was.get(key) != will.get(key)]


def fields_otherwise(pk: int, before: Moment, after: Moment) -> Iterator[FieldGain]:
    """Of the types that somebody may see before and after: who comes or goes gains or loses whole records."""
    if pk not in before.actors or pk not in after.actors:
        return
    was, will = before.actors[pk], after.actors[pk]
    for type_ in registry.every_type():
        masks = dict(was.masks.get(type_.key, ())), dict(will.masks.get(type_.key, ()))
        if masks[0] != masks[1] and all(actor.reach(type_.key, "view") for actor in (was, will)):
            for kind in type_.whole.fields().values():
                words = [mask.get(kind.key, "") for mask in masks]
                if words[0] != words[1]:
                    yield FieldGain(type_, kind, *words)


@contextmanager
def taken_back() -> Iterator[None]:
    """What is written within the block is gone after it, and so is what this unit of work came to know by it."""
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        forget()


def counted(found: Mapping[int, Mapping[Place, QuerySet[Any] | Count]]) -> dict[int, dict[Place, Count]]:
    """The counts, each made once for all who reach the same records."""
    forget()  # statements are kept by what rows depend on, which is not the same at another moment
    known: dict[Hashable, Count] = {}

    def count(rows: QuerySet[Any] | Count) -> Count:
        if isinstance(rows, Count):
            return rows
        if (key := seen_as(rows)) not in known:
            known[key] = Count(*query.count(rows, limit=MOST))
        return known[key]

    return {pk: {place: count(rows) for place, rows in some.items()} for pk, some in found.items()}

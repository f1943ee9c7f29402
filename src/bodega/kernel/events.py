"""What has happened, and who reacts to it: events, and the reactions that ask for them by name.

The events of a change are read from its history, in the order in which changes were committed (`platform.delivering`
numbers them and hands them over).
"""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, Protocol, TypeVar

from django.core import checks
from django.db.models import Q

from bodega.kernel.actors import Actor
from bodega.kernel.models import Change, ChangeRow, Consumer, Parked
from bodega.kernel.registry import DECLARED
from bodega.lib.text import closest

SEQUENCER = "sequencer"
"""The cursor that says how far changes are numbered."""
DEEPEST = 8
"""A change at this depth of a chain of reactions is not reacted to: the chain is taken to be a loop."""


@dataclass(frozen=True, slots=True)
class Event:
    """One record's part in one change. `old` and `new` hold what changed, by stable field id."""

    change_id: int
    position: int
    type: str
    verb: str
    record_id: int
    version: int
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    at: datetime
    user_id: int | None
    actor: str
    surface: str
    caused_by: int | None
    depth: int

    @property
    def name(self) -> str:
        return f"{self.type}.{self.verb}"


class Handler(Protocol):
    """A reaction: it gets events in order, writes through actions as `actor`, and may get the same event again.

    `actor` is the reaction's own service actor on behalf of whoever caused the events; what it changes is recorded as
    caused by the last of them. One that answers single events says so: `actor.via(caused_by=event.change_id)`.
    """

    def __call__(self, events: Sequence[Event], /, *, actor: Actor) -> None: ...


H = TypeVar("H", bound=Handler)


@dataclass(frozen=True)
class Reaction:
    """A handler, the names of the events it wants, and the name its cursor has."""

    name: str
    events: tuple[str, ...]
    run: Handler
    where: str
    but: str = ""

    @cached_property
    def wanted(self) -> Q:
        verbs = defaultdict(list)
        for name in self.events:
            type_key, verb = split(name)
            verbs[type_key].append(verb)
        named = (of_type(type_key) & of_verbs(known) for type_key, known in verbs.items())
        wanted = Q(depth__lt=DEEPEST) & Q.create([*named], connector=Q.OR)
        return wanted & ~Q(surface=self.but) if self.but else wanted


def of_type(type_key: str) -> Q:
    """`*` stands for every type, those that an administrator makes among them."""
    return Q() if type_key == "*" else Q(type=type_key)


def of_verbs(verbs: Collection[str]) -> Q:
    """`*` stands for every verb."""
    return Q() if "*" in verbs else Q(verb__in=verbs)


class Place(NamedTuple):
    """How far a reaction has come; see Consumer."""

    position: int
    record_id: int | None = None


REACTIONS: dict[str, Reaction] = {}
DOUBLED: list[Reaction] = []


def on(*events: str, but: str = "") -> Callable[[H], H]:
    """Registers a reaction: `@on("sales.deal.won", "sales.deal.lost")`. Its cursor is named by module and function.

    It gets nothing that came through the surface `but`.
    """

    def register(run: H) -> H:
        body: Any = run
        name = f"{body.__module__}.{body.__qualname__}"
        found = Reaction(name, events, run, f"{inspect.getsourcefile(body)}:{body.__code__.co_firstlineno}", but)
        if name in REACTIONS:
            DOUBLED.append(found)
        REACTIONS.setdefault(name, found)
        return run

    return register


def split(name: str) -> tuple[str, str]:
    """`sales.deal.won` is the verb `won` of `sales.deal`."""
    type_key, _dot, verb = name.rpartition(".")
    return type_key, verb


# ---- reading ---------------------------------------------------------------------------------------------------------


def head() -> int:
    """The position of the newest change that has one."""
    return Consumer.objects.filter(name=SEQUENCER).values_list("position", flat=True).first() or 0


def read(wanted: Q, place: Place, *, head: int, most: int) -> tuple[list[Event], Place]:
    """The next wanted events in order, `most` at most, and how far that reaches. Two queries, however many."""
    if place.record_id is not None:
        return _part_of(Change.objects.get(position=place.position), most, after=place.record_id)
    ahead = Change.objects.filter(wanted, position__gt=place.position, position__lte=head)
    changes = list(ahead.order_by("position")[:most])
    if changes and changes[0].count > most:
        return _part_of(changes[0], most)
    listed = [*_fitting(changes, most)]
    events = _events(listed, ChangeRow.objects.filter(change_id__in=[change.pk for change in listed]))
    is_all = len(listed) == len(changes) < most
    return events, Place(head if is_all else listed[-1].position or 0)


def _part_of(change: Change, most: int, *, after: int = 0) -> tuple[list[Event], Place]:
    """A list from within a change of many records."""
    rows = list(ChangeRow.objects.filter(change_id=change.pk, record_id__gt=after).order_by("record_id")[:most])
    return _events([change], rows), Place(change.position or 0, rows[-1].record_id if len(rows) == most else None)


def _fitting(changes: Iterable[Change], most: int) -> Iterator[Change]:
    """As many of the first changes as have records for one list."""
    size = 0
    for change in changes:
        size += change.count
        if size > most:
            return
        yield change


def events_of(parked: Sequence[Parked]) -> list[Event]:
    """The events that were parked for one record; those whose history was erased are gone."""
    if not parked:
        return []
    ids = [waiting.change_id for waiting in parked]
    rows = ChangeRow.objects.filter(type=parked[0].type, record_id=parked[0].record_id, change_id__in=ids)
    return _events(Change.objects.filter(pk__in=ids), rows)


def latest(type_key: str, record_id: int, *, below: int = 2**31 - 1, most: int = 1) -> list[Event]:
    """The newest acts upon a record (below that version), perhaps not committed yet: for what must be seen at once."""
    rows = ChangeRow.objects.filter(type=type_key, record_id=record_id, version__lt=below).order_by("-version")[:most]
    return _events(Change.objects.filter(pk__in=[row.change_id for row in rows]), rows)


def _events(changes: Iterable[Change], rows: Iterable[ChangeRow]) -> list[Event]:
    known = {change.pk: change for change in changes}
    made = [_event(known[row.change_id], row) for row in rows]
    return sorted(made, key=lambda event: (event.position, event.record_id))


def _event(change: Change, row: ChangeRow) -> Event:
    return Event(
        change_id=change.pk, position=change.position or 0, type=row.type, verb=change.verb, record_id=row.record_id,
        version=row.version, old=row.old, new=row.new, at=change.at, user_id=change.user_id, actor=change.actor,
        surface=change.surface, caused_by=change.caused_by, depth=change.depth,
    )  # fmt: skip


# ---- checking --------------------------------------------------------------------------------------------------------


def check_reactions() -> list[checks.CheckMessage]:
    """Start-up errors: reactions to what cannot happen, and reactions that share a cursor."""
    twice = "Two reactions are named {}: the second one would never run"
    doubled = [checks.Error(twice.format(found.name), obj=found.where, id="event.E003") for found in DOUBLED]
    return doubled + [error for found in REACTIONS.values() for name in found.events if (error := _check(found, name))]


def _check(reaction: Reaction, name: str) -> checks.CheckMessage | None:
    type_key, verb = split(name)
    if type_key == "*" and any(verb in {"*", *known.verbs()} for known in DECLARED.values()):
        return None
    found = DECLARED.get(type_key)
    if found is None:
        why, code = f"there is no record type {type_key!r}", "event.E001"
        guess = closest(type_key, DECLARED)
    elif verb not in found.verbs():
        why, code = f"{type_key} has no verb {verb!r}", "event.E002"
        guess = closest(verb, found.verbs())
    else:
        return None
    hint = f"Did you mean {guess!r}?" if guess else None
    return checks.Error(f"@on names {name!r}: {why}", hint=hint, obj=reaction.where, id=code)

"""From what has happened to what people are told of it: for many events and people at once, each act once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bodega.kernel import access, registry
from bodega.kernel.actors import Actor, User, actor_of
from bodega.kernel.events import Event
from bodega.kernel.kinds import Kind
from bodega.kernel.record import RecordType
from bodega.lib import clock
from bodega.platform.bell import ring
from bodega.platform.notifications.away import for_deputies
from bodega.platform.notifications.mentions import mentioned, people_in
from bodega.platform.notifications.models import (
    ASSIGNED,
    DUE,
    FINISHED,
    FOLLOWED,
    KINDS,
    MENTIONED,
    REMINDED,
    Follow,
    Notification,
)

Subject = tuple[str, int]
SILENT = frozenset({"deleted"})
"""What a follower is not told of: they would be led to what is not there."""
OFF = "not told"
"""Under this name a person's preferences hold the kinds that they want to hear nothing of."""


@dataclass(frozen=True)
class Reason:
    """Why somebody is told of an event: what it is to them, by which field, and on whose page it stands."""

    kind: str
    field: str = ""
    about: Subject | None = None


Reasons = dict[int, list[tuple[Event, Reason]]]


def tell(events: Sequence[Event]) -> None:
    """Write down what people are told of these events. Who has done something is not told of it."""
    found: Reasons = defaultdict(list)
    for event, user_id, reason in (*addressed(events), *followed(events)):
        if user_id != event.user_id:
            found[user_id].append((event, reason))
    if found:
        people = User.objects.filter(pk__in=found, is_active=True, deleted_at=None)
        keep([one for user in people for one in told_to(user, found[user.pk])])


# ---- whom it concerns ------------------------------------------------------------------------------------------------


def addressed(events: Iterable[Event]) -> Iterator[tuple[Event, int, Reason]]:
    """To whom a record is given, and who is mentioned in it."""
    for event in events:
        type_ = known_type(event.type)
        if type_ is None or not event.new:
            continue
        about = next(iter(subjects(event.new, type_)), None) if not type_.listed else None
        for name, kind, old, new in changed(event, type_):
            if name == "owner" and new is not None and not type_.admin:
                yield event, new, Reason(ASSIGNED, name, about)
            for user_id in mentioned(kind, new) - mentioned(kind, old):
                yield event, user_id, Reason(MENTIONED, name, about)


def changed(event: Event, type_: RecordType) -> Iterator[tuple[str, Kind, Any, Any]]:
    """The fields that matter here, with what they held and hold."""
    old, new = event.old or {}, event.new or {}
    for name, kind in type_.fields().items():
        if kind.key in new and (name == "owner" or kind.word == "longtext"):
            yield name, kind, kind.from_json(old.get(kind.key)), kind.from_json(new[kind.key])


def followed(events: Sequence[Event]) -> list[tuple[Event, int, Reason]]:
    """Who follows the record, or one that something new is about (a query for each type)."""
    wanted: dict[Subject, list[tuple[Event, Reason]]] = defaultdict(list)
    for event in events:
        type_ = known_type(event.type)
        if type_ is None or event.verb in SILENT:
            continue
        wanted[event.type, event.record_id].append((event, Reason(FOLLOWED)))
        for subject in subjects(event.new, type_) if event.verb == "created" else ():
            wanted[subject].append((event, Reason(FOLLOWED, type_.timeline.split()[0], subject)))
    return [(event, user_id, reason) for subject, user_id in follows_of(wanted) for event, reason in wanted[subject]]


def follows_of(subjects: Collection[Subject]) -> Iterator[tuple[Subject, int]]:
    ids: dict[str, set[int]] = defaultdict(set)
    for type_key, pk in subjects:
        ids[type_key].add(pk)
    for type_key, some in ids.items():
        rows = Follow.objects.filter(type=type_key, record_id__in=some).values_list("record_id", "user_id")
        yield from (((type_key, pk), user_id) for pk, user_id in rows)


def subjects(new: Mapping[str, Any] | None, type_: RecordType) -> Iterator[Subject]:
    """On whose pages something new stands, as its values say: a customer by their own type's name, too."""
    for kind in type_.named_fields(type_.timeline):
        for type_key, pk in kind.points_at(kind.from_json((new or {}).get(kind.key))):
            if (target := known_type(type_key)) is not None:
                yield from ((key, pk) for key in [*target.covers.split()] or [type_key])


def known_type(key: str) -> RecordType | None:
    try:
        return registry.type_of(key)
    except registry.UnknownType:  # one that an administrator made and removed
        return None


# ---- what they are told ----------------------------------------------------------------------------------------------


def told_to(user: User, reasons: Sequence[tuple[Event, Reason]]) -> Iterator[Notification]:
    """One for each act: as what matters most, of what the person may see, and wants to hear of."""
    actor, off = actor_of(user), wants_not(user)
    seen = visible({subject for event, reason in reasons for subject in places(event, reason)}, actor=actor)
    acts: dict[int, list[tuple[Event, Reason]]] = defaultdict(list)
    for event, reason in reasons:
        if seen.issuperset(places(event, reason)):
            if reason.kind not in off and knows(event, reason, actor=actor):
                acts[event.change_id].append((event, reason))
        elif reason.kind == FOLLOWED:
            let_go(user, reason.about or (event.type, event.record_id), actor=actor)
    for act in acts.values():
        yield made(user, act)


def made(user: User, act: Sequence[tuple[Event, Reason]]) -> Notification:
    order = [*KINDS]
    event, reason = min(act, key=lambda one: order.index(one[1].kind))
    about = reason.about or ("", None)
    return Notification(
        user=user, kind=reason.kind, once=f"act:{event.change_id}", at=event.at, type=event.type,
        record_id=event.record_id, about_type=about[0], about_id=about[1], verb=event.verb, by_id=event.user_id,
        by=event.actor, many=len({one.record_id for one, _reason in act}),
    )  # fmt: skip


def wants_not(user: User) -> frozenset[str]:
    return frozenset(user.preferences.get(OFF) or ())


def places(event: Event, reason: Reason) -> list[Subject]:
    """What one has to see to be told: the record, and that on whose page it stands."""
    here = (event.type, event.record_id)
    return [here, reason.about] if reason.about else [here]


def visible(wanted: Iterable[Subject], *, actor: Actor, ever: bool = False) -> set[Subject]:
    """Those of the records that the actor may see, in the trash too where they `ever` could (a query for each type)."""
    ids: dict[str, set[int]] = defaultdict(set)
    for type_key, pk in wanted:
        ids[type_key].add(pk)
    found = set()
    for type_key, some in ids.items():
        type_ = known_type(type_key)
        if type_ is None:
            continue
        rows = type_.ever(actor).filter(pk__in=some).values_list("pk") if ever else type_.raw(some, ["id"], actor=actor)
        found |= {(type_key, row[0]) for row in rows}
    return found


def knows(event: Event, reason: Reason, *, actor: Actor) -> bool:
    """Whether the roles of the person show them the field that concerns them, or any of those that changed; who has
    changed something is history."""
    type_ = registry.type_for(event.type, actor=actor)
    fields = type_.fields()
    if reason.field:
        return reason.field in fields
    if not access.may(type_, actor, "history"):
        return False
    shown = {kind.key for kind in fields.values()}
    return event.verb not in ("changed", "undone") or bool(shown & {*(event.new or ()), *(event.old or ())})


def let_go(user: User, subject: Subject, *, actor: Actor) -> None:
    """Nobody goes on following what they may not see any more; what lies in the trash may come back."""
    if not visible([subject], actor=actor, ever=True):
        Follow.objects.filter(user=user, type=subject[0], record_id=subject[1]).delete()


def unheard(type_: RecordType, pk: int, about: Subject | None, text: str) -> list[str]:
    """The names of those who are mentioned in a text and hear nothing of it, as they may not see where it stands."""
    wanted = {(type_.key, pk), *([about] if about else ())}
    people = User.objects.filter(pk__in=people_in(text), is_active=True, deleted_at=None).order_by("name_key", "pk")
    return [user.name for user in people if visible(wanted, actor=actor_of(user)) != wanted]


# ---- what is no event ------------------------------------------------------------------------------------------------


def finished(user_id: int, text: str, url: str, *, once: str) -> None:
    """What somebody left to the background is done."""
    write({user_id: {"text": text[:300], "url": url}}, FINISHED, once=once)


def due(type_key: str, tasks: Mapping[int, Sequence[int]], *, day: date, kind: str = DUE) -> None:
    """By person, what they have to do on that day, or `SOON`: told once, as one thing."""
    first = {user_id: {"type": type_key, "record_id": ids[0], "many": len(ids)} for user_id, ids in tasks.items()}
    write(first, kind, once=f"{kind}:{type_key}:{day}")


def handed(user_ids: Iterable[int], text: str, url: str, *, by: User, once: str) -> None:
    """That somebody hands over what they had."""
    given = {"text": text[:300], "url": url, "by_id": by.pk, "by": by.name}
    write({pk: given for pk in user_ids if pk != by.pk}, ASSIGNED, once=once)


def remind(type_key: str, pk: int, user_id: int, *, at: datetime) -> None:
    """Of what somebody asked to be reminded of at that moment."""
    once = f"reminded:{type_key}:{pk}:{at.timestamp():.0f}"
    write({user_id: {"type": type_key, "record_id": pk}}, REMINDED, once=once)


def write(told: Mapping[int, Mapping[str, Any]], kind: str, *, once: str) -> None:
    """By person, what they are told unless they do not want to hear of it."""
    people = User.objects.filter(pk__in=told, is_active=True, deleted_at=None)
    rows = [
        Notification(user=user, kind=kind, once=once, at=clock.now(), **told[user.pk])
        for user in people
        if kind not in wants_not(user)
    ]
    keep(rows)


def keep(rows: Sequence[Notification]) -> None:
    """What was told already is not told again."""
    if rows:
        Notification.objects.bulk_create([*rows, *for_deputies(rows)], ignore_conflicts=True)
        ring()

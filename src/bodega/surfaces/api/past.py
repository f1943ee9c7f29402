"""What happened: to one record, and everything in the order in which it was committed (the change feed)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import access, events, registry
from bodega.kernel.events import Event, Place
from bodega.kernel.kinds import Kind, Moment
from bodega.kernel.kinds.base import Json
from bodega.kernel.looks import looked_at
from bodega.kernel.record import RecordType
from bodega.lib.expressions import InList
from bodega.surfaces.api.calls import LIMIT, Call, TypeCall, gone
from bodega.surfaces.api.rows import Written, points

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

VERSIONS, SIZE, LOOKED_AT = 20, 100, 20_000
"""Acts in an answer about one record, events in a list of the feed, unless another number is asked for; events, seen or
not, that are looked at for one answer."""
AT = Moment(name="at")


class History(TypeCall):
    """What happened to a record, the newest first."""

    takes = ("before", "limit")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        access.require(self.type_, self.actor, "view")
        access.require(self.type_, self.actor, "history")
        if not self.type_.ever(self.actor).filter(pk=pk).exists():
            raise gone()
        before, limit = self.number("before", most=2**31 - 1, usual=2**31 - 1), self.limit(VERSIONS)
        latest = events.latest(self.type_.key, pk, below=before, most=limit + 1)
        acts = sorted(latest, key=lambda act: act.version, reverse=True)
        return self.told({"data": told(acts[:limit], actor=self.actor), "more": len(acts) > limit})


class Changes(Call):
    """The change feed. `next` is always given: asked for again with it, the feed goes on where it ended.

    Events are numbered after their commit, without a gap, so that none can appear behind a cursor. Told are those of
    records that the caller may see now, those in the trash among them.
    """

    takes = ("after", "types", "limit")

    def get(self, request: HttpRequest) -> HttpResponse:
        head, limit = events.head(), self.limit(SIZE)
        place = Place(head) if self.asked("after") == "now" else self.place(head)
        try:
            found, reached = self.seen(place, head=head, most=limit + 1)
        except ObjectDoesNotExist:
            raise self.bad("after", _("This cursor is damaged.")) from None
        if len(found) > limit:
            reached = Place(found[limit - 1].position, found[limit - 1].record_id)
        more = reached != Place(head)
        return self.told({"data": told(found[:limit], actor=self.actor), "next": mark(reached), "more": more})

    def seen(self, place: Place, *, head: int, most: int) -> tuple[list[Event], Place]:
        """The next events that the caller may see, `most` or more, and how far they reach: what lies between them makes
        no difference, unless it is more than LOOKED_AT."""
        wanted, found, read = Q(type__in=self.types()), list[Event](), 0
        while len(found) < most and read < LOOKED_AT:
            some, place = events.read(wanted, place, head=head, most=LIMIT)
            may_see = visible(some, actor=self.actor)
            found += [event for event in some if (event.type, event.record_id) in may_see]
            if place == Place(head):
                break
            read += len(some)
        return found, place

    def types(self) -> list[str]:
        """The keys asked for, or all that the caller may see something of."""
        known = {type_.key: type_ for type_ in registry.every_type() if not type_.covers}
        asked = self.asked_names("types")
        for key in asked:
            if key not in known:
                raise self.bad("types", _("There is no record type “%(type)s”.") % {"type": key[:60]})
        seen = {key for key, type_ in known.items() if access.may(type_, self.actor, "view")}
        return [key for key in asked or known if key in seen and access.may(known[key], self.actor, "history")]

    def place(self, head: int) -> Place:
        text = self.asked("after") or "0"
        position, _dot, record = text.partition(".")
        numbers = [part for part in (position, record) if part or part is position]
        if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in numbers):
            raise self.bad("after", _("This cursor is damaged."))
        if int(position) > head:
            told = _("Nothing has happened there yet. Was the database restored? Then read everything anew.")
            raise self.bad("after", told)
        return Place(int(position), int(record) if record else None)


def mark(place: Place) -> str:
    return f"{place.position}" if place.record_id is None else f"{place.position}.{place.record_id}"


def visible(found: Iterable[Event], *, actor: Actor) -> set[tuple[str, int]]:
    """The records of these events that the actor may see (one query for each type)."""
    ids: dict[str, set[int]] = {}
    for event in found:
        ids.setdefault(event.type, set()).add(event.record_id)
    return {
        (key, pk)
        for key, some in ids.items()
        for pk in registry.type_of(key).ever(actor).filter(InList(F("pk"), [*some])).values_list("pk", flat=True)
    }


# ---- events as JSON --------------------------------------------------------------------------------------------------


def told(found: Sequence[Event], *, actor: Actor) -> list[dict[str, Json]]:
    """Old and new values by the names that the fields have now; those of fields that were removed are left out."""
    keys = {event.type for event in found}
    fields = {key: by_key(registry.type_for(key, actor=actor)) for key in keys}
    written = Written([], actor=actor)
    written.load(target for event in found for target in pointed(fields[event.type], event))
    return [told_one(event, fields[event.type], written) for event in found]


def by_key(type_: RecordType) -> dict[str, Kind]:
    return {kind.key: kind for kind in type_.fields().values()}


def pointed(kinds: Mapping[str, Kind], event: Event) -> Iterator[tuple[str, int]]:
    for image in (event.old or {}, event.new or {}):
        for key, value in image.items():
            if key in kinds and points(kinds[key]):
                yield from kinds[key].points_at(kinds[key].from_json(value))


def told_one(event: Event, kinds: Mapping[str, Kind], written: Written) -> dict[str, Json]:
    looked_at(registry.type_of(event.type), {*(event.old or {}), *(event.new or {})} & kinds.keys(), [event.record_id])
    return {
        "position": event.position or None,
        "type": event.type,
        "id": str(event.record_id),
        "version": event.version,
        "verb": event.verb,
        "at": AT.to_json(event.at),
        "by": {"id": None if event.user_id is None else str(event.user_id), "name": event.actor},
        "surface": event.surface,
        "old": None if event.old is None else told_image(event.old, kinds, written),
        "new": told_image(event.new or {}, kinds, written),
    }


def told_image(image: Mapping[str, Any], kinds: Mapping[str, Kind], written: Written) -> dict[str, Json]:
    return {kinds[key].name: told_value(kinds[key], value, written) for key, value in image.items() if key in kinds}


def told_value(kind: Kind, value: Json, written: Written) -> Json:
    """As it is stored, but for records that the reader may not see."""
    to_json = written.to_json(kind) if points(kind) else None
    return to_json(kind.from_json(value)) if to_json else value

"""What administrators change is in the history; from there it comes into the audit log, by whichever surface it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bodega.kernel.events import Event, on
from bodega.kernel.kinds.base import Json
from bodega.kernel.record import RecordType
from bodega.kernel.registry import DECLARED, type_of
from bodega.platform.audit import records  # noqa: F401  (a type that administrators arrange, too)
from bodega.platform.audit.chain import About, Noted, append
from bodega.platform.audit.kinds import Kind
from bodega.platform.audit.models import Entry

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

ARRANGED = [f"{key}.{verb}" for key, type_ in DECLARED.items() if type_.admin for verb in sorted(type_.verbs())]
"""Everything that can happen to what administrators arrange."""
OWN = ("kernel.", "audit.")
SETTINGS = frozenset({"kernel.option", "kernel.rate", "kernel.field", "kernel.type"})
"""The types of our own that are about what the program holds, as those of apps are; the others are about rights."""


@on(*ARRANGED)
def write_down(events: Sequence[Event], *, actor: Actor) -> None:
    """An entry for each record of each change, once; of whoever changed it, at the time when they did."""
    known = {*Entry.objects.filter(change_id__in={event.change_id for event in events}).values_list(*ONCE)}
    fresh = [event for event in events if (event.change_id, event.record_id) not in known]
    names = names_of(fresh)
    if fresh:
        append([noted(event, names) for event in fresh])


ONCE = ("change_id", "about_id")


def noted(event: Event, names: Mapping[tuple[str, int], str]) -> Noted:
    type_ = type_of(event.type)
    images = {"old": image(type_, event.old), "new": image(type_, event.new)}
    is_right = event.type.startswith(OWN) and event.type not in SETTINGS
    return Noted(
        kind=Kind.RIGHTS_CHANGED if is_right else Kind.SETTINGS_CHANGED,
        at=event.at,
        user_id=event.user_id,
        name=event.actor,
        surface=event.surface,
        about=About(event.type, event.record_id, names.get((event.type, event.record_id), "")),
        details={"verb": event.verb, **{word: told for word, told in images.items() if told}},
        change_id=event.change_id,
    )


def image(type_: RecordType, values: Mapping[str, Any] | None) -> dict[str, Json]:
    """The values by the names of their fields."""
    names = {kind.key: kind.name for kind in type_.fields().values()}
    return {names.get(key, key): value for key, value in (values or {}).items()}


def names_of(events: Iterable[Event]) -> dict[tuple[str, int], str]:
    """What these records are called, those in the trash too: a query for each type."""
    ids: dict[str, set[int]] = {}
    for event in events:
        ids.setdefault(event.type, set()).add(event.record_id)
    return {
        (key, pk): str(title)
        for key, some in ids.items()
        for pk, title in type_of(key).every().filter(pk__in=some).values_list("pk", type_of(key).title)
    }

"""From the touches on a timeline to how strong the relationship with a customer is."""

from __future__ import annotations

from collections.abc import Iterable

from bodega.apps.activity.models import TimelineRow
from bodega.apps.parties import strength
from bodega.kernel import registry
from bodega.kernel.change import roll_up
from bodega.lib import clock

NOTE = "activity.note"
PARTIES = ("parties.person", "parties.organisation")
WEIGHTS = {"visit": 5.0, "meeting": 5.0, "call": 3.0, "post": 2.0, "email": 1.0, "chat": 1.0}
"""What a touch in a channel counts on its day; a remark counts nothing."""
SHARES = {"in": 1.0, "out": 0.0, "": 0.5}
"""How much of a touch comes from the customer; where nobody says, as for most meetings, it comes from both."""
CHUNK = 2_000
Subject = tuple[str, int]


def weigh(subjects: Iterable[Subject]) -> None:
    """Keep the strength of the relationship with these customers in step with their timelines (one query a type)."""
    asked = {*subjects}
    for key in PARTIES:
        if ids := {pk for type_key, pk in asked if type_key == key}:
            found = weights(key, ids)
            roll_up(registry.type_of(key), "strength", {pk: found.get(pk) for pk in there(key, ids)})


def standing(note_ids: Iterable[int]) -> set[Subject]:
    """The customers on whose timelines these interactions stand."""
    rows = TimelineRow._base_manager.filter(
        entry__type=NOTE, entry__record_id__in=[*note_ids], subject_type__in=PARTIES, mentioned=False
    )
    return {*rows.values_list("subject_type", "subject_id")}


def weigh_all() -> int:
    """Those who were in touch before their strength was kept. Says how many."""
    many = 0
    for key in PARTIES:
        rows, last = registry.type_of(key).every().filter(last_contact__isnull=False, strength=None).order_by("pk"), 0
        while ids := [*rows.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]]:
            weigh((key, pk) for pk in ids)
            many, last = many + len(ids), ids[-1]
    return many


def there(type_key: str, ids: set[int]) -> Iterable[int]:
    return registry.type_of(type_key).every().filter(pk__in=ids).values_list("pk", flat=True)


def weights(type_key: str, ids: set[int]) -> dict[int, float | None]:
    """What is kept of the strength of each of those who were ever touched (two queries)."""
    now, sums = clock.now(), dict[int, list[float]]()
    rows = TimelineRow._base_manager.filter(
        subject_type=type_key, subject_id__in=ids, entry__type=NOTE, entry__verb="created", mentioned=False
    )
    found = [*rows.values_list("subject_id", "at", "entry__record_id")]
    known = touches({note for _pk, _at, note in found})
    for pk, at, note in found:
        if note in known:
            channel, direction = known[note]
            weight = WEIGHTS[channel] * 2 ** (strength.faded(at) - strength.faded(now))
            held = sums.setdefault(pk, [0.0, 0.0])
            held[0] += weight * SHARES[direction]
            held[1] += weight * (1 - SHARES[direction])
    return {pk: strength.kept(*both, at=now) for pk, both in sums.items()}


def touches(ids: set[int]) -> dict[int, tuple[str, str]]:
    """Of these interactions those that count, each with its channel and direction."""
    rows = registry.type_of(NOTE).every(deleted=False).filter(pk__in=ids, channel__in=[*WEIGHTS])
    return {pk: (channel, direction) for pk, channel, direction in rows.values_list("pk", "channel", "direction")}

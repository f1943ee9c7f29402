"""The newest changes and the records they touched, read once for all who look on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bodega.kernel.events import head
from bodega.kernel.models import Change, ChangeRow
from bodega.platform.notifications.telling import Subject, known_type, subjects

MOST = 300
"""Changes that are read at a time."""
LARGEST = 100
"""Records of one change that are looked at: of more, the others stand for them."""


@dataclass(frozen=True)
class Act:
    """One change: where it stands in the row of all, and what it touched."""

    change_id: int
    position: int
    type: str
    ids: Sequence[int]
    """Of its records; the first ones of a large one."""
    is_large: bool = False
    about: frozenset[Subject] = frozenset()
    """On whose pages something new stands."""


def since(position: int) -> list[Act]:
    """What has happened behind that position, in order: `MOST` at most (two queries, and one for each large one)."""
    changes = [*Change.objects.filter(position__gt=position).order_by("position")[:MOST]]
    small = ChangeRow.objects.filter(change_id__in=[one.pk for one in changes if one.count <= LARGEST])
    rows: dict[int, list[ChangeRow]] = {}
    for row in small if changes else ():
        rows.setdefault(row.change_id, []).append(row)
    return [act(one, rows.get(one.pk) or first_rows(one)) for one in changes]


def first_rows(change: Change) -> list[ChangeRow]:
    return [*ChangeRow.objects.filter(change_id=change.pk).order_by("record_id")[:LARGEST]]


def act(change: Change, rows: Iterable[ChangeRow]) -> Act:
    ids, about, type_ = [], set[Subject](), known_type(change.type)
    for row in rows:
        ids.append(row.record_id)
        if type_ is not None and change.verb == "created":
            about |= {*subjects(row.new, type_)}
    return Act(change.pk, change.position or 0, change.type, ids, change.count > LARGEST, frozenset(about))


def begin_at(moment: datetime) -> int:
    """The position behind which stands all that was written from that moment on, as far back as `MOST` changes."""
    newest = Change.objects.exclude(position=None).order_by("-position").values_list("position", "at")[:MOST]
    fresh = [position or 0 for position, at in newest if at >= moment]
    return min(fresh) - 1 if fresh else head()


def touching(acts: Iterable[Act], subject: Subject) -> tuple[bool, set[Subject]]:
    """Whether any of them changed the record, and what they wrote anew onto its page."""
    changed, new, large = False, set[Subject](), []
    for one in acts:
        if one.type == subject[0]:
            changed |= subject[1] in one.ids
            large += [one.change_id] if one.is_large else []
        if subject in one.about:
            new |= {(one.type, pk) for pk in one.ids}
    if large and not changed:
        changed = ChangeRow.objects.filter(change_id__in=large, type=subject[0], record_id=subject[1]).exists()
    return changed, new

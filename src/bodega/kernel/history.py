"""What happened to a record, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Sum
from django.utils.translation import gettext as _

from bodega.kernel import change as door
from bodega.kernel.drafts import Draft, Gone
from bodega.kernel.kinds import Kind, Show
from bodega.kernel.looks import looked_at
from bodega.kernel.models import Change, ChangeRow
from bodega.kernel.record import RecordType, load_labels
from bodega.kernel.registry import UnknownType, type_of

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

CHUNK = 2_000


@dataclass(frozen=True)
class Difference:
    """What one field was and became, as a person reads it."""

    label: str
    old: str
    new: str
    derived: bool = False
    """Nobody entered it: it followed from the rest."""


@dataclass(frozen=True)
class Event:
    """One act upon one record, for its history."""

    change: Change
    version: int
    differences: Sequence[Difference]


def history(
    type_: RecordType, record_id: int, *, actor: Actor, before: int | None = None, limit: int = 20
) -> list[Event]:
    """The newest acts upon a record (below version `before`): two queries, and one for each type that is named."""
    rows = ChangeRow._base_manager.filter(type=type_.key, record_id=record_id).order_by("-version")
    found = [*(rows.filter(version__lt=before) if before else rows)[:limit]]
    changes = Change._base_manager.in_bulk([row.change_id for row in found])
    kinds = {kind.key: kind for kind in type_.for_(actor).fields().values()}
    looked_at(type_, {kind.name for row in found for kind, _old, _new in values_in(kinds, row)}, [record_id])
    show = load_labels(Show(actor), (target for row in found for target in pointed(kinds, row)))
    return [Event(changes[row.change_id], row.version, differences(kinds, row, show)) for row in found]


def values_in(kinds: dict[str, Kind], row: ChangeRow) -> Iterator[tuple[Kind, Any, Any]]:
    """The known fields of a history row with their old and new values. A field that has been removed is left out."""
    for key, new in (row.new or {}).items():
        if key in kinds:
            yield kinds[key], kinds[key].from_json((row.old or {}).get(key)), kinds[key].from_json(new)


def pointed(kinds: dict[str, Kind], row: ChangeRow) -> Iterable[tuple[str, int]]:
    return (
        target for kind, old, new in values_in(kinds, row) for value in (old, new) for target in kind.points_at(value)
    )


def differences(kinds: dict[str, Kind], row: ChangeRow, show: Show) -> list[Difference]:
    return [
        Difference(str(kind.label), kind.text(old, show=show), kind.text(new, show=show), derived=not kind.editable)
        for kind, old, new in values_in(kinds, row)
    ]


@dataclass(frozen=True)
class Since:
    """What has been done to a record after a version: who did last and when, and the changed fields as they were."""

    who: str
    at: datetime
    old: Mapping[str, Any]


def since(type_: RecordType, record_id: int, version: int) -> Since | None:
    """What to tell somebody who has that version before them; None where it is the newest (two queries)."""
    rows = ChangeRow._base_manager.filter(type=type_.key, record_id=record_id, version__gt=version)
    found = [*rows.order_by("-version")]
    if not found:
        return None
    act = Change._base_manager.get(pk=found[0].change_id)
    kinds = {kind.key: kind for kind in type_.fields().values()}
    return Since(act.actor, act.at, {kind.name: old for row in found for kind, old, _new in values_in(kinds, row)})


def overtaken(type_: RecordType, seen: Mapping[int, int], name: str, *, actor: Actor) -> dict[int, Change]:
    """By id, who else has changed this field of records that somebody saw in these versions (two queries)."""
    rows = ChangeRow._base_manager.filter(type=type_.key, record_id__in=[*seen]).order_by("version")
    key = type_.fields()[name].key
    newer = {
        row.record_id: row.change_id for row in rows if row.version > seen[row.record_id] and key in (row.new or ())
    }
    acts = Change._base_manager.in_bulk(newer.values())
    return {pk: acts[act] for pk, act in newer.items() if acts[act].user_id != actor.user_id}


def rows_at(type_: RecordType, versions: Mapping[int, int]) -> list[ChangeRow]:
    """What made these records what they are in these versions (one query)."""
    rows = ChangeRow._base_manager.filter(type=type_.key, record_id__in=versions, version__in={*versions.values()})
    return [row for row in rows.order_by("record_id") if versions[row.record_id] == row.version]


def last_acts(type_: RecordType, ids: Iterable[int]) -> dict[int, Change]:
    """The newest act upon each of these records (two queries)."""
    rows = ChangeRow._base_manager.filter(type=type_.key, record_id__in=[*ids])
    newest = dict(rows.values("record_id").annotate(newest=Max("change_id")).values_list("record_id", "newest"))
    acts = Change._base_manager.in_bulk(newest.values())
    return {pk: acts[act] for pk, act in newest.items()}


@dataclass
class Undone:
    """What became of taking back: how many records, by which changes, and what could not be taken back, with why."""

    records: int = 0
    problems: list[tuple[str, int, str]] | None = None
    change_ids: list[int] = field(default_factory=list)

    def add(self, type_key: str, outcome: door.Outcome) -> None:
        self.records += len(outcome.changed)
        self.change_ids += outcome.change_ids
        self.problems = (self.problems or []) + [
            (type_key, draft.id or 0, " ".join(draft.problem.messages)) for draft in outcome.problems if draft.problem
        ]


def undo(change_id: int, *, actor: Actor) -> Undone:
    """Take back one act: created records go to the trash, deleted ones come back, fields get their old values.

    What somebody has changed since is left as it is and told in `problems`. Raises Gone, PermissionDenied and
    ValidationError.
    """
    with transaction.atomic():
        act = Change._base_manager.select_for_update().filter(pk=change_id).first()
        if act is None or not is_seen(act, actor=actor):
            raise Gone(_("There is no such change."))
        if act.undone_by:
            raise ValidationError(_("This was taken back already."))
        try:
            type_ = type_of(act.type)
        except UnknownType:
            raise ValidationError(_("The record type is no longer there.")) from None
        found = Undone(problems=[])
        rows = ChangeRow._base_manager.filter(change_id=change_id).order_by("record_id")
        for chunk in chunks(rows.iterator(chunk_size=CHUNK)):
            theirs = type_.ever(actor).filter(pk__in=[row.record_id for row in chunk]).values_list("pk", flat=True)
            seen = {*theirs}  # of the others nothing is told, not even why they stay as they are
            if seen:
                found.add(type_.key, undo_rows(type_, [row for row in chunk if row.record_id in seen], actor=actor))
        if not found.records and found.problems:
            raise PermissionDenied(found.problems[0][2])
        link(act, found.change_ids)
    return found


def is_seen(act: Change, *, actor: Actor) -> bool:
    """Whether the actor may see one of the records upon which it was (one query)."""
    try:
        type_ = type_of(act.type)
    except UnknownType:  # one that an administrator removed: that is said instead
        return True
    return Change._base_manager.filter(upon_seen(type_, actor=actor), pk=act.pk).exists()


def upon_seen(type_: RecordType, *, actor: Actor) -> Exists:
    """The condition of acts upon a record of this type that the actor may see."""
    seen = type_.ever(actor).filter(pk=OuterRef("record_id"))
    return Exists(ChangeRow._base_manager.filter(Exists(seen), change_id=OuterRef("pk")))


def silent(done: int, total: int) -> None:
    """Tells nobody how far it is."""


def undo_batch(batch: str, *, actor: Actor, progress: Callable[[int, int], None] = silent) -> Undone:
    """Take back all that a batch did (an import, a bulk change), the last act first. May be called again."""
    acts = [
        *Change._base_manager.filter(batch=batch, undone_by=None)
        .exclude(verb="undone")
        .order_by("-id")
        .values_list("pk", flat=True)
    ]
    found = Undone(problems=[])
    for number, act in enumerate(acts, start=1):
        try:
            part = undo(act, actor=actor.via(batch=""))
        except (Gone, PermissionDenied, ValidationError) as problem:
            part = Undone(0, [("", act, str(problem))])
        found.records += part.records
        found.change_ids += part.change_ids
        found.problems = (found.problems or []) + (part.problems or [])
        progress(number, len(acts))
    return found


def written(batch: str) -> list[Any]:
    """The new values of each record that a batch has written and that nobody has taken back."""
    acts = Change._base_manager.filter(batch=batch, undone_by=None)
    return [*ChangeRow._base_manager.filter(change_id__in=acts.values("pk")).values_list("new", flat=True)]


def batch_of(change_id: int, *, actor: Actor) -> tuple[str, int]:
    """The batch that an act was part of, and how many records all of it was about; an empty word for a lone act, or one
    of which the actor sees nothing."""
    act = Change._base_manager.filter(pk=change_id).first()
    if act is None or not act.batch or not is_seen(act, actor=actor):
        return "", 0
    whole = Change._base_manager.filter(batch=act.batch, undone_by=None).exclude(verb="undone")
    return act.batch, whole.aggregate(all=Sum("count"))["all"] or 0


def chunks(rows: Iterable[ChangeRow]) -> Iterator[list[ChangeRow]]:
    for _number, group in groupby(enumerate(rows), key=lambda pair: pair[0] // CHUNK):
        yield [row for _at, row in group]


def undo_rows(type_: RecordType, rows: Sequence[ChangeRow], *, actor: Actor) -> door.Outcome:
    """Take back one act on some records, as one act of its own."""
    by_id = {row.record_id: row for row in rows}
    if any(row.old is None for row in rows):
        return delete_unchanged(type_, rows, actor=actor)
    if "deleted_at" in (rows[0].new or {}):
        was_deleted = (rows[0].new or {})["deleted_at"] is not None
        return (door.restore if was_deleted else door.delete)(type_, by_id, actor=actor)
    kinds = {kind.key: kind for kind in type_.for_(actor).fields().values() if not kind.locked}
    locked = type_.rows(actor, "change").filter(pk__in=by_id).order_by("pk").select_for_update(of=("self",))
    current = {row.id: row for row in type_.read(locked, [kind.name for kind in kinds.values()])}
    drafts: list[Draft] = []
    problems: list[Draft] = []
    for row in rows:
        draft = old_values(kinds, row, current.get(row.record_id))
        (problems if draft.problem else drafts).append(draft)
    outcome = door.save_many(type_, drafts, actor=actor, changed="undone")
    outcome.problems += problems
    return outcome


def delete_unchanged(type_: RecordType, rows: Sequence[ChangeRow], *, actor: Actor) -> door.Outcome:
    """Put created records back into the trash, but for those that somebody has worked on since."""
    theirs = type_.rows(actor, "delete").filter(pk__in=[row.record_id for row in rows])
    versions = dict(theirs.order_by("pk").select_for_update(of=("self",)).values_list("pk", "version"))
    same = [row.record_id for row in rows if versions.get(row.record_id) == row.version]
    outcome = door.delete(type_, same, actor=actor) if same else door.Outcome()
    for row in rows:
        if versions.get(row.record_id) != row.version:
            draft, is_there = Draft(row.record_id, {}), row.record_id in versions
            why = (
                _("It has been changed since and was kept.")
                if is_there
                else _("It is not there, or not yours to delete.")
            )
            draft.refuse(ValidationError(why))
            outcome.problems.append(draft)
    return outcome


def old_values(kinds: dict[str, Kind], row: ChangeRow, current: Any) -> Draft:
    """The draft that gives a record its old values back, where nobody has changed them since."""
    if current is None:
        draft = Draft(row.record_id, {})
        draft.refuse(ValidationError(_("It is not there, or you may not change it.")))
        return draft
    held = {
        kind.name: (kind, old)
        for kind, old, new in values_in(kinds, row)
        if kind.to_json(current.values[kind.name]) == kind.to_json(new)
    }
    draft = Draft(row.record_id, {name: old for name, (_kind, old) in held.items()})
    if not held:
        draft.refuse(ValidationError(_("The same fields have been changed since.")))
    return draft


def link(act: Change, taken_back_by: Sequence[int]) -> None:
    """Tie an act and what took it back to each other."""
    if taken_back_by:
        Change._base_manager.filter(pk__in=taken_back_by).update(undoes=act.pk, verb="undone")
        Change._base_manager.filter(pk=act.pk).update(undone_by=taken_back_by[-1])

"""The only door for writing: rows and their history together, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from bodega.kernel import access, copies, tallies, teams
from bodega.kernel.columns import FixedField, KeyField
from bodega.kernel.drafts import Conflict, Draft, Gone, check, check_returning, load
from bodega.kernel.kinds import Kind, Money
from bodega.kernel.kinds.numbers import worth
from bodega.kernel.models import Change, ChangeRow
from bodega.kernel.parts import Part
from bodega.kernel.rates import rate_of
from bodega.kernel.raw import columns_of, insert, insert_one, instance, new_ids, update
from bodega.kernel.scope import rearranged
from bodega.kernel.sharing import reshared, some_shared
from bodega.lib import clock
from bodega.lib.text import fold

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.record import RecordType

__all__ = ["Conflict", "Draft", "Gone", "Outcome", "create", "delete", "restore", "roll_up", "save", "save_many"]


@dataclass
class Outcome:
    """What became of many drafts. `problems` holds those that were not written, with why."""

    created: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    same: int = 0
    problems: list[Draft] = field(default_factory=list)
    change_ids: list[int] = field(default_factory=list)


def create(type_: RecordType, values: Mapping[str, Any], *, actor: Actor, verb: str = "created") -> Any:
    """Write a new record and return it. Raises ValidationError (by field) or PermissionDenied."""
    draft = Draft(None, values)
    save_many(type_, [draft], actor=actor, created=verb)
    return record_of(type_, draft)


def save(
    record: Any,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    type_: RecordType,
    verb: str = "changed",
    version: int | None = None,
) -> Any:
    """Change a record and return it as it is now. Nothing is written, and no history, where nothing changes.

    Raises ValidationError (by field), Conflict (the record is no longer at `version`) or PermissionDenied.
    """
    draft = Draft(record if isinstance(record, int) else record.pk, values, version=version)
    save_many(type_, [draft], actor=actor, changed=verb)
    return record_of(type_, draft)


def record_of(type_: RecordType, draft: Draft) -> Any:
    """What was written, without asking for it again. Raises what kept it from being written."""
    if draft.problem:
        raise draft.problem
    return instance(type_.model, draft.raw)


def save_many(
    type_: RecordType, drafts: Sequence[Draft], *, actor: Actor, created: str = "created", changed: str = "changed"
) -> Outcome:
    """Write new and changed records of one type together: a fixed number of statements, whatever their number.

    What is wrong with one draft keeps that draft out and is told in `problems`; the others are written.
    """
    type_ = type_.whole
    for number, draft in enumerate(drafts):
        draft.at = number
    for verb, wanted in (("create", any(d.is_new for d in drafts)), ("change", any(not d.is_new for d in drafts))):
        if wanted:
            access.require(type_, actor, verb)
    with transaction.atomic(savepoint=False):
        load(type_, [draft for draft in drafts if not draft.raw], actor=actor, verb="change")
        found = Outcome()
        sound = ready(type_, drafts, actor=actor)
        new, old = [d for d in sound if d.is_new], [d for d in sound if not d.is_new and d.changed]
        found.same = sum(1 for draft in sound if not draft.is_new and not draft.changed)
        if new:
            found.change_ids.append(write(type_, new, actor=actor, verb=created))
        if old:
            found.change_ids.append(write(type_, old, actor=actor, verb=changed))
        found.problems = [draft for draft in drafts if draft.problem]
        found.created, found.changed = [d.id for d in new if d.id], [d.id for d in old if d.id]
    return found


def ready(type_: RecordType, drafts: Sequence[Draft], *, actor: Actor) -> list[Draft]:
    """Complete, check and compare: the drafts that may be written, with what changes in each."""
    if actor.user_id is not None and "owner" in type_.fields() and not type_.admin:
        for draft in drafts:
            if draft.is_new:
                draft.values.setdefault("owner", actor.user_id)
    if type_.prepare:
        type_.prepare([draft for draft in drafts if not draft.problem], actor=actor)
    check(type_, [draft for draft in drafts if not draft.problem], actor=actor)
    if type_.is_protected:
        teams.keep(draft.values["teams"] for draft in drafts if draft.values.get("teams") and not draft.problem)
    sound = [draft for draft in drafts if not draft.problem]
    compare(type_, sound)
    return sound


def compare(type_: RecordType, drafts: Sequence[Draft]) -> None:
    """Work out for each draft which fields change, and the raw columns that follow: field by field, as most drafts
    that are written together name the same."""
    kinds = type_.fields()
    for name in dict.fromkeys(chain.from_iterable(draft.values for draft in drafts)):
        compare_field(kinds[name], [draft for draft in drafts if name in draft.values])
    for column in columns_of(type_.model).values():
        if isinstance(column, KeyField):
            for draft in drafts:
                if column.of in draft.columns or draft.is_new:
                    draft.columns[column.attname] = fold(str(draft.get(column.of) or ""))[: column.max_length]


def compare_field(kind: Kind, drafts: Iterable[Draft]) -> None:
    name, key, is_part = kind.name, kind.key, isinstance(kind, Part)
    for draft in drafts:
        value, new = draft.values[name], draft.is_new
        if new and kind.is_empty(value):
            continue
        before = None if new else kind.to_json(draft.old.get(name))
        after = value if kind.is_json else kind.to_json(value)
        if before != after:
            draft.changed[key] = (before, after)
            if not is_part:
                place(draft, kind, value)


def place(draft: Draft, kind: Kind, value: Any) -> None:
    """Put a value's raw columns where they are stored."""
    if value and kind.is_packed:
        draft.columns[kind.columns[0]] = value
        return
    raw = kind.pack(value or kind.or_default(value))
    if isinstance(kind, Money) and value is not None and raw[2] is None:
        rate = rate_of(value.currency)
        raw = (*raw[:2], None if rate is None else worth(value, rate))
    if not kind.custom:
        draft.columns.update(zip(kind.columns, raw, strict=True))
        return
    custom = draft.columns.get("custom")
    if custom is None:
        custom = draft.columns["custom"] = dict(draft.raw.get("custom") or {})
    for column, part in zip(kind.columns, raw, strict=True):
        if part is None or part == "":
            custom.pop(column, None)
        else:
            custom[column] = part


def write(type_: RecordType, drafts: Sequence[Draft], *, actor: Actor, verb: str) -> int:
    """Write rows, parts and history. Returns the id of the change."""
    now = clock.now()
    new, is_arranged = drafts[0].is_new, type_.admin or type_.steady or is_first(type_, drafts)
    with tallies.kept(type_, drafts):
        if new:
            insert_new(type_, drafts, now)
        else:
            update_old(type_, drafts, now)
    copies.follow(type_, drafts, new=new)
    for part in type_.parts:
        write_parts(part, [draft for draft in drafts if part.name in draft.changed])
    change = record_change(type_, drafts, actor=actor, verb=verb, now=now)
    if is_arranged:
        rearranged()
    if any("shares" in draft.changed for draft in drafts):
        reshared()
    return change


def is_first(type_: RecordType, drafts: Sequence[Draft]) -> bool:
    """Whether one of them is to be the first private record of its type, or the first that is shared: what nobody has
    to look for before that. Asked before anything is written."""
    private, shared = (any(name in draft.changed for draft in drafts) for name in ("private", "shares"))
    return (private and not access.some_private(type_)) or (shared and not some_shared())


def insert_new(type_: RecordType, drafts: Sequence[Draft], now: datetime) -> None:
    fields = columns_of(type_.model)
    for draft, pk in zip(drafts, new_ids(type_.model, len(drafts)), strict=True):
        draft.id = pk
    where = {str(getattr(type_.model._meta.get_field(k), "attname", k)): v for k, v in type_.where.items()}
    fixed = {"created_at": now, "updated_at": now, "version": 1} | where
    usual = {name: default_of(column) for name, column in fields.items()} | fixed
    for draft in drafts:
        draft.version, draft.raw = 1, {**usual, **draft.columns, "id": draft.id}
    insert(type_.model, [*fields], ([*draft.raw.values()] for draft in drafts))


def default_of(column: models.Field[Any, Any]) -> Any:
    """The raw default of a column, the same for all rows of a statement: rows take it, nobody changes it."""
    default = column.get_default()
    return column.get_prep_value(default) if isinstance(column, FixedField) else default


def update_old(type_: RecordType, drafts: Sequence[Draft], now: datetime) -> None:
    """One statement for each set of columns that changes together."""
    groups: dict[tuple[str, ...], list[Draft]] = {}
    for draft in drafts:
        draft.version = draft.raw["version"] + 1
        draft.columns |= {"updated_at": now, "version": draft.version}
        draft.raw |= draft.columns
        groups.setdefault(tuple(draft.columns), []).append(draft)
    for columns, group in groups.items():
        update(type_.model, columns, [(d.id or 0, [*d.columns.values()]) for d in group])


def write_parts(part: Part, drafts: Sequence[Draft]) -> None:
    """Replace the lines of these parents by those given; a line that names its id keeps it."""
    if not drafts:
        return
    manager = part.model._base_manager
    kept: list[tuple[int, list[Any]]] = []
    fresh: list[list[Any]] = []
    old_ids = {line["id"] for draft in drafts for line in draft.old.get(part.name) or ()}
    for draft in drafts:
        own_ids = {line["id"] for line in draft.old.get(part.name) or ()}
        for order, line in enumerate(draft.values[part.name] or ()):
            row = [draft.id, order, *part.where.values(), *part.pack_line(line)]
            if line.get("id") in own_ids:
                kept.append((line["id"], row))
            else:
                fresh.append(row)
    columns = [f"{part.parent}_id", "order", *part.where, *part.columns]
    manager.filter(pk__in=old_ids - {pk for pk, _row in kept}).delete()
    if kept:
        update(part.model, columns, kept)
    if fresh:
        insert(part.model, columns, fresh)


def record_change(type_: RecordType, drafts: Sequence[Draft], *, actor: Actor, verb: str, now: datetime) -> int:
    """The history of an act: one Change, and one ChangeRow for each record. Also the event that others react to."""
    act = {
        "at": now,
        "user_id": actor.user_id,
        "actor": actor.name[:150],
        "type": type_.key,
        "verb": verb,
        "surface": actor.surface,
        "batch": actor.batch,
        "caused_by": actor.caused_by,
        "depth": actor.depth,
        "count": len(drafts),
    }
    made = insert_one(Change, act)
    rows = [
        (
            type_.key,
            draft.id,
            draft.version,
            made,
            None if draft.version == 1 else {key: old for key, (old, _new) in draft.changed.items()},
            {key: new for key, (_old, new) in draft.changed.items()},
        )
        for draft in drafts
    ]
    insert(ChangeRow, ["type", "record_id", "version", "change_id", "old", "new"], rows)
    return made


def delete(type_: RecordType, ids: Iterable[int], *, actor: Actor, version: int | None = None) -> Outcome:
    """Put records into the trash, from which they can be restored."""
    return mark(type_, ids, clock.now(), actor=actor, verb="deleted", version=version)


def restore(type_: RecordType, ids: Iterable[int], *, actor: Actor) -> Outcome:
    """Take records out of the trash."""
    return mark(type_, ids, None, actor=actor, verb="restored")


def mark(
    type_: RecordType,
    ids: Iterable[int],
    deleted_at: datetime | None,
    *,
    actor: Actor,
    verb: str,
    version: int | None = None,
) -> Outcome:
    type_ = type_.whole
    access.require(type_, actor, "delete")
    drafts = [Draft(pk, {}, version=version, at=at) for at, pk in enumerate(dict.fromkeys(ids))]
    with transaction.atomic():
        load(type_, drafts, actor=actor, verb="delete", deleted=deleted_at is None)
        if deleted_at is None:
            check_returning(type_, drafts)
        elif type_.guard:
            type_.guard([draft for draft in drafts if not draft.problem], actor=actor)
        sound = [draft for draft in drafts if not draft.problem]
        for draft in sound:
            before, after = (at and at.isoformat() for at in (draft.raw["deleted_at"], deleted_at))
            draft.changed = {"deleted_at": (before, after)}
            draft.columns = {"deleted_at": deleted_at}
        change_ids = [write(type_, sound, actor=actor, verb=verb)] if sound else []
    return Outcome(
        changed=[d.id for d in sound if d.id], problems=[d for d in drafts if d.problem], change_ids=change_ids
    )


def roll_up(type_: RecordType, column: str, values: Mapping[int, Any]) -> None:
    """Keep a stored roll-up (last contact, open amount) in step: no version and no history, nobody entered it."""
    update(type_.model, [column], [(pk, [value]) for pk, value in sorted(values.items())])

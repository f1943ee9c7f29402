"""What is about to be written: the record as it is, and the values that shall be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from bodega.kernel import access
from bodega.kernel.kinds import Computed, Kind
from bodega.kernel.kinds.base import Json
from bodega.kernel.kinds.references import Reference
from bodega.kernel.kinds.texts import Text
from bodega.kernel.parts import Part
from bodega.kernel.raw import Statement, columns_of
from bodega.kernel.record import kept, with_ids
from bodega.kernel.registry import every_type
from bodega.lib.expressions import IsFilled, one_of
from bodega.lib.text import amid

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.record import RecordType


class Draft:
    """One record to be written: `id` is None for a new one, `values` was given, `old` is stored (by field name).

    In the fields `named` who writes has named records by their numbers: those that they may not see are refused even
    where they stand there already, lest somebody finds out by trying.
    """

    __slots__ = ("at", "changed", "columns", "id", "named", "old", "problem", "raw", "values", "version")

    def __init__(
        self,
        pk: int | None,
        values: Mapping[str, Any],
        *,
        version: int | None = None,
        at: int = 0,
        named: Collection[str] = (),
    ) -> None:
        self.id, self.values, self.version, self.at, self.named = pk, dict(values), version, at, frozenset(named)
        self.old: Mapping[str, Any] = {}
        self.raw: dict[str, Any] = {}
        self.columns: dict[str, Any] = {}
        self.changed: dict[str, tuple[Json, Json]] = {}
        self.problem: ValidationError | None = None

    @property
    def is_new(self) -> bool:
        return self.id is None

    def get(self, name: str) -> Any:
        """The value as it will be."""
        return self.values[name] if name in self.values else self.old.get(name)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def refuse(self, problem: ValidationError) -> None:
        """Keep the first thing that is wrong with it; it will not be written."""
        self.problem = self.problem or problem


class Stored(dict[str, Any]):
    """A stored record's values by field name. The lines of all that were locked together are read once one is asked."""

    def __init__(
        self, values: Mapping[str, Any], lines: Mapping[str, Callable[[], Mapping[int, Any]]], pk: int
    ) -> None:
        super().__init__(values)
        self.lines, self.pk = lines, pk

    def get(self, name: str, default: Any = None) -> Any:
        if name in self.lines and name not in self:
            self[name] = self.lines[name]().get(self.pk, [])
        return super().get(name, default)


class Conflict(Exception):
    """Somebody else has changed the record since it was read."""

    def __init__(self, record_id: int, *, expected: int, found: int) -> None:
        super().__init__(_("Somebody else has changed this record in the meantime."))
        self.record_id, self.expected, self.found = record_id, expected, found


class Gone(LookupError):
    """The record is not there, or not for this actor."""


def load(
    type_: RecordType, drafts: Sequence[Draft], *, actor: Actor, verb: str, deleted: bool = False, lock: bool = True
) -> None:
    """Fill in `old` and `raw` from the stored rows, locked unless they are only looked at (one query; lines are read
    when somebody asks for them).

    A draft of a record that is not there, or that the actor may not change, gets a problem.
    """
    wanted: dict[int, Draft] = {}
    for draft in drafts:
        if draft.id is not None and wanted.setdefault(draft.id, draft) is not draft:
            draft.refuse(ValidationError(_("The record #%(id)s is named twice.") % {"id": draft.id}))
    if not wanted:
        return
    columns = [*columns_of(type_.model)]

    def made() -> Statement:
        query = with_ids(type_.trash(actor) if deleted else type_.rows(actor, verb)).order_by("pk")
        return Statement(query.select_for_update(of=("self",)) if lock else query, columns)

    key = ("load", type_.key, deleted, lock, access.sight(type_, actor, "delete" if deleted else verb))
    kinds = {k: v for k, v in type_.fields().items() if not isinstance(v, Computed | Part)}
    lines = {part.name: cache(partial(part.stored, [*wanted])) for part in type_.parts}
    for row in kept(key, made).ask(ids=[*wanted]):
        raw = dict(zip(columns, row, strict=True))
        draft = wanted.pop(raw["id"])
        draft.raw, draft.old = raw, Stored(type_.values_of(raw, kinds, {}), lines, raw["id"])
        if draft.version is not None and draft.version != raw["version"]:
            raise Conflict(raw["id"], expected=draft.version, found=raw["version"])
    for draft in wanted.values():
        draft.refuse(
            ValidationError(
                _("The record #%(id)s is not there, or you may not change it.") % {"id": draft.id}, code="gone"
            )
        )


def check(type_: RecordType, drafts: Sequence[Draft], *, actor: Actor) -> None:
    """Required values, unknown fields, references to what the actor may not see, values that must be unique."""
    kinds = type_.fields()
    for kind in kinds.values():
        if kind.writable and (kind.required or isinstance(kind, Part | Text)):
            given = [draft for draft in drafts if kind.name in draft.values or (kind.required and draft.is_new)]
            if not kind.sound([draft.get(kind.name) for draft in given]):
                for draft in given:
                    try_check(draft, kind)
    for draft in drafts:
        for name in draft.values.keys() - kinds.keys():
            draft.refuse(ValidationError({name: _("There is no field “%(name)s”.") % {"name": name}}))
    check_references(kinds, drafts, actor=actor)
    check_owners(type_, drafts, actor=actor)
    if type_.within and not type_.is_talk:
        check_within(kinds[type_.within], drafts, actor=actor)
    for kind in kinds.values():
        if kind.unique or kind.name == "external_id":
            check_unique(type_, kind, drafts)


def try_check(draft: Draft, kind: Kind) -> None:
    try:
        kind.check(draft.get(kind.name))
    except ValidationError as problem:
        draft.refuse(ValidationError({kind.name: problem.messages}))


def pointing(kind: Kind) -> bool:
    return isinstance(kind, Reference) or (isinstance(kind, Part) and bool(kind.pointing))


def check_references(kinds: Mapping[str, Kind], drafts: Sequence[Draft], *, actor: Actor) -> None:
    """Every newly named record must be one that the actor may see: one query for each type pointed at."""
    named: list[tuple[Draft, str, tuple[str, int]]] = []
    for name, kind in kinds.items():
        if pointing(kind):
            named += [
                (draft, name, target)
                for draft in drafts
                if name in draft.values
                for target in {*kind.points_at(draft.values[name])} - left_standing(kind, draft)
            ]
    seen = visible_targets({target for _draft, _name, target in named}, actor=actor)
    for draft, name, (to, pk) in named:
        if (to, pk) not in seen and name in draft.named:
            draft.refuse(ValidationError({name: Reference(name=name, to=to).missing(f"#{pk}").messages}))
        elif (to, pk) not in seen:  # the number may come out of what is hidden, as when something is undone
            draft.refuse(ValidationError({name: _("What it refers to is not there, or not for you to see.")}))


def check_owners(type_: RecordType, drafts: Sequence[Draft], *, actor: Actor) -> None:
    """A record is given to those to whom one's roles let one give it; a new one may be one's own."""
    if type_.admin or "owner" not in type_.fields() or (allowed := access.assignees(type_, actor)) is None:
        return
    for draft in drafts:
        former, owner = actor.user_id if draft.is_new else draft.old.get("owner"), draft.get("owner")
        if owner != former and owner not in allowed:
            draft.refuse(ValidationError({"owner": _("Your role does not let you give records to this person.")}))


def check_within(parent: Kind, drafts: Sequence[Draft], *, actor: Actor) -> None:
    """What hangs on a record is written by those who may change that record (one query)."""
    named = {draft.get(parent.name) for draft in drafts if not draft.problem}
    allowed = {*parent.target.rows(actor, "change").filter(pk__in=named).values_list("pk", flat=True)}  # type: ignore[attr-defined]
    for draft in drafts:
        if draft.get(parent.name) not in allowed:
            draft.refuse(ValidationError({parent.name: _("You may not change this record.")}))


def left_standing(kind: Kind, draft: Draft) -> set[tuple[str, int]]:
    """What stands there already: a form gives it back unseen."""
    return set() if kind.name in draft.named else {*kind.points_at(draft.old.get(kind.name))}


def visible_targets(targets: Iterable[tuple[str, int]], *, actor: Actor) -> set[tuple[str, int]]:
    by_type: dict[str, set[int]] = {}
    for type_key, pk in targets:
        by_type.setdefault(type_key, set()).add(pk)
    known = {type_.key: type_ for type_ in every_type()} if by_type else {}
    return {
        (key, pk) for key, ids in by_type.items() if key in known for pk in visible_ids(known[key], ids, actor=actor)
    }


def visible_ids(type_: RecordType, ids: Iterable[int], *, actor: Actor) -> Iterable[int]:
    """Those of the ids that the actor may see; the names of what administrators arrange are known without a query."""
    if type_.admin:
        return type_.labels(ids, actor)
    return [row[0] for row in type_.raw(ids, ["pk"], actor=actor)]


def check_unique(type_: RecordType, kind: Kind, drafts: Sequence[Draft]) -> None:
    """A value that must be unique may be neither in another record nor twice among the drafts (one query)."""
    given = [
        (draft, draft.values[kind.name])
        for draft in drafts
        if kind.name in draft.values and not kind.is_empty(draft.values[kind.name])
    ]
    if not given:
        return
    held = {value: pk for pk, value in holders(type_, kind, {value for _draft, value in given})}
    for draft, value in given:
        if held.setdefault(value, draft.id or -draft.at - 1) != (draft.id or -draft.at - 1):
            message = _("“%(value)s” is taken: another %(type)s has it.") % {
                "value": value,
                "type": amid(type_.label),
            }
            draft.refuse(ValidationError({kind.name: message}, code="unique"))


def check_returning(type_: RecordType, drafts: Sequence[Draft]) -> None:
    """What comes out of the trash may not have a key that was given to another record in the meantime."""
    kind = type_.declared.get("external_id")
    if kind is not None:
        asking = [Draft(draft.id, {kind.name: draft.old.get(kind.name)}) for draft in drafts if not draft.problem]
        check_unique(type_, kind, asking)
        refused = {draft.id: draft.problem for draft in asking if draft.problem}
        for draft in drafts:
            if draft.id in refused:
                draft.refuse(refused[draft.id])


def holders(type_: RecordType, kind: Kind, values: Iterable[Any]) -> Iterable[tuple[int, Any]]:
    """The records that have one of these values already."""
    filled = type_.every(deleted=None if kind.unique else False).filter(IsFilled(models.F(kind.column)))
    return filled.filter(one_of(models.F(kind.column), values)).values_list("pk", kind.column)

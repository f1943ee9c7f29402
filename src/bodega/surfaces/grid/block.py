"""A block of cells put into a list: read, checked and written as one change; what cannot be is told by cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bodega.kernel import access, change, history
from bodega.kernel.actors import Actor
from bodega.kernel.drafts import Draft, load
from bodega.kernel.kinds import AnyReference, Kind, Reference, References
from bodega.kernel.kinds.numbers import LARGEST
from bodega.kernel.record import RecordType
from bodega.lib.formulas import rearm
from bodega.surfaces.html.cells import is_editable, why_fixed

MOST = 5_000
"""Cells of one block."""
Cell = tuple[int, str]
"""The number of a record and the name of a field."""
Values = dict[int, dict[str, Any]]
"""By record, what its fields shall be."""


@dataclass
class Block:
    """What was put in: by cell its text, and by record the version that was seen (0: none)."""

    texts: Mapping[Cell, str]
    versions: Mapping[int, int]
    exact: bool = False
    """Whether the texts are ours; otherwise they come from a program that had to be kept from running them."""

    @property
    def names(self) -> list[str]:
        return [*dict.fromkeys(name for _pk, name in self.texts)]

    @classmethod
    def of(cls, sent: Mapping[str, Any]) -> Block:
        """From JSON: `columns`, and `rows` of a number, a version and a text (or null: left alone) for each column.

        Raises ValueError, KeyError, TypeError or OverflowError where it is something else.
        """
        columns = [str(name) for name in sent["columns"]]
        texts: dict[Cell, str] = {}
        versions: dict[int, int] = {}
        for number, version, row in sent["rows"]:
            pk = int(number)
            if pk > LARGEST:
                raise ValueError(pk)
            versions[pk] = int(version)
            pairs = zip(columns, row, strict=True)
            texts |= {(pk, name): str(text) for name, text in pairs if text is not None}
        return cls(texts, versions, sent.get("exact") is True)


@dataclass
class Put:
    """What became of a block."""

    outcome: change.Outcome = field(default_factory=change.Outcome)
    wrong: dict[Cell, str] = field(default_factory=dict)


def put(type_: RecordType, block: Block, *, actor: Actor) -> Put:
    """Write a block: as many statements for one record as for all. Raises PermissionDenied and ValidationError."""
    access.require(type_, actor, "change")
    if len(block.versions) > 1:
        access.require(type_, actor, "many")
    if len(block.texts) > MOST:
        raise ValidationError(_("These are more than %(most)s cells. Import them as a file.") % {"most": MOST})
    with transaction.atomic():
        drafts = [Draft(pk, {}) for pk in block.versions]
        load(type_, drafts, actor=actor, verb="change")
        done = Put(wrong=gone(drafts, block) | overtaken(type_, drafts, block, actor=actor))
        values = read(type_, block, done.wrong, actor=actor)
        done.outcome = written(type_, drafts, values, done.wrong, actor=actor)
    return done


def gone(drafts: Iterable[Draft], block: Block) -> dict[Cell, str]:
    """The cells of records that are not there, or not to be changed by the actor."""
    refused = {draft.id: " ".join(draft.problem.messages) for draft in drafts if draft.problem}
    return {(pk, name): refused[pk] for pk, name in block.texts if pk in refused}


def overtaken(type_: RecordType, drafts: Iterable[Draft], block: Block, *, actor: Actor) -> dict[Cell, str]:
    """The cells that others have changed since they were seen; nothing is asked where every version is the one seen."""
    old = {d.id: block.versions[d.id] for d in drafts if d.id and d.raw and 0 < block.versions[d.id] < d.raw["version"]}
    known = type_.fields()
    acts = {n: history.overtaken(type_, old, n, actor=actor) for n in (block.names if old else ()) if n in known}
    said = _("%(who)s has changed this meanwhile. Put yours in again to replace it.")
    return {
        (pk, name): said % {"who": act.actor}
        for name, found in acts.items()
        for pk, act in found.items()
        if (pk, name) in block.texts
    }


def read(type_: RecordType, block: Block, wrong: dict[Cell, str], *, actor: Actor) -> Values:
    """What the texts mean that are not `wrong` already; what cannot be understood is put there, too."""
    known = type_.fields()
    values: Values = {pk: {} for pk in block.versions}
    for name in block.names:
        cells = [cell for cell in block.texts if cell[1] == name and cell not in wrong]
        texts = {pk: block.texts[pk, name] if block.exact else rearm(block.texts[pk, name]) for pk, _name in cells}
        meant = understood(known.get(name), {*texts.values()}, actor=actor)
        for pk, text in texts.items():
            if isinstance(value := meant[text], ValidationError):
                wrong[pk, name] = " ".join(value.messages)
            else:
                values[pk][name] = value
    return values


def understood(kind: Kind | None, texts: Iterable[str], *, actor: Actor) -> dict[str, Any]:
    """By text, the value or the ValidationError: each text once, and names of records in one query."""
    if kind is None or not is_editable(kind):
        why = why_fixed(kind, may_change=True) if kind else _("There is no such field.")
        return dict.fromkeys(texts, ValidationError(why))
    named = [text for text in texts if text.strip()]
    if isinstance(kind, Reference) and not isinstance(kind, AnyReference | References) and named:
        return kind.resolve(named, actor=actor) | {text: None for text in texts if not text.strip()}
    return {text: parsed(kind, text, actor=actor) for text in texts}


def parsed(kind: Kind, text: str, *, actor: Actor) -> Any:
    try:
        return kind.parse(text, actor=actor)
    except ValidationError as problem:
        return problem


def written(
    type_: RecordType, loaded: Sequence[Draft], values: Values, wrong: dict[Cell, str], *, actor: Actor
) -> change.Outcome:
    """Write all that may be: where cells of a record are refused, the others are tried again without them."""
    while True:
        drafts = [again(draft, values[draft.id]) for draft in loaded if draft.id and values[draft.id]]
        mark = transaction.savepoint()
        outcome = change.save_many(type_, drafts, actor=actor)
        refused = {(d.id or 0, name): why for d in outcome.problems for name, why in reasons(d, values).items()}
        if not refused:
            transaction.savepoint_commit(mark)
            return outcome
        transaction.savepoint_rollback(mark)
        wrong |= refused
        for pk, name in refused:
            del values[pk][name]


def again(draft: Draft, values: Mapping[str, Any]) -> Draft:
    """A fresh draft of the record that was loaded and locked."""
    found = Draft(draft.id, values)
    found.raw, found.old = {**draft.raw}, draft.old
    return found


def reasons(draft: Draft, values: Values) -> dict[str, str]:
    """Why it was not written, by field; what is the matter of no field alone is told of all that were given."""
    given, problem = values[draft.id or 0], draft.problem
    if problem is not None and hasattr(problem, "error_dict") and {*problem.error_dict} <= {*given}:
        return {name: " ".join(texts) for name, texts in problem.message_dict.items()}
    return dict.fromkeys(given, " ".join(problem.messages) if problem else "")

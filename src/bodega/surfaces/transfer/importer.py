"""Takes the lines of a file into a record type: a chunk at a time, each in one transaction with its mark of progress."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from bodega.kernel import access, change
from bodega.kernel.change import Draft
from bodega.kernel.kinds import Kind
from bodega.kernel.parts import Part
from bodega.kernel.scope import forget, scope
from bodega.lib.tables import BadRow, Row
from bodega.surfaces.transfer import runs
from bodega.surfaces.transfer.models import ImportRun
from bodega.surfaces.transfer.plan import NOTHING, Bound, Line, Plan, put_together
from bodega.surfaces.transfer.resolving import Answers, Resolver
from bodega.surfaces.transfer.seen import Seen

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

Key = tuple[Any, ...]


@dataclass(eq=False)
class Target:
    """A record that lines of the chunk write: one that is there (`pk`), or a new one. Several lines may tell of it."""

    pk: int | None
    values: dict[str, Any]
    lines: list[Line] = field(default_factory=list)
    draft: Draft | None = None

    def add(self, line: Line, kinds: Mapping[str, Kind]) -> None:
        """A further line of the same record: its lines are added, its other values replace those before."""
        line.result = "same"
        for name, value in line.values.items():
            if isinstance(kinds[name], Part) and self.lines:
                self.values[name] = [*self.values.get(name, ()), *value]
            elif self.values.get(name) != value:
                self.values[name] = value
                line.result = "changed"
        self.lines.append(line)


class Importer:
    """For one reading of one file. A trial (`dry`) does everything and takes it back, chunk by chunk."""

    def __init__(self, plan: Plan, run: ImportRun, *, actor: Actor, dry: bool = False, tying: bool = False) -> None:
        self.plan, self.run, self.actor, self.dry, self.tying = plan, run, actor, dry, tying
        self.type_, self.kinds = plan.type_, plan.type_.fields()
        self.resolvers = {id(one): Resolver(one, actor=actor) for one in plan.bound if one.is_resolved}
        self.names, self.written = Seen(), Seen()
        self.has_parts = any(isinstance(self.kinds[one.head], Part) for one in plan.bound)
        self.own_names = {id(one): name_feed(plan, one) for one in plan.own}

    def close(self) -> None:
        self.names.close()
        self.written.close()

    def take(self, items: Sequence[Row | BadRow]) -> None:
        """Import one chunk, and move the run past it. Raises Overtaken where somebody else has moved it."""
        lines = [Line(*item) for item in items if not isinstance(item, BadRow)]
        with scope():
            self.understand(lines)
            with transaction.atomic():
                point = transaction.savepoint()
                self.write(lines)
                if self.dry:
                    transaction.savepoint_rollback(point)
                    forget()
                runs.advance(self.run, items, lines, tying=self.tying)

    # ---- values ------------------------------------------------------------------------------------------------

    def understand(self, lines: Sequence[Line]) -> None:
        """The values of all columns that need nothing from the database."""
        for one in self.plan.bound:
            if not one.is_resolved:
                for line, cell in zip(lines, one.cells(lines), strict=True):
                    give(line, one, one.understood(cell, actor=self.actor), cell)

    def resolve(self, lines: Sequence[Line]) -> None:
        """The values of the columns that name records: one query for each column."""
        for one in self.plan.bound:
            if one.is_resolved:
                cells = [str(cell) for cell in one.cells(lines)]
                answers = self.resolvers[id(one)].answers({cell for cell in cells if cell.strip()})
                coming = self.coming(one, answers)
                for line, cell in zip(lines, cells, strict=True):
                    if cell.strip() and cell not in coming:
                        give(line, one, answers[cell], cell)

    def coming(self, one: Bound, answers: Answers) -> set[str]:
        """The words that no record has yet, but a line of this file: they are tied in the second reading."""
        if id(one) not in self.own_names or self.tying:
            return set()
        missing = {word for word, answer in answers.items() if isinstance(answer, ValidationError)}
        keys = {word: name_key(word) for word in missing}
        there = self.names.known({*keys.values()})
        return {word for word, key in keys.items() if key in there}

    def note_names(self, items: Iterable[Row | BadRow]) -> None:
        """Remember how the records of this file are called, for the columns that refer to them."""
        lines = [Line(*item) for item in items if not isinstance(item, BadRow)]
        for feed in self.own_names.values():
            if feed is not None:
                self.names.add({name_key(str(cell)) for cell in feed.cells(lines)})

    # ---- records -----------------------------------------------------------------------------------------------

    def write(self, lines: Sequence[Line]) -> None:
        self.resolve(lines)
        targets = self.targets([line for line in lines if not line.problems])
        self.save(targets)
        for target in targets:
            self.tell(target)

    def targets(self, lines: Sequence[Line]) -> list[Target]:
        """The records that the lines mean, each once, with what is already there looked up (one query, or two)."""
        keys = [self.key_of(line) for line in lines]
        there = self.there({key for key in keys if key})
        before = self.written.known({repr(key) for key in keys if key}) if self.dry or self.has_parts else set()
        old = self.old_values([ids[0] for ids in there.values()])
        found: dict[Any, Target] = {}
        for line, key in zip(lines, keys, strict=True):
            ids = there.get(key, []) if key else []
            refusal = self.refusal(line, key, ids, again=key in found, before=repr(key) in before)
            put_together(line, self.plan, old.get(ids[0], {}) if ids else {})
            if refusal:
                line.refuse(refusal, column=self.plan.column_of(self.plan.match[0]) if self.plan.match else "", value=shown(key))
            elif not line.problems and not (self.tying and not ids):
                target = found.setdefault(key or line, Target(ids[0] if ids else None, {}))
                target.add(line, self.kinds)
        if self.dry or self.has_parts:
            self.written.add({repr(key) for key in found if isinstance(key, tuple)})
        for target in found.values():
            self.keep_line_ids(target, old.get(target.pk or 0, {}))
        return [*found.values()]

    def key_of(self, line: Line) -> Key | None:
        """By which values the record of a line is found; None where it has none of them."""
        values = [line.values.get(name) for name in self.plan.match]
        if not values or any(value is None or value == "" for value in values):
            return None
        return tuple(self.kinds[name].same(value) for name, value in zip(self.plan.match, values, strict=True))

    def there(self, keys: set[Key]) -> dict[Key, list[int]]:
        if not keys:
            return {}
        wanted = {name: {key[at] for key in keys} for at, name in enumerate(self.plan.match)}
        return {key: ids for key, ids in self.type_.holding(wanted, actor=self.actor).items() if key in keys}

    def refusal(self, line: Line, key: Key | None, ids: Sequence[int], *, again: bool, before: bool) -> ValidationError | None:
        """Why this line may not be written, by the mode and by what its key finds."""
        mode, verb = self.plan.step.mode, "change" if ids else "create"
        is_there = bool(ids) or again or before
        if len(ids) > 1:
            return ValidationError(
                _("%(count)s records are found by this: %(ids)s. Match by another field.")
                % {"count": len(ids), "ids": ", ".join(f"#{pk}" for pk in ids[:5])},
                code="ambiguous",
            )
        if mode == "create" and is_there:
            return ValidationError(_("There is one already."), code="exists")
        if mode == "update" and not is_there and not self.tying:
            return ValidationError(_("There is none to update."), code="missing")
        if before and self.has_parts and not self.dry:
            return ValidationError(_("Lines of this record stand elsewhere in the file; sort it, so that they stand together."))
        if not access.may(self.type_, self.actor, verb):
            return ValidationError(access.denial(self.type_, verb), code="denied")
        return None

    def old_values(self, ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
        """What the records have in the fields of which the file gives parts only."""
        names = {one.head for one in self.plan.bound if one.tail}
        if not names or not ids:
            return {}
        rows = self.type_.read(self.type_.rows(self.actor).filter(pk__in=ids), names)
        return {row.id: row.values for row in rows}

    def keep_line_ids(self, target: Target, old: Mapping[str, Any]) -> None:
        """Lines stay the lines they were, by their order, with what the file does not tell of them."""
        for name, lines in target.values.items():
            if isinstance(self.kinds[name], Part) and old.get(name):
                held = [*old[name], *[{}] * len(lines)]
                target.values[name] = [was | {k: v for k, v in line.items() if v is not None} for was, line in zip(held, lines, strict=False)]

    def save(self, targets: Sequence[Target]) -> None:
        """Write them together. What the database itself refuses is narrowed down to the record it is about."""
        if not targets:
            return
        for target in targets:
            target.draft = Draft(target.pk, target.values)
        try:
            with transaction.atomic():
                change.save_many(self.type_, [target.draft for target in targets if target.draft], actor=self.actor)
        except (DataError, IntegrityError) as error:
            if len(targets) > 1:
                self.save(targets[: len(targets) // 2])
                self.save(targets[len(targets) // 2 :])
            elif targets[0].draft:
                reason = str(error).strip().splitlines()[0]
                targets[0].draft.refuse(ValidationError(_("The database refuses this: %(why)s") % {"why": reason}))

    def tell(self, target: Target) -> None:
        """Each line learns what has become of it."""
        draft = target.draft
        if draft is None or draft.problem:
            for line in target.lines:
                self.blame(line, draft.problem if draft and draft.problem else ValidationError(""))
            return
        target.lines[0].result = "created" if target.pk is None else "changed" if draft.changed else "same"

    def blame(self, line: Line, problem: ValidationError) -> None:
        line.result = "failed"
        by_field = problem.error_dict if hasattr(problem, "error_dict") else {NON_FIELD_ERRORS: problem.error_list}
        for name, errors in by_field.items():
            column = self.plan.column_of(name) if name != NON_FIELD_ERRORS else ""
            value = next((str(one.read(line.cells)) for one in self.plan.bound if one.head == name), "")
            for error in errors:
                line.refuse(error, column=column, value=value)


def give(line: Line, one: Bound, value: Any, cell: Any) -> None:
    """Put what a cell means where it belongs."""
    if value is NOTHING:
        return
    if isinstance(value, ValidationError):
        line.refuse(value, column=one.feed.source or one.feed.field, value=str(cell))
    elif not one.tail:
        line.values[one.head] = value
    elif one.feed.source or one.head in line.parts or not isinstance(one.owner, Part):
        line.parts.setdefault(one.head, {})[one.tail] = value


def name_feed(plan: Plan, one: Bound) -> Bound | None:
    """The column that holds what the words of this column refer to."""
    by = one.feed.by or plan.type_.title
    return next((other for other in plan.bound if other.head == by and not other.tail), None)


def name_key(word: str) -> str:
    return " ".join(word.split()).casefold()


def shown(key: Key | None) -> str:
    return " ".join(str(part) for part in key or ())

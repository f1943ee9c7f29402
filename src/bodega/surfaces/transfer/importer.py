"""Takes the lines of a file into a record type: chunk by chunk, each in one transaction with the mark of progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import Field
from django.utils.translation import gettext as _

from bodega.kernel import access, change
from bodega.kernel.change import Conflict, Draft
from bodega.kernel.kinds import Kind
from bodega.kernel.parts import Line as PartLine
from bodega.kernel.parts import Part
from bodega.kernel.scope import forget, scope
from bodega.lib.seen import Seen
from bodega.lib.tables import BadRow, Row
from bodega.lib.text import fold
from bodega.surfaces.transfer import runs
from bodega.surfaces.transfer.models import TIE, ImportRun
from bodega.surfaces.transfer.plan import IDENTITY, NOTHING, Bound, Line, Plan, put_together
from bodega.surfaces.transfer.resolving import Answers, Resolver

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

Key = tuple[Any, ...]
Watch = Callable[[ImportRun], None]


@dataclass(eq=False)
class Target:
    """A record that lines of the chunk write: one that is there (`pk`), or a new one. Several lines may tell of it."""

    pk: int | None
    values: dict[str, Any]
    known: bool = False
    """Whether an earlier chunk has written it."""
    lines: list[Line] = field(default_factory=list)
    draft: Draft | None = None

    def add(self, line: Line, parts: set[str]) -> None:
        """A further line of the same record: its `parts` are added, its other values replace those before."""
        line.result = "same"
        for name, value in line.values.items() if self.lines else ():
            if name in parts:
                self.values[name] = [*self.values.get(name, ()), *value]
            elif self.values.get(name) != value:
                self.values[name] = value
                line.result = "changed"
        self.values = self.values or {**line.values}
        self.lines.append(line)


class Importer:
    """For one reading of one file. A trial (`dry`) does everything and takes it back, chunk by chunk."""

    def __init__(self, plan: Plan, run: ImportRun, *, actor: Actor, dry: bool = False) -> None:
        self.plan, self.run, self.actor, self.dry = plan, run, actor, dry
        self.type_, self.kinds = plan.type_, IDENTITY | plan.type_.fields()
        self.resolvers = {id(one): Resolver(one, actor=actor) for one in plan.bound if one.is_resolved}
        self.names, self.written = Seen(), Seen()
        self.parts = plan.parts
        self.may = {verb: access.may(self.type_, actor, verb) for verb in ("create", "change")}
        self.versions: dict[int, int] = {}
        self.own_names = {id(one): name_feed(plan, one) for one in plan.own}

    def close(self) -> None:
        self.names.close()
        self.written.close()

    def take(self, items: Sequence[Row | BadRow], *, watch: Watch) -> None:
        """Import one chunk and move the run past it; `watch` is asked before the commit.

        Raises Overtaken where somebody else has moved or stopped the run.
        """
        lines = self.lines(items)
        with scope():
            self.understand(lines)
            with transaction.atomic():
                point = transaction.savepoint()
                self.write(lines)
                if self.dry:
                    transaction.savepoint_rollback(point)
                    self.forget()
                runs.advance(self.run, items, lines)
                watch(self.run)

    def forget(self) -> None:
        """What a trial has made on the way is gone again."""
        forget()
        for resolver in self.resolvers.values():
            resolver.found.clear()

    def lines(self, items: Sequence[Row | BadRow]) -> list[Line]:
        """The lines to work on; in the second reading those that came in and name records of the file."""
        lines = [Line(*item) for item in items if not isinstance(item, BadRow)]
        if self.run.phase != TIE:
            return lines
        failing = runs.failing(self.run, [line.number for line in lines])
        named = {line for one in self.plan.own for line in lines if str(one.read(line.cells)).strip()}
        return [line for line in lines if line in named and line.number not in failing]

    # ---- values ------------------------------------------------------------------------------------------------

    def understand(self, lines: Sequence[Line]) -> None:
        """The values of all columns that need nothing from the database."""
        for one in self.plan.bound:
            if not one.is_resolved:
                for line, cell in zip(lines, one.cells(lines), strict=True):
                    value = one.understood(cell, actor=self.actor)
                    if type(value) is str and not one.tail:  # as most are
                        line.values[one.head] = value
                    else:
                        give(line, one, value, cell)

    def resolve(self, lines: Sequence[Line]) -> None:
        """The values of the columns that name records: one query for each column, those of the same type last."""
        for one in sorted(self.plan.bound, key=lambda one: id(one) in self.own_names):
            if one.is_resolved:
                cells = [str(cell) for cell in one.cells(lines)]
                answers = self.resolvers[id(one)].answers([*dict.fromkeys(cell for cell in cells if cell.strip())])
                coming = self.coming(one, answers)
                for line, cell in zip(lines, cells, strict=True):
                    if cell.strip() and not (cell in coming and self.key_of(line)):
                        give(line, one, answers[cell], cell)

    def coming(self, one: Bound, answers: Answers) -> set[str]:
        """The words that no record has yet, but a line of this file: they are tied in the second reading."""
        if id(one) not in self.own_names or self.run.phase == TIE:
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
        targets = self.targets(lines)
        self.save(targets)
        for target in targets:
            self.tell(target)

    def targets(self, lines: Sequence[Line]) -> list[Target]:
        """The records that the lines mean, each once, with what is already there looked up (one query, or two)."""
        keys = {line: self.key_of(line) for line in lines}
        there = self.there({key for key in keys.values() if key})
        before = self.before({key for key in keys.values() if key})
        old = self.old_values([ids[0] for ids in there.values()])
        found: dict[Any, Target] = {}
        for line, key in keys.items():
            if self.run.phase == TIE and not key:
                line.result = "same"
            if line.problems or (self.run.phase == TIE and not key):
                continue
            ids = there.get(key, []) if key else []
            self.check(line, key, ids, is_before=key in before, is_again=key in found)
            put_together(line, self.plan, old.get(ids[0], {}) if ids else {})
            if not line.problems:
                target = found.setdefault(key or line, Target(ids[0] if ids else None, {}, known=key in before))
                target.add(line, self.parts)
        if self.parts:
            self.keep_together(keys, found)
        return self.ready(found, old)

    def keep_together(self, keys: Mapping[Line, Key | None], found: dict[Any, Target]) -> None:
        """Where one line of a record is wrong, all of them wait, so that they can be sent again together."""
        broken = {key: line.number for line, key in keys.items() if line.problems and key}
        for key in broken.keys() & found.keys():
            for line in found.pop(key).lines:
                line.result = "failed"
                line.refuse(
                    ValidationError(
                        _("Line %(line)s of the same record is wrong.") % {"line": broken[key]}, code="together"
                    )
                )

    def before(self, keys: set[Key]) -> set[Key]:
        """The keys that an earlier chunk has met; asked where that is not in the database, or may not be."""
        if not (self.dry or self.parts):
            return set()
        words = {repr(key): key for key in keys}
        return {words[word] for word in self.written.known(words)}

    def ready(self, found: Mapping[Any, Target], old: Mapping[int, dict[str, Any]]) -> list[Target]:
        if self.dry or self.parts:
            self.written.add({repr(key) for key in found if isinstance(key, tuple)})
        for name in self.parts:
            part = self.kinds[name]
            blank = blank_line(part)
            for target in found.values():
                if name in target.values:
                    before = old.get(target.pk or 0, {}).get(name)
                    target.values[name] = merged_lines(part, target.values[name], before, blank=blank)
        # What a trial has made and taken back cannot be written upon.
        return [target for target in found.values() if not (self.dry and target.known and target.pk is None)]

    def key_of(self, line: Line) -> Key | None:
        """By which values the record of a line is found; None where it has none of them."""
        values = [line.values.get(name) for name in self.plan.match]
        if not values or any(value is None or value == "" for value in values):
            return None
        return tuple(self.kinds[name].same(value) for name, value in zip(self.plan.match, values, strict=True))

    def there(self, keys: set[Key]) -> dict[Key, list[int]]:
        if not keys:
            return {}
        if self.plan.match == ("id",):
            rows = self.type_.rows(self.actor).filter(pk__in=[key[0] for key in keys])
            self.versions = dict(rows.values_list("pk", "version"))
            return {(pk,): [pk] for pk in self.versions}
        wanted = {name: {key[at] for key in keys} for at, name in enumerate(self.plan.match)}
        return {key: ids for key, ids in self.type_.holding(wanted, actor=self.actor).items() if key in keys}

    def check(self, line: Line, key: Key | None, ids: Sequence[int], *, is_before: bool, is_again: bool) -> None:
        """Refuse a line that may not be written, by the mode and by what its key finds."""
        problem = self.refusal(key, ids, is_before=is_before, is_again=is_again) or self.overtaken(line, ids)
        if problem:
            column = self.plan.column_of(self.plan.match[0]) if self.plan.match else ""
            line.refuse(problem, column=column, value=" ".join(str(part) for part in key or ()))

    def refusal(
        self, key: Key | None, ids: Sequence[int], *, is_before: bool, is_again: bool
    ) -> ValidationError | None:
        mode, is_there = self.plan.step.mode, bool(ids) or is_before or is_again
        if len(ids) > 1:
            named = {"count": len(ids), "ids": ", ".join(f"#{pk}" for pk in ids[:5])}
            message = _("%(count)s records are found by this: %(ids)s. Match by another field.") % named
            return ValidationError(message, code="ambiguous")
        if mode == "create" and is_there and not (is_again and self.parts):
            return ValidationError(_("There is one already."), code="exists")
        if not is_there and (mode == "update" or (key and self.plan.match == ("id",))):
            return ValidationError(_("There is none to change."), code="missing")
        if is_before and self.parts:
            return ValidationError(
                _("Lines of this record stand apart in the file; sort it, so that they stand together.")
            )
        verb = "change" if ids else "create"
        return None if self.may[verb] else ValidationError(access.denial(self.type_, verb), code="denied")

    def overtaken(self, line: Line, ids: Sequence[int]) -> ValidationError | None:
        """That somebody has changed the record since the line was written."""
        expected, found = line.values.get("version"), self.versions.get(ids[0]) if ids else None
        if expected is None or found in (None, expected):
            return None
        return ValidationError(str(Conflict(ids[0], expected=expected, found=found)), code="conflict")

    def old_values(self, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        """What the records have in the fields of which the file gives parts only."""
        names = {one.head for one in self.plan.bound if one.tail}
        if not names or not ids:
            return {}
        rows = self.type_.read(self.type_.rows(self.actor).filter(pk__in=ids), names)
        return {row.id: dict(row.values) for row in rows}

    def save(self, targets: Sequence[Target]) -> None:
        """Write them together. What the database itself refuses is narrowed down to the record it is about."""
        if not targets:
            return
        for target in targets:
            own = {name: value for name, value in target.values.items() if name not in IDENTITY}
            target.draft = Draft(target.pk, own, version=target.values.get("version") if target.pk else None)
        try:
            with transaction.atomic():
                change.save_many(self.type_, [target.draft for target in targets if target.draft], actor=self.actor)
        except (DataError, IntegrityError, Conflict) as error:
            if len(targets) > 1:
                self.save(targets[: len(targets) // 2])
                self.save(targets[len(targets) // 2 :])
            elif targets[0].draft:
                reason = str(error).strip().splitlines()[0]
                refused = _("The database refuses this: %(why)s") % {"why": reason}
                targets[0].draft.refuse(ValidationError(reason if isinstance(error, Conflict) else refused))

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
        part = (one.at, one.tail) if isinstance(one.owner, Part) else one.tail
        line.parts.setdefault(one.head, {})[part] = value


def name_feed(plan: Plan, one: Bound) -> Bound | None:
    """The column that holds what the words of this column refer to."""
    by = one.feed.by or plan.type_.title
    return next((other for other in plan.bound if other.head == by and not other.tail), None)


def name_key(word: str) -> str:
    return fold(" ".join(word.split()))


def merged_lines(
    part: Kind, given: Sequence[PartLine], old: Sequence[PartLine] | None, *, blank: PartLine
) -> list[PartLine]:
    """The lines a record gets: by their order those it had, changed by what the file tells of them.

    What a record has gathered by itself (its stages so far) is not cut off where the file ends.
    """
    held = [*(old or ())]
    made = [blank | was | line for was, line in zip([*held, *({} for _line in given)], given, strict=False)]
    return made if part.editable else [*made, *held[len(made) :]]


def blank_line(part: Kind) -> PartLine:
    assert isinstance(part, Part)  # noqa: S101  (asked for the fields in Plan.parts only)
    return {name: blank_value(kind) for name, kind in part.kinds.items()}


def blank_value(kind: Kind) -> Any:
    """What a field of a line is when nothing is said of it."""
    if isinstance(kind.source, Field) and kind.source.has_default():
        return kind.source.to_python(kind.source.get_default())
    return kind.from_json(None)

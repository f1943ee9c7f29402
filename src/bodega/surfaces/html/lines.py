"""The lines of a record (products of a deal, ways to reach a person) as rows of its form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bodega.kernel.parts import Line, Part
from bodega.surfaces.html.forms import NOTHING_SENT, Form, whole
from bodega.surfaces.html.shapes import Column
from bodega.surfaces.html.sheets import LineForm, Lines

MOST = 500
"""Rows of one form."""


class LinesForm:
    """The rows of one part. Without scripts a spare empty row, and a button for one more, make new lines."""

    def __init__(self, part: Part, stored: Sequence[Line], *, form: Form) -> None:
        self.part, self.stored, self.form, self.sent = part, stored, form, form.sent
        self.lines: list[Line] = []
        self.given = f"{part.name}-TOTAL_FORMS" in form.sent.data
        known = {str(line["id"]): line for line in stored if "id" in line}
        self.rows = (
            [self.row(number, known.get(self.sent_text(number, "id"), {})) for number in range(self.total)]
            if self.given
            else [self.row(number, line) for number, line in enumerate(stored)]
        )

    @property
    def total(self) -> int:
        return min(whole(self.sent.text(f"{self.part.name}-TOTAL_FORMS")) or 0, MOST)

    def row(self, number: int | str, line: Line) -> Form:
        kinds = self.part.kinds.values()
        prefix = f"{self.part.name}-{number}-"
        values = line or {kind.name: kind.or_default(None) for kind in kinds}
        sent = self.sent if self.given and number != "__n__" else NOTHING_SENT
        return Form(kinds, values, actor=self.form.actor, sent=sent, prefix=prefix, show=self.form.show)

    def sent_text(self, number: int | str, name: str) -> str:
        return self.sent.text(f"{self.part.name}-{number}-{name}")

    def targets(self) -> Iterable[tuple[str, int]]:
        for row in self.rows:
            yield from row.targets()

    # ---- what was entered --------------------------------------------------------------------------------------

    def read(self) -> list[Line]:
        """The lines in their order; rows left empty are none. Raises ValidationError where one is wrong."""
        found: list[tuple[int, int, Line]] = []
        wrong = False
        for number, row in enumerate(self.rows):
            if self.sent_text(number, "DELETE"):
                continue
            row.read(new="id" not in row.values)
            if "id" in row.values or row.touched:
                wrong = self.lacks(row) or wrong
                order = whole(self.sent_text(number, "order"))
                found.append((MOST if order is None else order, number, {**row.values, **row.entered}))
            else:
                row.wrong = {}
        self.lines = [line for _order, _number, line in sorted(found, key=lambda one: one[:2])]
        if wrong:
            raise ValidationError(_("Something in these lines does not fit."))
        return self.lines

    def lacks(self, row: Form) -> bool:
        """Whether a needed value is missing; told beside it."""
        for name, kind in row.kinds.items():
            try:
                kind.check(row.entered.get(name, row.values.get(name)))
            except ValidationError as problem:
                row.wrong.setdefault(name, problem.messages)
        return bool(row.wrong)

    @property
    def is_touched(self) -> bool:
        return bool(self.part.to_json(self.lines) != self.part.to_json(self.stored))

    # ---- drawing -----------------------------------------------------------------------------------------------

    def shown(self, title: str) -> Lines:
        """The rows with empty ones after them; the title is left out where it stands above already."""
        asked = self.sent.text("add") == self.part.name
        spare = int(not self.given) + int(asked)
        blank = [self.row(len(self.rows) + number, {}) for number in range(spare)]
        label = str(self.part.label)
        return Lines(
            name=self.part.name,
            title="" if label == title else label,
            forms=[self.line(number, row) for number, row in enumerate([*self.rows, *blank])],
            blank=self.line("__n__", self.row("__n__", {})),
            columns=[
                Column(name=kind.name, label=str(kind.label or kind.name), number=kind.align == "num")
                for kind in self.part.kinds.values()
            ],
            error=" ".join(self.form.wrong.get(self.part.name, ())),
            add_label=_("Add a line"),
        )

    def line(self, number: int | str, row: Form) -> LineForm:
        return LineForm(
            prefix=row.prefix.removesuffix("-"),
            fields=[row.control(name) for name in row.kinds],
            id=str(row.values.get("id", "")),
            order=self.sent_text(number, "order") or (str(number + 1) if isinstance(number, int) else ""),
            removed=bool(self.sent_text(number, "DELETE")),
        )

"""What a person enters: the fields of a record, an action or a line, drawn, read back, compared with what was there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy

from bodega.kernel.kinds import AnyReference, FileReference, Input, Kind, Reference, References, Show
from bodega.kernel.kinds.base import UNSEEN
from bodega.kernel.parts import Part
from bodega.kernel.record import load_labels
from bodega.platform.files import store
from bodega.surfaces.html.sheets import Control, FieldGroup

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.surfaces.html.lines import LinesForm

OWN = gettext_lazy("Own fields")
Texts = dict[str, list[str]]
"""What was entered in the inputs of a field, by their suffix."""


@dataclass
class Sent:
    """A form as it came in. `fields` names those it had, since a box that is not ticked sends nothing."""

    data: QueryDict
    files: MultiValueDict[str, Any] = field(default_factory=MultiValueDict)

    @classmethod
    def of(cls, request: HttpRequest) -> Sent:
        return cls(request.POST.copy(), request.FILES)

    def texts(self, key: str) -> list[str]:
        return [str(text).replace("\r\n", "\n") for text in self.data.getlist(key)]

    def text(self, key: str) -> str:
        return "".join(self.texts(key)[-1:])


NOTHING_SENT = Sent(QueryDict())


class Form:
    """Fields with their values as stored (`values`, by name) and, once it was `sent`, with what was entered.

    `entered` holds the values that are not as they were drawn (`touched`); `wrong` what cannot be taken, by field.
    """

    def __init__(
        self,
        kinds: Iterable[Kind],
        values: Mapping[str, Any],
        *,
        actor: Actor,
        sent: Sent = NOTHING_SENT,
        prefix: str = "",
        show: Show | None = None,
    ) -> None:
        self.kinds = {kind.name: kind for kind in kinds if kind.entered}
        self.values, self.actor, self.sent, self.prefix = values, actor, sent, prefix
        self.entered: dict[str, Any] = {}
        self.touched: set[str] = set()
        self.wrong: dict[str, list[str]] = {}
        self.show = show or Show(actor)
        self.lines = {name: self.lines_of(kind) for name, kind in self.kinds.items() if isinstance(kind, Part)}
        if show is None:
            load_labels(self.show, self.targets())

    def lines_of(self, part: Part) -> LinesForm:
        from bodega.surfaces.html.lines import LinesForm  # a cycle: its rows are forms

        return LinesForm(part, self.values.get(part.name) or (), form=self)

    def targets(self) -> Iterable[tuple[str, int]]:
        """The records whose names the form needs: those it was drawn with, and those that were sent."""
        for name, kind in self.kinds.items():
            if name in self.lines:
                yield from self.lines[name].targets()
                continue
            yield from kind.points_at(self.values.get(name))
            if isinstance(kind, Reference):
                for text in self.sent.texts(self.prefix + name):
                    yield from pointed(kind, text)

    # ---- what was entered --------------------------------------------------------------------------------------

    def is_given(self, name: str) -> bool:
        if "fields" in self.sent.data and not self.prefix:
            return name in self.sent.text("fields").split()
        keys = [self.prefix + name + one.suffix for one in self.inputs(name)]
        keys += [f"{self.prefix}{name}{end}" for end in ("_text", "-TOTAL_FORMS")]
        return any(key in self.sent.data or key in self.sent.files for key in keys)

    def inputs(self, name: str) -> list[Input]:
        """As drawn from the stored value."""
        return self.kinds[name].inputs(self.values.get(name), show=self.show)

    def texts(self, name: str) -> Texts:
        """As sent. A reference is its id where the name beside it is still that record's, else what was typed."""
        kind, key = self.kinds[name], self.prefix + name
        found = {one.suffix: self.sent.texts(key + one.suffix) for one in self.inputs(name)}
        if isinstance(kind, FileReference):
            return {"": [text for text in found[""] if text]}
        if isinstance(kind, Reference):
            typed = [text for text in self.sent.texts(f"{key}_text") if text.strip()]
            held = [text for text in found[""] if text]
            if isinstance(kind, References):
                return {"": [*held, *typed]}
            kept = f"{key}_text" not in self.sent.data or typed == [self.name_of(kind, "".join(held[:1]))]
            return {"": held[:1] if kept else typed}
        return found

    def name_of(self, kind: Reference, text: str) -> str:
        return next((self.show.label(*target).text for target in pointed(kind, text)), "")

    def is_touched(self, name: str) -> bool:
        """Whether what was sent is not what was drawn: what a box cannot show to the letter is left as it is."""
        drawn = {one.suffix: drawn_texts(one) for one in self.inputs(name)}
        return comparable(drawn) != comparable(self.texts(name))

    def read(self, *, new: bool = False) -> bool:
        """Fill `entered` and `wrong`; True where nothing is wrong. A `new` record takes what was drawn for it too."""
        for name, kind in self.kinds.items():
            if self.is_given(name):
                try:
                    self.read_field(name, kind, new=new)
                except ValidationError as problem:
                    self.wrong.setdefault(name, []).extend(problem.messages)
        return not self.wrong

    def read_field(self, name: str, kind: Kind, *, new: bool) -> None:
        value: Any
        if name in self.lines:
            value = self.lines[name].read()
            touched = self.lines[name].is_touched
        else:
            self.keep_files(name, kind)
            touched = self.is_touched(name)
            value = self.value(name, kind) if touched or new else self.values.get(name)
        self.touched |= {name} if touched else set()
        if touched or new:
            kind.check(value)
        if touched or (new and not kind.is_empty(value)):
            self.entered[name] = value

    def value(self, name: str, kind: Kind) -> Any:
        """What was entered, beside as many of the stored records as were kept without being seen."""
        texts = self.texts(name)
        if not isinstance(kind, References):
            return kind.read(texts, actor=self.actor)
        stored = [pk for pk in self.values.get(name) or () if self.show.mark(kind.to, pk) == UNSEEN]
        chosen = kind.read({"": [text for text in texts[""] if text != UNSEEN]}, actor=self.actor)
        return [*stored[: texts[""].count(UNSEEN)], *chosen]

    def keep_files(self, name: str, kind: Kind) -> None:
        """Store what was uploaded at once, so that a mistake elsewhere in the form does not lose it."""
        key = self.prefix + name
        for uploaded in self.sent.files.getlist(key) if isinstance(kind, FileReference) else ():
            made = store.upload(uploaded.chunks(), uploaded.name or "", actor=self.actor)
            self.sent.data.setlist(key, [f"#{made.pk}"])
            load_labels(self.show, [(kind.to, made.pk)])  # type: ignore[attr-defined]

    def refuse(self, problem: ValidationError) -> None:
        """Put what the door for writing says beside the fields it is about."""
        by_field = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
        for name, texts in by_field.items():
            self.wrong.setdefault(name if name in self.kinds else "", []).extend(texts)

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """(label, text, id of the field), for the list above the form."""
        found = []
        for name, texts in self.wrong.items():
            shown = self.control(name) if name and name not in self.lines else None
            label = str(self.kinds[name].label) if name else ""
            found += [(label, text, shown.id if shown else "") for text in texts]
        return found

    # ---- drawing -----------------------------------------------------------------------------------------------

    def control(self, name: str) -> Control:
        kind = self.kinds[name]
        return Control(
            name=self.prefix + name,
            label=str(kind.label or name),
            inputs=self.shown(name),
            required=kind.required,
            help=str(kind.help),
            errors=self.wrong.get(name, ()),
        )

    def shown(self, name: str) -> list[Input]:
        """The inputs with what was entered, right or wrong, or else what is stored."""
        if not self.is_given(name):
            return self.inputs(name)
        return [self.typed(name, one) for one in self.inputs(name)]

    def typed(self, name: str, one: Input) -> Input:
        key = self.prefix + name
        texts = [text for text in self.sent.texts(key + one.suffix) if text]
        kind = self.kinds[name]
        if isinstance(kind, References | FileReference):
            named = [(text, self.name_of(kind, text)) for text in texts]
            return replace(one, value=texts if isinstance(kind, References) else "".join(texts[:1]), options=named,
                           label=named[0][1] if named else "")  # fmt: skip
        if isinstance(kind, Reference):
            return replace(one, value="".join(texts[:1]), label="".join(self.sent.texts(f"{key}_text")[:1]))
        return replace(one, value="".join(texts[:1]) if isinstance(one.value, str) else texts)

    def groups(self, sections: Mapping[Any, str]) -> list[FieldGroup]:
        """The fields under the titles of `sections`; an administrator's own fields come after them."""
        named = {name for names in sections.values() for name in names.split()}
        own = [name for name, kind in self.kinds.items() if kind.custom and name not in named]
        listed = [(title, names.split()) for title, names in sections.items()]
        return [
            FieldGroup(
                title=str(title),
                fields=[self.control(name) for name in names if name in self.kinds and name not in self.lines],
                lines=[self.lines[name].shown(str(title)) for name in names if name in self.lines],
            )
            for title, names in [*listed, (OWN, own)]
            if any(name in self.kinds for name in names)
        ]

    @property
    def fields(self) -> str:
        """The names of its fields, for the hidden field that says which it had."""
        return " ".join(self.kinds)


def drawn_texts(one: Input) -> list[str]:
    """What a browser sends for an input that nobody touched: of a list, the first where none is chosen."""
    if isinstance(one.value, str) and one.type == "select" and one.value not in dict(one.options):
        return [key for key, _label in one.options[:1]]
    return [one.value] if isinstance(one.value, str) else [*one.value]


def pointed(kind: Reference, text: str) -> Sequence[tuple[str, int]]:
    """The record that `#12` (or `sales.deal#12`) names."""
    type_key, _mark, number = text.rpartition("#")
    pk = whole(number)
    return () if pk is None else [(type_key if isinstance(kind, AnyReference) else kind.to, pk)]


def whole(text: str) -> int | None:
    """The number in a field or an address; None for anything that is not one, or that no database holds."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def comparable(texts: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Line breaks as browsers send them, and no difference between nothing and an empty text."""
    plain = {end: [text.replace("\r\n", "\n").replace("\r", "\n") for text in some] for end, some in texts.items()}
    return {end: kept for end, some in plain.items() if (kept := [text for text in some if text])}

"""Kinds that are one or some of a set: yes/no, choice, several choices, tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bodega.kernel.kinds.base import Asking, Condition, Input, Json, Kind, Show, expect
from bodega.kernel.kinds.texts import one, storable
from bodega.kernel.options import Choosable, options_of
from bodega.lib.expressions import JsonEmpty, JsonHas
from bodega.lib.markup import format_html, format_html_join
from bodega.lib.text import closest, fold

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

YES = frozenset("yes y true t 1 on x ja oui si sí".split())
NO = frozenset("no n false f 0 off nein non".split())


@dataclass(frozen=True, kw_only=True)
class YesNo(Kind):
    word = "yesno"
    operators = ("is", "empty")
    json_schema = {"type": "boolean"}
    storage = "integer"
    groupable = True

    def bind_field(self) -> models.Field[Any, Any]:
        return models.BooleanField()

    def from_json(self, value: Json) -> Any:
        return None if value is None else expect(value, bool)

    def pack(self, value: Any) -> tuple[Any, ...]:
        return (int(value) if value is not None and self.custom else value,)

    def unpack(self, raw: Sequence[Any]) -> Any:
        return None if raw[0] is None else bool(raw[0])

    def parse(self, text: Any, *, actor: Actor) -> Any:
        if isinstance(text, bool):
            return text
        word = str(text).strip().lower()
        if not word:
            return None if self.custom else False
        if word not in YES | NO:
            raise ValidationError(_("“%(text)s” is neither yes nor no.") % {"text": text})
        return word in YES

    def is_empty(self, value: Any) -> bool:
        return value is None

    def text(self, value: Any, *, show: Show) -> str:
        return "" if value is None else (_("Yes") if value else _("No"))

    def export(self, value: Any, *, show: Show) -> str:
        return "" if value is None else ("yes" if value else "no")

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        if self.custom:
            options = [("", "–"), ("yes", _("Yes")), ("no", _("No"))]
            return [Input("select", self.export(value, show=show), options=options)]
        return [Input("checkbox", "yes" if value else "")]


@dataclass(frozen=True, kw_only=True)
class Choice(Kind):
    """One of a set: fixed in code (`fixed`), or rows that an administrator edits (`set`)."""

    word = "choice"
    nothing = ""
    operators = ("is", "empty")
    sortable = False
    groupable = True
    fixed: tuple[Choosable, ...] = ()
    set: str = ""

    def or_default(self, value: Any) -> Any:
        return super().or_default(value or None) or ""

    def choices(self) -> Mapping[str, Choosable]:
        return {found.key: found for found in self.fixed} if self.fixed else options_of(self.set)

    def parse(self, text: Any, *, actor: Actor) -> str:
        wanted = str(text).strip()
        return self.find(wanted) if wanted else ""

    def find(self, wanted: str) -> str:
        """The key of the option with that key or name."""
        found = self.key_of(wanted)
        if found is None:
            raise ValidationError(self.unknown(wanted, self.choices()))
        return found

    def key_of(self, wanted: str) -> str | None:
        known, folded = self.choices(), fold(wanted)
        if wanted in known:
            return wanted
        return next((key for key, found in known.items() if folded in (fold(str(found.name)), fold(key))), None)

    def unknown(self, wanted: str, known: Mapping[str, Choosable]) -> str:
        names = [str(found.name) for found in known.values() if not found.retired]
        near = closest(wanted, names)
        if near:
            return _("“%(text)s” is not one of the options; did you mean “%(near)s”?") % {"text": wanted, "near": near}
        return _("“%(text)s” is not one of the options: %(names)s.") % {"text": wanted, "names": ", ".join(names[:20])}

    def from_json(self, value: Json) -> Any:
        return expect(value or "", str)

    def text(self, value: Any, *, show: Show) -> str:
        found = self.choices().get(value)
        return str(found.name) if found else (value or "")

    def export(self, value: Any, *, show: Show) -> str:
        """In every language the same: what is fixed in code by its key, what people named by that name."""
        return (value or "") if self.fixed or not value else self.operand_text(value, show=show)

    def operand_text(self, literal: Json, *, show: Show) -> str:
        """The name, or the key where the name is another option's too."""
        if isinstance(literal, dict):
            return str(literal["status"])
        name = self.text(literal, show=show)
        return name if self.key_of(name) == literal else str(literal)

    operand_sentence = operand_text

    def cell(self, value: Any, *, show: Show) -> SafeString:
        found = self.choices().get(value)
        if not value:
            return SafeString("")
        return format_html(
            '<span class="tag {}">{}</span>', found.tone if found else "", found.name if found else value
        )

    def schema(self) -> dict[str, Json]:
        return {"type": "string", "enum": ["", *self.choices()]}

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        known = self.choices()
        offered = [(found.key, str(found.name)) for found in known.values() if not found.retired or found.key == value]
        return [Input("select", value or "", options=offered if self.required and value else [("", "–"), *offered])]

    def condition(self, operator: str, literal: Json, *, asking: Asking) -> Condition:
        if operator == "empty":
            return Q(super().condition("empty", literal, asking=asking)) | Q(super().condition("is", "", asking=asking))
        return super().condition(operator, literal, asking=asking)

    def sort_key(self, value: Any) -> int:
        """Where the option stands in its set."""
        return next((at for at, key in enumerate(self.choices()) if key == value), -1)


@dataclass(frozen=True, kw_only=True)
class Tags(Kind):
    """A list of words; new ones come into being by being used."""

    word = "tags"
    operators = ("has", "empty")
    default_operator = "has"
    json_schema = {"type": "array", "items": {"type": "string"}}
    sortable = False
    groupable = False

    def parse(self, text: Any, *, actor: Actor) -> list[str]:
        return self.clean(part for part in storable(str(text)).replace("\n", ",").replace(";", ",").split(","))

    def clean(self, words: Iterable[str]) -> list[str]:
        return list(dict.fromkeys(word.strip() for word in words if word.strip()))

    def pack(self, value: Any) -> tuple[Any, ...]:
        return (value or [],)

    def unpack(self, raw: Sequence[Any]) -> Any:
        return raw[0] or []

    def from_json(self, value: Json) -> Any:
        return value or []

    def text(self, value: Any, *, show: Show) -> str:
        return ", ".join(value or ())

    def cell(self, value: Any, *, show: Show) -> SafeString:
        return format_html_join(" ", '<span class="tag plain">{}</span>', ((word,) for word in value or ()))

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        return [Input("tags", ", ".join(value or ()), hint=_("Separate by commas"))]

    def operand(self, text: str, *, actor: Actor) -> Json:
        return storable(text).strip()

    def operand_text(self, literal: Json, *, show: Show) -> str:
        return str(literal)

    operand_sentence = operand_text

    def condition(self, operator: str, literal: Json, *, asking: Asking) -> Condition:
        column, key = self.list_column(asking)
        return JsonEmpty(column, key=key) if operator == "empty" else JsonHas(column, expect(literal, str), key=key)

    def holds(self, operator: str, value: Any, literal: Json, *, asking: Asking) -> bool:
        return not value if operator == "empty" else literal in (value or ())


@dataclass(frozen=True, kw_only=True)
class Choices(Tags):
    """Several of a set."""

    word = "choices"
    fixed: tuple[Choosable, ...] = ()
    set: str = ""

    @property
    def single(self) -> Choice:
        return Choice(name=self.name, label=self.label, fixed=self.fixed, set=self.set)

    def parse(self, text: Any, *, actor: Actor) -> list[str]:
        return [self.single.find(word) for word in super().parse(text, actor=actor)]

    def operand(self, text: str, *, actor: Actor) -> Json:
        return self.single.find(text.strip())

    def text(self, value: Any, *, show: Show) -> str:
        return ", ".join(self.single.text(key, show=show) for key in value or ())

    def export(self, value: Any, *, show: Show) -> str:
        return ", ".join(self.single.export(key, show=show) for key in value or ())

    def cell(self, value: Any, *, show: Show) -> SafeString:
        return format_html_join(" ", "{}", ((self.single.cell(key, show=show),) for key in value or ()))

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        known = self.single.choices()
        offered = [
            (found.key, str(found.name)) for found in known.values() if not found.retired or found.key in (value or ())
        ]
        return [Input("checkboxes", [*(value or ())], options=offered)]

    def read(self, given: Mapping[str, Sequence[str]], *, actor: Actor) -> Any:
        chosen = [text for text in given.get("", []) if text]
        return [self.single.find(text) for text in chosen] if len(chosen) > 1 else self.parse(one(given), actor=actor)

    def operand_sentence(self, literal: Json, *, show: Show) -> str:
        return self.single.text(literal, show=show)

    def schema(self) -> dict[str, Json]:
        return {"type": "array", "items": {"type": "string", "enum": [*self.single.choices()]}}

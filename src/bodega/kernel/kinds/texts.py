"""Kinds of text: plain, long, rich, and the ones with a form of their own (e-mail, phone, URL)."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import F, Q, Value
from django.db.models.expressions import BaseExpression
from django.db.models.lookups import Contains, Exact, GreaterThan, GreaterThanOrEqual, LessThan
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bodega.kernel.kinds.base import Asking, Condition, Input, Json, Kind, Show, expect
from bodega.lib import html
from bodega.lib.expressions import ByCode, Fold
from bodega.lib.markup import format_html
from bodega.lib.phones import format_phone, parse_phone
from bodega.lib.text import fold

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

LAST = "\U0010ffff"
MAIL = re.compile(r"[^@\s<>,;\"()\[\]\\]+@[^@\s<>,;\"()\[\]\\.]+(\.[^@\s<>,;\"()\[\]\\.]+)+", re.ASCII)
WEB = re.compile(r"https?://[^\s/?#]+[^\s]*", re.IGNORECASE)


def storable(text: str, *, length: int | None = None) -> str:
    """The text itself; refuses what no database can hold, and more than `length` characters."""
    if length and len(text) > length:
        raise ValidationError(
            _("The text has %(has)s characters, at most %(may)s fit.") % {"has": len(text), "may": length}
        )
    if "\x00" in text:
        raise ValidationError(
            _("The text has a NUL character (U+0000), which cannot be kept. Remove it and try again.")
        )
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValidationError(
            _("The text has half of a character (a lone surrogate). Remove it and try again.")
        ) from None
    return text


@dataclass(frozen=True, kw_only=True)
class Text(Kind):
    """One line of text, kept to the letter; asked for without regard to case and accents."""

    word = "text"
    nothing = ""
    operators: ClassVar[tuple[str, ...]] = ("contains", "is", "starts", "empty", "lt", "le", "gt", "ge")
    default_operator = "contains"
    groupable = True
    length: int | None = None

    def parse(self, text: Any, *, actor: Actor) -> str:
        found = storable(str(text), length=self.length)
        return found if found.strip() else ""

    def check(self, value: Any) -> None:
        super().check(value)
        if value:
            storable(value, length=self.length)

    def sound(self, values: Collection[Any]) -> bool:
        texts = [value for value in values if value]
        if (self.required and len(texts) < len(values)) or max(map(len, texts), default=0) > (self.length or math.inf):
            return False
        try:
            storable("".join(texts))
        except ValidationError:
            return False
        return True

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        return [Input("text", value or "", attributes={"maxlength": str(self.length)} if self.length else {})]

    def from_json(self, value: Json) -> Any:
        return "" if value is None else expect(value, str)

    def schema(self) -> dict[str, Json]:
        return {"type": "string"} | ({"maxLength": self.length} if self.length else {})

    def operand(self, text: str, *, actor: Actor) -> Json:
        return storable(text)

    def comparable(self, value: Any) -> Any:
        return fold(value)

    def folded(self, asking: Asking) -> BaseExpression | F:
        """What case and accents have been taken from: the key column where there is one."""
        return F(f"{asking.alias}{self.sort_column}") if self.sort_column else Fold(self.expression(asking))

    def sort_or_plain(self, asking: Asking) -> BaseExpression | F:
        return self.folded(asking) if self.sort_column else ByCode(self.folded(asking))

    def condition(self, operator: str, literal: Json, *, asking: Asking) -> Condition:
        plain = self.expression(asking)
        if operator == "empty":
            return Q(Exact(plain, Value(""))) | Q(super().condition("empty", literal, asking=asking))
        wanted = self.comparable(expect(literal, str))
        found = self.compared(operator, wanted, literal, asking)
        # No text at all is smaller than every text and contains nothing, but it is no value: see `holds`.
        return found if wanted and operator not in ("lt", "le") else Q(found) & Q(GreaterThan(plain, Value("")))

    def compared(self, operator: str, wanted: str, literal: Json, asking: Asking) -> Condition:
        if operator == "contains":
            return Contains(self.folded(asking), wanted)
        if operator == "starts":
            ordered = self.sort_or_plain(asking)
            return Q(GreaterThanOrEqual(ordered, Value(wanted))) & Q(LessThan(ordered, Value(wanted + LAST)))
        if operator == "is":
            return Exact(self.folded(asking), Value(wanted))
        return super().condition(operator, literal, asking=asking)

    def holds(self, operator: str, value: Any, literal: Json, *, asking: Asking) -> bool:
        if operator in ("contains", "starts") and value:
            mine, theirs = self.comparable(value), self.comparable(literal)
            return theirs in mine if operator == "contains" else theirs <= mine < theirs + LAST
        return super().holds(operator, value, literal, asking=asking)


@dataclass(frozen=True, kw_only=True)
class LongText(Text):
    word = "longtext"
    operators = ("contains", "is", "starts", "empty")
    sortable = False
    groupable = False

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        return [Input("textarea", value or "")]


@dataclass(frozen=True, kw_only=True)
class RichText(LongText):
    """HTML, cleaned on its way in; asked for by its words."""

    word = "richtext"

    def parse(self, text: Any, *, actor: Actor) -> str:
        return html.clean(storable(str(text)))

    def text(self, value: Any, *, show: Show) -> str:
        return html.text_of(value or "")

    def export(self, value: Any, *, show: Show) -> str:
        return value or ""

    def cell(self, value: Any, *, show: Show) -> SafeString:
        return mark_safe(
            html.clean(value or "")
        )  # cleaned again on its way out: the allow-list may have grown stricter

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        return [Input("richtext", value or "")]


@dataclass(frozen=True, kw_only=True)
class Email(Text):
    """An e-mail address, in lower case."""

    word = "email"
    json_schema = {"type": "string", "format": "email"}
    groupable = False

    def parse(self, text: Any, *, actor: Actor) -> str:
        found = storable(str(text)).strip().lower()
        if found and not (MAIL.fullmatch(found) and len(found) <= 254):
            raise ValidationError(
                _("“%(text)s” is not an e-mail address; one looks like mia@isdom.example.") % {"text": found}
            )
        return found

    def schema(self) -> dict[str, Json]:
        return dict(self.json_schema)

    def folded(self, asking: Asking) -> BaseExpression | F:
        return self.expression(asking)

    def comparable(self, value: Any) -> Any:
        return str(value).strip().lower()

    def cell(self, value: Any, *, show: Show) -> SafeString:
        return format_html('<a href="mailto:{}">{}</a>', value, value) if value else SafeString("")

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        return [Input("email", value or "", attributes={"autocomplete": "off"})]


@dataclass(frozen=True, kw_only=True)
class Phone(Text):
    """A phone number in E.164; a number without country code is read as one of the company's country."""

    word = "phone"
    operators = ("contains", "is", "starts", "empty")
    groupable = False

    def parse(self, text: Any, *, actor: Actor) -> str:
        found = storable(str(text)).strip()
        if not found:
            return ""
        try:
            return parse_phone(found, country=settings.BODEGA_COUNTRY or None)
        except ValueError as problem:
            raise ValidationError(str(problem)) from None

    def operand(self, text: str, *, actor: Actor) -> Json:
        try:
            return self.parse(text, actor=actor)
        except ValidationError:
            return "".join(sign for sign in text if sign.isdigit() or sign == "+")

    def folded(self, asking: Asking) -> BaseExpression | F:
        return self.expression(asking)

    def comparable(self, value: Any) -> Any:
        return value

    def text(self, value: Any, *, show: Show) -> str:
        return format_phone(value, country=settings.BODEGA_COUNTRY or None) if value else ""

    def export(self, value: Any, *, show: Show) -> str:
        return value or ""

    def cell(self, value: Any, *, show: Show) -> SafeString:
        return format_html('<a href="tel:{}">{}</a>', value, self.text(value, show=show)) if value else SafeString("")

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        return [Input("tel", self.text(value, show=show), attributes={"autocomplete": "off"})]


@dataclass(frozen=True, kw_only=True)
class Url(Text):
    """A web address; `isdom.example` is read as https://isdom.example."""

    word = "url"
    json_schema = {"type": "string", "format": "uri"}
    groupable = False

    def parse(self, text: Any, *, actor: Actor) -> str:
        found = storable(str(text)).strip()
        if found and "://" not in found and ":" not in found.split("/")[0]:
            found = f"https://{found}"
        if found and not WEB.fullmatch(found):
            raise ValidationError(
                _("“%(text)s” is not a web address; one looks like https://isdom.example.") % {"text": found}
            )
        return storable(found, length=self.length)

    def schema(self) -> dict[str, Json]:
        return dict(self.json_schema)

    def cell(self, value: Any, *, show: Show) -> SafeString:
        if not value:
            return SafeString("")
        return format_html('<a href="{}" rel="noreferrer noopener" target="_blank">{}</a>', value, short_address(value))

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        return [Input("url", value or "")]


def short_address(url: str) -> str:
    return url.removeprefix("https://").removeprefix("http://").removesuffix("/")


def one(given: Mapping[str, Sequence[str]], suffix: str = "") -> str:
    """The single text entered under a suffix."""
    return next(iter(given.get(suffix, [])), "")

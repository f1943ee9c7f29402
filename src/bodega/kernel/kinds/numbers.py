"""Kinds of number: whole, decimal, percent and money. All are integers in storage, so both databases add alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal as Number
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _

from bodega.kernel.columns import scale, unscale
from bodega.kernel.kinds.base import COMPARE, Asking, Condition, Input, Json, Kind, Show, compare, expect
from bodega.kernel.kinds.texts import one
from bodega.kernel.rates import rate_of
from bodega.lib.money import Money as Amount
from bodega.lib.money import digits, format_money, parse_money
from bodega.lib.numbers import format_decimal, parse_decimal, parse_integer

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

LARGEST = 2**63 - 1
BARE = re.compile(r"[\d\s.,'’+−-]+(k|m|bn)?\s*", re.IGNORECASE)
"""An amount that names no currency."""


def within(value: int, most: int = LARGEST) -> int:
    if abs(value) > most:
        raise ValidationError(_("The number is too large to keep."))
    return value


@dataclass(frozen=True, kw_only=True)
class Integer(Kind):
    word = "integer"
    operators = ("is", "lt", "le", "gt", "ge", "empty")
    json_schema = {"type": "integer"}
    storage = "integer"
    align = "num"
    groupable = True
    measurable = True
    is_year: bool = False
    """A year is written without a mark for the thousands."""
    most: int = LARGEST
    """What its column holds."""

    def bind_field(self) -> models.Field[Any, Any]:
        return models.BigIntegerField()

    def from_json(self, value: Json) -> Any:
        return None if value is None else within(expect(value, int), self.most)

    def parse(self, text: Any, *, actor: Actor) -> int | None:
        if isinstance(text, str) and not text.strip():
            return None
        try:
            return within(parse_integer(str(text)), self.most)
        except ValueError as problem:
            raise ValidationError(str(problem)) from None

    def text(self, value: Any, *, show: Show) -> str:
        if value is None or self.is_year:
            return str(value or "")
        return format_decimal(Number(value), show.actor.language)

    def export(self, value: Any, *, show: Show) -> str:
        return "" if value is None else str(value)

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        return [Input("number", "" if value is None else str(value), attributes={"inputmode": "numeric"})]


@dataclass(frozen=True, kw_only=True)
class Decimal(Integer):
    """A decimal with at most `places` places."""

    word = "decimal"
    json_schema = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
    groupable = False
    places: int = 4

    def pack(self, value: Any) -> tuple[Any, ...]:
        return (None if value is None else scale(value, self.places),)

    def unpack(self, raw: Sequence[Any]) -> Any:
        return None if raw[0] is None else unscale(raw[0], self.places)

    def to_json(self, value: Any) -> Json:
        return None if value is None else plain(value)

    def from_json(self, value: Json) -> Any:
        return None if value is None else self.kept(Number(expect(value, str)))

    def kept(self, value: Number) -> Number:
        """The number, if it can be kept."""
        try:
            within(scale(value, self.places))
        except ArithmeticError:
            raise ValidationError(_("The number is too large to keep.")) from None
        return value

    def parse(self, text: Any, *, actor: Actor) -> Any:
        if isinstance(text, str) and not text.strip():
            return None
        try:
            found = parse_decimal(str(text))
        except ValueError as problem:
            raise ValidationError(str(problem)) from None
        self.kept(found)
        if found != unscale(scale(found, self.places), self.places):
            raise ValidationError(
                _("“%(text)s” has more than %(places)s decimals.") % {"text": text, "places": self.places}
            )
        return found

    def export(self, value: Any, *, show: Show) -> str:
        return "" if value is None else plain(value)

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        return [
            Input("number", "" if value is None else plain(value), attributes={"inputmode": "decimal", "step": "any"})
        ]


def plain(value: Number) -> str:
    """Without exponent and without trailing zeros: 12.50 and 12.5 are one value and have one text."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


@dataclass(frozen=True, kw_only=True)
class Percent(Decimal):
    """Per hundred: 12.5 is twelve and a half percent."""

    word = "percent"

    def parse(self, text: Any, *, actor: Actor) -> Any:
        return super().parse(str(text).strip().removesuffix("%"), actor=actor)

    def text(self, value: Any, *, show: Show) -> str:
        return f"{super().text(value, show=show)} %" if value is not None else ""


@dataclass(frozen=True, kw_only=True)
class Money(Integer):
    """An amount with its currency: minor units, code, and the worth in the company's currency.

    Compared in the currency that is named (`amount>10kUSD`: those in dollars), else by worth in the company's currency.
    """

    word = "money"
    suffixes = ("", "_currency", "_base")
    json_schema = {
        "type": "object",
        "properties": {
            "amount": {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"},
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        },
        "required": ["amount", "currency"],
    }
    groupable = False

    def pack(self, value: Any) -> tuple[Any, ...]:
        """The worth is filled in by the door for writing, which knows the rates of the day."""
        return (None, "", None) if value is None else (value.minor, value.currency, own_worth(value))

    def unpack(self, raw: Sequence[Any]) -> Any:
        return None if raw[0] is None else Amount(raw[0], raw[1] or settings.BODEGA_CURRENCY)

    def to_json(self, value: Any) -> Json:
        return None if value is None else {"amount": f"{value.decimal:f}", "currency": value.currency}

    def from_json(self, value: Json) -> Any:
        if value is None:
            return None
        found = Amount.of(Number(expect(value["amount"], str)), value["currency"])
        within(found.minor)
        return found

    def parse(self, text: Any, *, actor: Actor) -> Any:
        if isinstance(text, str) and not text.strip():
            return None
        try:
            found = parse_money(str(text), currency=settings.BODEGA_CURRENCY)
        except ValueError as problem:
            raise ValidationError(str(problem)) from None
        within(found.minor)
        return found

    def text(self, value: Any, *, show: Show) -> str:
        return "" if value is None else format_money(value, show.actor.language, compact=True)

    def export(self, value: Any, *, show: Show) -> str:
        return "" if value is None else f"{value.decimal:f} {value.currency}"

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        amount = "" if value is None else f"{value.decimal:f}"
        currency = settings.BODEGA_CURRENCY if value is None else value.currency
        return [
            Input("number", amount, attributes={"inputmode": "decimal", "step": "any"}),
            Input("currency", currency, "_currency", label=_("Currency")),
        ]

    def read(self, given: Mapping[str, Sequence[str]], *, actor: Actor) -> Any:
        amount, currency = one(given).strip(), one(given, "_currency").strip()
        named = currency and any(sign.isdigit() for sign in amount) and not any(sign.isalpha() for sign in amount)
        return self.parse(f"{amount} {currency}" if named else amount, actor=actor)

    def operand(self, text: str, *, actor: Actor) -> Json:
        """Remembers whether a currency was named: `10k` and `10k EUR` are two questions."""
        found = self.to_json(self.parse(text, actor=actor))
        return found | {"any": True} if found and BARE.fullmatch(text) else found

    def operand_text(self, literal: Json, *, show: Show) -> str:
        number = plain(Number(literal["amount"]))
        return number if literal.get("any") else f"{number}{literal['currency']}"

    def condition(self, operator: str, literal: Json, *, asking: Asking) -> Condition:
        if operator == "empty":
            return super().condition(operator, literal, asking=asking)
        value = self.from_json(literal)
        lookup = Exact if operator == "is" else COMPARE[operator]
        if literal.get("any"):
            return lookup(self.expression(asking, "_base"), self.bind(value.minor))
        amount = lookup(self.expression(asking), self.bind(value.minor))
        currency = self.expression(asking, "_currency", "text")
        return Q(amount) & Q(Exact(currency, models.Value(value.currency)))

    def holds(self, operator: str, value: Any, literal: Json, *, asking: Asking) -> bool:
        if operator == "empty" or value is None:
            return operator == "empty" and value is None
        theirs = self.from_json(literal)
        if literal.get("any"):
            rate = rate_of(value.currency)
            return rate is not None and compare(operator, worth(value, rate), theirs.minor)
        return bool(value.currency == theirs.currency) and compare(operator, value.minor, theirs.minor)

    def sort_expression(self, asking: Asking) -> Any:
        return self.expression(asking, "_base")


def own_worth(value: Amount) -> int | None:
    """The amount's worth when it is in the company's currency already; else only the rates can tell."""
    return value.minor if value.currency == settings.BODEGA_CURRENCY else None


def worth(value: Amount, rate: Number) -> int:
    """What an amount is worth in minor units of the company's currency, at so much for one unit."""
    places = digits(settings.BODEGA_CURRENCY)
    return scale(value.decimal * rate, places)

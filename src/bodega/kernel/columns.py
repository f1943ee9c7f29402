"""Model columns that both databases store, compare and add up in exactly the same way."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    BigInteger = models.BigIntegerField[Any, Any]
    Char = models.CharField[Any, Any]
else:
    BigInteger = models.BigIntegerField
    Char = models.CharField


FOLDED = 300
"""How much of a folded text is kept to sort and find by."""


class FixedField(BigInteger):
    """A decimal with a fixed number of places, stored as an integer: exact on SQLite too, and cheap to sum."""

    def __init__(self, *args: Any, places: int = 4, **options: Any) -> None:
        self.places = places
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "places": self.places}

    def from_db_value(self, value: int | None, *_: Any) -> Decimal | None:
        return None if value is None else unscale(value, self.places)

    def to_python(self, value: Any) -> Decimal | None:
        return None if value is None else Decimal(value)

    def get_prep_value(self, value: Any) -> int | None:
        return None if value is None else scale(value, self.places)


def scale(value: Decimal | int | str, places: int) -> int:
    """1.25 with 4 places is 12500; further places are rounded half to even."""
    return int((Decimal(value) * 10**places).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def unscale(value: int, places: int) -> Decimal:
    return Decimal(value).scaleb(-places)


class MoneyField(BigInteger):
    """Minor units of the currency in `<name>_currency`; `<name>_base` holds the same in the company's currency."""


class CurrencyField(Char):
    """An ISO 4217 code."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max_length": 3, "default": "", "blank": True, **options})


class BinaryOrdered(Char):
    """Text that sorts by code point on both databases, whatever the locale of the server."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        found = super().db_parameters(connection)
        return {**found, "collation": "C"} if connection.vendor == "postgresql" else found


class KeyField(BinaryOrdered):
    """The folded copy of another column (no case, no accents), kept by the door for writing: sorted and searched by."""

    def __init__(self, *args: Any, of: str = "name", **options: Any) -> None:
        self.of = of
        super().__init__(*args, **{"max_length": FOLDED, "editable": False, "default": "", "blank": True, **options})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "of": self.of}


class OptionField(BinaryOrdered):
    """The key of one of the options in `options`, a set of rows that an administrator edits."""

    def __init__(self, *args: Any, options: str = "", **rest: Any) -> None:
        self.options = options
        super().__init__(*args, **{"max_length": 60, "default": "", "blank": True, **rest})

    def deconstruct(self) -> Any:
        name, path, args, rest = super().deconstruct()
        return name, path, args, {**rest, "options": self.options}


if TYPE_CHECKING:
    Json = models.JSONField[Any, Any]
else:
    Json = models.JSONField


class TagsField(Json):
    """A JSON list of distinct words, in the order given."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"default": list, "blank": True, **options})


class ReferencesField(Json):
    """A JSON list of the ids of records of one type."""

    def __init__(self, *args: Any, to: str = "", **options: Any) -> None:
        self.to = to
        super().__init__(*args, **{"default": list, "blank": True, **options})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "to": self.to}


if TYPE_CHECKING:
    LongText = models.TextField[Any, Any]
else:
    LongText = models.TextField


class RichTextField(LongText):
    """HTML that has been cleaned on its way in."""

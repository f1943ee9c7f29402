"""Reading numbers as people and spreadsheets write them, and writing them in a language."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NoReturn

from babel.numbers import NumberPattern, parse_pattern
from django.utils.translation import gettext as _

from bodega.lib.locales import locale_of

_SCALES = {"": 0, "k": 3, "m": 6, "bn": 9}
_SHAPE = re.compile(
    r"(?P<sign>[+-]?)\s*(?P<body>\d[\d., ']*|[.,]\d+)(?:e(?P<exponent>[+-]?\d{1,2}))?\s*(?P<scale>k|m|bn|)\s*%?",
    re.IGNORECASE,
)
# Not NFKC, which would make 102 of 10².
_SAME = str.maketrans({"−": "-", "’": "'", "\u00a0": " ", "\u2009": " ", "\u202f": " "})
_LONGEST = 64
_MOST_DIGITS = 30


def parse_decimal(text: str, *, decimal_mark: str = ".") -> Decimal:
    """The number a person wrote: "1,234.50", "1.234,50", "1 234,50", "10k", "2.5m", "-3", "12 %" (12).

    `decimal_mark` only settles what could be both, such as "1.234". Raises ValueError with a
    sentence for the person: what isn't a finite number of reasonable size is refused.
    """
    if len(text) > _LONGEST:
        _refuse(text)
    plain = text.translate(_SAME).strip()
    shape = _SHAPE.fullmatch(plain)
    if shape is None:
        _refuse(text)
    digits = _without_grouping(shape["body"].strip(), decimal_mark)
    if digits is None:
        _refuse(text)
    exponent = int(shape["exponent"] or 0) + _SCALES[shape["scale"].lower()]
    value = Decimal(f"{shape['sign']}{digits}e{exponent}")
    if abs(value.adjusted()) > _MOST_DIGITS:
        _refuse(text)
    return _plain(value)


def parse_integer(text: str, *, decimal_mark: str = ".") -> int:
    """The whole number a person wrote, in any form `parse_decimal` reads; ValueError where it has a fraction."""
    value = parse_decimal(text, decimal_mark=decimal_mark)
    if value != value.to_integral_value():
        raise ValueError(_("“%(text)s” is not a whole number") % {"text": text.strip()})
    return int(value)


def format_decimal(value: Decimal | int, locale: str) -> str:
    """The number with the separators of the language and every digit it has."""
    return str(_pattern(locale).apply(value, locale_of(locale), decimal_quantization=False))


def format_percent(value: Decimal | int, locale: str) -> str:
    """`value` counts hundredths: 12 is written as 12 per cent."""
    return str(_percent_pattern(locale).apply(Decimal(value).scaleb(-2), locale_of(locale), decimal_quantization=False))


def _without_grouping(body: str, decimal_mark: str) -> str | None:
    """The digits with "." before the fraction; None where the separators contradict each other."""
    mark = _mark_of_fraction(body, decimal_mark)
    whole, _mark, fraction = body.rpartition(mark) if mark else (body, "", "")
    if not (fraction.isdecimal() or not fraction):
        return None
    groups = re.split("[., ']", whole)
    kinds = set(re.findall("[., ']", whole))
    if len(kinds) > 1 or mark in kinds or not _well_grouped(groups):
        return None
    return f"{''.join(groups) or '0'}.{fraction}"


def _mark_of_fraction(body: str, decimal_mark: str) -> str:
    """Which of "." and "," stands before the fraction; "" where there is none."""
    marks = re.findall("[.,]", body)
    if not marks:
        return ""
    last = str(marks[-1])
    if len(marks) > 1:
        return last if marks.count(last) == 1 else ""
    if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", body):
        return last if last == decimal_mark else ""
    return last


def _well_grouped(groups: list[str]) -> bool:
    """Groups of three; of two before the last three, as in India, are fine too."""
    if len(groups) == 1:
        return True
    first, *middle, last = groups
    return 1 <= len(first) <= 3 and len(last) == 3 and len({len(group) for group in middle} - {2, 3}) == 0


def _plain(value: Decimal) -> Decimal:
    """A whole number without an exponent or a fraction of zeros: 10k is 10000 and not 1E+4."""
    return Decimal(int(value)) if value == value.to_integral_value() else value


def _refuse(text: str) -> NoReturn:
    raise ValueError(_("“%(text)s” is not a number") % {"text": text.strip()[:_LONGEST]})


@lru_cache(maxsize=256)
def _pattern(locale: str) -> NumberPattern:
    return parse_pattern(locale_of(locale).decimal_formats[None].pattern)


@lru_cache(maxsize=256)
def _percent_pattern(locale: str) -> NumberPattern:
    return parse_pattern(locale_of(locale).percent_formats[None].pattern)

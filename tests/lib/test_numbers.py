"""Numbers are read as people and spreadsheets write them, and what isn't a number is said to be none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.lib.numbers import format_decimal, format_percent, parse_decimal, parse_integer

decimals = st.decimals(-(10**15), 10**15, places=4, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.5", "1234.5"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1\N{NO-BREAK SPACE}234,50", "1234.50"),
        ("1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567", "1234567"),
        ("1'234.50", "1234.50"),
        ("1’234’567", "1234567"),
        ("12,34,567.8", "1234567.8"),
        ("1,234", "1234"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("1.234", "1.234"),
        ("0,125", "0.125"),
        ("12,5", "12.5"),
        (",5", "0.5"),
        ("5.", "5"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("+ 3", "3"),
        ("10k", "10000"),
        ("10 K", "10000"),
        ("2.5m", "2500000"),
        ("1bn", "1000000000"),
        ("12 %", "12"),
        ("1.5E+05", "150000"),
        ("1e-3", "0.001"),
        ("１２", "12"),
        ("٣", "3"),
        ("007", "7"),
    ],
)
def test_a_number_is_read(text: str, value: str) -> None:
    number = parse_decimal(text)
    assert number == Decimal(value)
    assert str(number) == value


def test_the_decimal_mark_settles_what_could_be_both() -> None:
    assert parse_decimal("1.234", decimal_mark=",") == 1234
    assert parse_decimal("1,234", decimal_mark=",") == Decimal("1.234")
    assert parse_decimal("1.5", decimal_mark=",") == Decimal("1.5")


NO_NUMBERS = (
    "|-|12o|NaN|inf|-Infinity|1e99|1e999999999|--3|1 2 3|1,23,4|1.2.3|1,234.567,8|1.234,567.8|1 234'567|0x10|1_000|½x|"
    "²|10kk|k|%|1-2"
).split("|")


@pytest.mark.parametrize(
    "text",
    [*NO_NUMBERS, "3" * 65, "9" * 40],
)
def test_what_is_no_number_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"^“.*” is not a number$"):
        parse_decimal(text)


def test_the_sentence_names_what_was_written() -> None:
    with pytest.raises(ValueError, match=r"^“12o” is not a number$"):
        parse_integer(" 12o ")
    with pytest.raises(ValueError, match=r"^“3\.5” is not a whole number$"):
        parse_integer("3.5")


@pytest.mark.parametrize(("text", "value"), [("1,234", 1234), ("2.5k", 2500), ("3.0", 3), ("-0", 0)])
def test_a_whole_number_is_read(text: str, value: int) -> None:
    assert parse_integer(text) == value


@given(st.text() | st.text("0123456789.,' -+ekmn%"), st.sampled_from(".,"))
def test_any_text_is_a_number_or_refused_as_one(text: str, mark: str) -> None:
    try:
        value = parse_decimal(text, decimal_mark=mark)
    except ValueError:
        return
    assert value.is_finite()
    assert abs(value) < Decimal("1e31")


@given(decimals, st.sampled_from([("en", "."), ("de", ","), ("fr", ","), ("de-ch", "."), ("en-in", "."), ("pl", ",")]))
def test_what_is_written_in_a_language_is_read_back(value: Decimal, locale: tuple[str, str]) -> None:
    language, mark = locale
    assert parse_decimal(format_decimal(value, language), decimal_mark=mark) == value


def test_numbers_are_written_in_the_language() -> None:
    assert format_decimal(Decimal("1234567.12345"), "en") == "1,234,567.12345"
    assert format_decimal(1234567, "de") == "1.234.567"
    assert format_percent(Decimal("12.5"), "en") == "12.5%"
    assert format_percent(12, "de") == "12\N{NO-BREAK SPACE}%"


@given(st.text())
def test_an_unknown_language_is_english(locale: str) -> None:
    assert format_decimal(1, locale)


def test_a_regional_language_falls_back_to_the_language() -> None:
    assert format_decimal(Decimal("1.5"), "de-xx") == "1,5"
    assert format_decimal(Decimal("1.5"), "zz") == "1.5"

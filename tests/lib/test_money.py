"""Money is whole minor units of one currency; it is read as people write it and never rounded."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.lib.money import LARGEST, Money, digits, format_money, is_currency, parse_money

NBSP = "\N{NO-BREAK SPACE}"
currencies = st.sampled_from(["EUR", "USD", "JPY", "KWD", "CLF", "CHF"])
amounts = st.builds(Money, st.integers(-(10**15), 10**15), currencies)


@pytest.mark.parametrize(("code", "places"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("HUF", 2), ("COP", 2)])
def test_the_decimals_of_a_currency_are_those_of_iso_4217(code: str, places: int) -> None:
    assert digits(code) == places


def test_a_currency_is_a_code_in_capitals() -> None:
    assert [is_currency(code) for code in ("EUR", "DEM", "eur", "EURO", "ZZZ", "")] == [True, True] + [False] * 4
    with pytest.raises(ValueError, match=r"^“ZZZ” is not a currency$"):
        digits("ZZZ")


def test_an_amount_becomes_minor_units_and_back() -> None:
    assert Money.of(Decimal("1234.5"), "EUR") == Money(123450, "EUR")
    assert Money.of(Decimal(500), "JPY").decimal == Decimal(500)
    assert Money(123450, "EUR").decimal == Decimal("1234.50")


@given(amounts)
def test_the_decimal_value_gives_the_same_money(money: Money) -> None:
    assert Money.of(money.decimal, money.currency) == money


@pytest.mark.parametrize(
    ("amount", "currency", "sentence"),
    [
        ("1.005", "EUR", "1.005 has more decimals than EUR, which has 2"),
        (f"1.{'0' * 33}1", "EUR", f"1.{'0' * 33}1 has more decimals than EUR, which has 2"),
        ("0.5", "JPY", "0.5 has more decimals than JPY, which has 0"),
        ("1", "EURO", "“EURO” is not a currency"),
        ("NaN", "EUR", "NaN is not an amount of money"),
        ("1e999999", "EUR", "1E+999999 is not an amount of money"),
        ("1e18", "EUR", "1E+18 EUR is too much"),
    ],
)  # fmt: skip
def test_what_the_currency_cannot_hold_is_refused(amount: str, currency: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        Money.of(Decimal(amount), currency)


def test_the_largest_amount_is_what_a_database_keeps() -> None:
    assert Money.of(Money(LARGEST, "EUR").decimal, "EUR").minor == 2**63 - 1


def test_money_adds_and_compares_within_a_currency() -> None:
    one, two = Money(100, "EUR"), Money(250, "EUR")
    assert (one + two, two - one, one * 3, -one) == (
        Money(350, "EUR"), Money(150, "EUR"), Money(300, "EUR"), Money(-100, "EUR"),
    )  # fmt: skip
    assert one < two
    assert two >= one
    assert max(one, two) == two
    assert Money(100, "EUR") != Money(100, "USD")


def test_currencies_do_not_mix() -> None:
    for mix in (Money.__add__, Money.__sub__, Money.__lt__, Money.__ge__):
        with pytest.raises(ValueError, match=r"^EUR and USD can't be compared or added$"):
            mix(Money(1, "EUR"), Money(1, "USD"))


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("10k", 1_000_000, "EUR"),
        ("€ 1.234,50", 123_450, "EUR"),
        ("1,234.50 USD", 123_450, "USD"),
        ("1 234,50\N{NO-BREAK SPACE}€", 123_450, "EUR"),
        ("JPY 500", 500, "JPY"),
        ("500jpy", 500, "JPY"),
        ("$5", 500, "USD"),
        ("€10k", 1_000_000, "EUR"),
        ("10k€", 1_000_000, "EUR"),
        ("2.5m CHF", 250_000_000, "CHF"),
        ("Fr. 12.50", 1_250, "CHF"),
        ("-€5", -500, "EUR"),
        ("€-5", -500, "EUR"),
        ("£0.99", 99, "GBP"),
        ("US$ 5", 500, "USD"),
        ("€ 5 EUR", 500, "EUR"),
        ("7 MGA", 700, "MGA"),
    ],
)
def test_an_amount_is_read(text: str, minor: int, currency: str) -> None:
    assert parse_money(text, currency="EUR") == Money(minor, currency)


def test_a_sign_of_several_currencies_means_the_own_one_first() -> None:
    assert parse_money("$5", currency="CAD") == Money(500, "CAD")
    assert parse_money("500 kr", currency="NOK") == Money(50_000, "NOK")
    assert parse_money("¥5", currency="CNY") == Money(500, "CNY")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("500 kr", "“kr” is not a currency; write its code, such as EUR"),
        ("5 apples", "“apples” is not a currency; write its code, such as EUR"),
        ("EUR 5 USD", "“EUR 5 USD” names two currencies"),
        ("EUR", "“EUR” is not an amount of money"),
        ("5 %", "“5 %” is not an amount of money"),
        ("", "“” is not an amount of money"),
        ("1.2.3 EUR", "“1.2.3” is not a number"),
        ("1.234 EUR", "1.234 has more decimals than EUR, which has 2"),
        ("5.50 JPY", "5.50 has more decimals than JPY, which has 0"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        parse_money(text, currency="EUR")


@given(st.text() | st.text("0123456789.,-+ kmEURSD€$%"))
def test_any_text_is_an_amount_or_refused_as_one(text: str) -> None:
    try:
        money = parse_money(text, currency="EUR")
    except ValueError:
        return
    assert is_currency(money.currency)


@given(amounts, st.sampled_from([("en", "."), ("de", ","), ("fr", ",")]), st.booleans())
def test_a_written_amount_is_read_back(money: Money, locale: tuple[str, str], compact: bool) -> None:
    language, mark = locale
    written = format_money(money, language, compact=compact)
    number, _sign = written.rsplit(NBSP, 1)
    assert parse_money(f"{number} {money.currency}", currency="EUR", decimal_mark=mark) == money


@pytest.mark.parametrize(
    ("money", "locale", "full", "compact"),
    [
        (Money(4_821_000, "EUR"), "en", "48,210.00 €", "48,210 €"),
        (Money(4_821_050, "EUR"), "en", "48,210.50 €", "48,210.50 €"),
        (Money(4_821_000, "EUR"), "de", "48.210,00 €", "48.210 €"),
        (Money(-500, "JPY"), "en", "-500 ¥", "-500 ¥"),
        (Money(1_234, "KWD"), "en", "1.234 KWD", "1.234 KWD"),
    ],
)
def test_amounts_are_written_in_the_language(money: Money, locale: str, full: str, compact: str) -> None:
    assert format_money(money, locale).replace(NBSP, " ") == full
    assert format_money(money, locale, compact=True).replace(NBSP, " ") == compact

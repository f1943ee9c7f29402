"""Phone numbers are kept in E.164, whatever national form they come in, and shown as their reader writes them."""

from __future__ import annotations

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.lib.phones import format_phone, parse_phone


@pytest.mark.parametrize(
    ("text", "country", "e164"),
    [
        ("+49 30 123456", None, "+4930123456"),
        ("030 / 12 34 56", "DE", "+4930123456"),
        ("0049 30 123456", "DE", "+4930123456"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("+1 415 555 2671 ext. 12", "DE", "+14155552671;ext=12"),
        ("030 123456 x7", "DE", "+4930123456;ext=7"),
        ("+4930123456;ext=7", None, "+4930123456;ext=7"),
        ("(171) 555-7788", "GB", "+441715557788"),
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("tel:+49-30-123456", None, "+4930123456"),
        ("＋４９ ３０ １２３４５６", None, "+4930123456"),
        ("06 698 83041", "IT", "+390669883041"),
    ],
)
def test_a_number_becomes_e164(text: str, country: str | None, e164: str) -> None:
    assert parse_phone(text, country=country) == e164


@pytest.mark.parametrize(
    ("text", "country", "sentence"),
    [
        ("030 123456", None, "“030 123456” lacks a country code, such as +49"),
        ("555-4729", "US", "“555-4729” is too short for a phone number with its area code"),
        ("+49 1", None, "“+49 1” is too short for a phone number with its area code"),
        ("+49 30 1234567890123456", None, "“+49 30 1234567890123456” is too long for a phone number"),
        ("+999 123456", None, "“+999 123456” is not a phone number"),
        ("call me", "DE", "“call me” is not a phone number"),
        ("", "DE", "“” is not a phone number"),
        ("1" * 300, "DE", "“" + "1" * 39 + "…” is too long for a phone number"),
    ],
)
def test_what_is_no_number_is_refused_with_a_sentence(text: str, country: str | None, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        parse_phone(text, country=country)


def test_a_number_is_shown_as_at_home_or_from_abroad() -> None:
    assert format_phone("+4930123456", country="DE") == "030 123456"
    assert format_phone("+4930123456", country="US") == "+49 30 123456"
    assert format_phone("+4930123456", country=None) == "+49 30 123456"
    assert format_phone("+14155552671;ext=12", country="US") == "(415) 555-2671 ext. 12"


def test_what_is_not_e164_is_shown_unchanged() -> None:
    assert format_phone("ask Mia", country="DE") == "ask Mia"


@given(st.text() | st.text("+0123456789 ()-/x;ext=."), st.sampled_from([None, "DE", "US", "XX", "", "de"]))
def test_any_text_is_a_number_or_refused_as_one(text: str, country: str | None) -> None:
    format_phone(text, country=country)
    try:
        e164 = parse_phone(text, country=country)
    except ValueError:
        return
    assert parse_phone(e164, country=None) == e164
    assert parse_phone(format_phone(e164, country=None), country=None) == e164


@given(
    st.sampled_from("1 7 20 33 39 44 49 52 54 55 86 380 598 800 999 1684".split()),
    st.lists(st.sampled_from("0123456789 -.()"), min_size=1, max_size=18).map("".join),
    st.sampled_from(["", " ", "(", "-"]),
)
def test_a_number_with_its_country_is_understood_as_the_library_does(code: str, rest: str, before: str) -> None:
    text = f"{before}+{code}{rest}"
    try:
        number = phonenumbers.parse(text, None)
        possible = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    except phonenumbers.NumberParseException:
        possible = False
    if possible:
        e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        assert parse_phone(text, country=None) == e164
    else:
        with pytest.raises(ValueError, match="“"):
            parse_phone(text, country=None)

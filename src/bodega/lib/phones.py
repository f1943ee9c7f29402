"""Telephone numbers: from the way people write them to E.164 and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from types import ModuleType

from django.utils.translation import gettext as _

from bodega.lib.text import shorten

_E164 = re.compile(r"\+[1-9][0-9]{4,14}")
_BETWEEN = str.maketrans("", "", " -.()")


def parse_phone(text: str, *, country: str | None) -> str:
    """The number in E.164 ("+493012345"), an extension behind it (";ext=12").

    `country` (alpha-2) is where a number without "+" is from. Raises ValueError with a sentence for
    the person. A number is taken when its length is possible: number plans change faster than we do.
    """
    plain = text.translate(_BETWEEN)
    return plain if _E164.fullmatch(plain) and _is_whole(plain) else _parsed(text, country=country)


def _is_whole(number: str) -> bool:
    """Whether a number with its country's code is what it seems: of a possible length, nothing in it to be left out.

    The library says so as well (a test holds both together), in thirty times the time.
    """
    for end in (2, 3, 4):
        plan = _plan(int(number[1:end]))
        if plan is not None:
            lengths, prefix = plan
            return len(number) - end in lengths and not (prefix and prefix.match(number[end:]))
    return False


@lru_cache(maxsize=1_000)
def _plan(code: int) -> tuple[frozenset[int], re.Pattern[str] | None] | None:
    """How long numbers behind a country's code may be, and what some people put between both; None for no such code."""
    lib = _phonenumbers()
    region = lib.region_code_for_country_code(code)
    found = lib.PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    if found is None:
        return None
    lengths = {*found.general_desc.possible_length} - {*found.general_desc.possible_length_local_only}
    prefix = found.national_prefix_for_parsing
    return frozenset(lengths), re.compile(prefix) if prefix else None


@lru_cache(maxsize=16_384)
def _parsed(text: str, *, country: str | None) -> str:
    lib = _phonenumbers()
    try:
        number = lib.parse(text, country)
    except lib.NumberParseException as problem:
        raise ValueError(_explain(text, problem.error_type)) from None
    possible = lib.is_possible_number_with_reason(number)
    if possible != lib.ValidationResult.IS_POSSIBLE:
        raise ValueError(_misfit(text, possible))
    e164 = str(lib.format_number(number, lib.PhoneNumberFormat.E164))
    return f"{e164};ext={number.extension}" if number.extension else e164


def phones_in(text: str, *, country: str | None) -> Iterator[str]:
    """The numbers in a text that can be somebody's, in E.164 and in their order."""
    lib = _phonenumbers()
    for found in lib.PhoneNumberMatcher(text, country, leniency=lib.Leniency.VALID):
        yield parse_phone(found.raw_string, country=country)


@lru_cache(maxsize=16_384)
def format_phone(e164: str, *, country: str | None) -> str:
    """The number as it is written at home in `country`, internationally elsewhere; what isn't E.164 unchanged."""
    lib = _phonenumbers()
    try:
        number = lib.parse(e164, None)
    except lib.NumberParseException:
        return e164
    here = country is not None and lib.country_code_for_region(country) == number.country_code
    style = lib.PhoneNumberFormat.NATIONAL if here else lib.PhoneNumberFormat.INTERNATIONAL
    return str(lib.format_number(number, style))


def _explain(text: str, error: int) -> str:
    lib, errors = _phonenumbers(), _phonenumbers().NumberParseException
    if error == errors.INVALID_COUNTRY_CODE and "+" not in text:
        return _("“%(text)s” lacks a country code, such as +49") % {"text": _shown(text)}
    if error == errors.TOO_LONG:
        return _misfit(text, lib.ValidationResult.TOO_LONG)
    if error in (errors.TOO_SHORT_NSN, errors.TOO_SHORT_AFTER_IDD):
        return _misfit(text, lib.ValidationResult.TOO_SHORT)
    return _misfit(text, lib.ValidationResult.INVALID_LENGTH)


def _misfit(text: str, reason: int) -> str:
    possible = _phonenumbers().ValidationResult
    if reason in (possible.TOO_SHORT, possible.IS_POSSIBLE_LOCAL_ONLY):
        return _("“%(text)s” is too short for a phone number with its area code") % {"text": _shown(text)}
    if reason == possible.TOO_LONG:
        return _("“%(text)s” is too long for a phone number") % {"text": _shown(text)}
    return _("“%(text)s” is not a phone number") % {"text": _shown(text)}


def _shown(text: str) -> str:
    return shorten(text, 40)


@lru_cache(maxsize=1)
def _phonenumbers() -> ModuleType:
    import phonenumbers  # late: its tables take 50 MB that a process which meets no phone number should not pay for

    return phonenumbers

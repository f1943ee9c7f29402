"""Telephone numbers: from the way people write them to E.164 and back."""

from __future__ import annotations

from functools import lru_cache
from types import ModuleType

from django.utils.translation import gettext as _


@lru_cache(maxsize=16_384)
def parse_phone(text: str, *, country: str | None) -> str:
    """The number in E.164 ("+493012345"), an extension behind it (";ext=12").

    `country` (alpha-2) is where a number without "+" is from. Raises ValueError with a sentence for
    the person. A number is taken when its length is possible, as number plans change faster than we do.
    """
    lib = _phonenumbers()
    shown = text.strip()[:40]
    if len(text) > 250:
        raise ValueError(_("“%(text)s” is not a phone number") % {"text": shown})
    try:
        number = lib.parse(text, country)
    except lib.NumberParseException as problem:
        if problem.error_type == problem.INVALID_COUNTRY_CODE and "+" not in text:
            raise ValueError(_("“%(text)s” lacks a country code, such as +49") % {"text": shown}) from None
        raise ValueError(_("“%(text)s” is not a phone number") % {"text": shown}) from None
    _check_length(shown, lib.is_possible_number_with_reason(number))
    e164 = str(lib.format_number(number, lib.PhoneNumberFormat.E164))
    return f"{e164};ext={number.extension}" if number.extension else e164


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


def _check_length(shown: str, reason: int) -> None:
    lib = _phonenumbers()
    if reason == lib.ValidationResult.IS_POSSIBLE:
        return
    if reason in (lib.ValidationResult.TOO_SHORT, lib.ValidationResult.IS_POSSIBLE_LOCAL_ONLY):
        raise ValueError(_("“%(text)s” is too short for a phone number with its area code") % {"text": shown})
    if reason == lib.ValidationResult.TOO_LONG:
        raise ValueError(_("“%(text)s” is too long for a phone number") % {"text": shown})
    raise ValueError(_("“%(text)s” is not a phone number") % {"text": shown})


@lru_cache(maxsize=1)
def _phonenumbers() -> ModuleType:
    import phonenumbers  # late: its tables take 50 MB that a process which meets no phone number should not pay for

    return phonenumbers

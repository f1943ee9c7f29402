"""Countries: from what people write to ISO 3166 alpha-2 codes, and back to names."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages

from bodega.lib.locales import locale_of
from bodega.lib.text import fold

# Groupings, parts of countries and test codes that CLDR lists beside the countries of ISO 3166.
_NOT_COUNTRIES = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())
# What people write that is neither the English nor a local name in CLDR.
_ALIASES = {
    "america": "US", "united states of america": "US", "the united states": "US", "u.s.": "US", "u.s.a.": "US",
    "u.k.": "GB", "great britain": "GB", "britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "northern ireland": "GB", "united kingdom of great britain and northern ireland": "GB",
    "korea": "KR", "republic of korea": "KR", "korea, republic of": "KR", "korea, south": "KR",
    "dprk": "KP", "korea, north": "KP",
    "holland": "NL", "the netherlands": "NL", "czech republic": "CZ", "slovak republic": "SK",
    "russian federation": "RU", "republic of ireland": "IE", "eire": "IE", "turkey": "TR",
    "ivory coast": "CI", "burma": "MM", "swaziland": "SZ", "macedonia": "MK", "cape verde": "CV",
    "uae": "AE", "prc": "CN", "people's republic of china": "CN", "hong kong": "HK", "macau": "MO", "macao": "MO",
    "viet nam": "VN", "vatican": "VA", "holy see": "VA", "palestine": "PS", "east timor": "TL",
    "the gambia": "GM", "the bahamas": "BS", "the philippines": "PH", "syrian arab republic": "SY",
    "iran, islamic republic of": "IR", "taiwan, province of china": "TW", "brunei darussalam": "BN",
    "dr congo": "CD", "democratic republic of the congo": "CD", "republic of the congo": "CG",
}  # fmt: skip


def country_code(text: str) -> str | None:
    """The alpha-2 code for a code (alpha-2 or alpha-3), an English or local name, or a usual other name."""
    key = _key(text)
    return _codes().get(key) or _english_names().get(key) or (_local_names().get(key) if key else None)


def country_name(code: str, locale: str) -> str:
    """The country's name in the language; the code itself where there is none."""
    return str(locale_of(locale).territories.get(code.upper(), code))


def countries(locale: str) -> list[tuple[str, str]]:
    """Every country as (alpha-2, name), sorted by name as the language folds it."""
    named = [(code, country_name(code, locale)) for code in _all()]
    return sorted(named, key=lambda pair: fold(pair[1]))


def _key(text: str) -> str:
    return " ".join(fold(text).replace("&", " and ").replace("’", "'").split())


@lru_cache(maxsize=1)
def _all() -> tuple[str, ...]:
    codes = (str(code) for code in Locale("en").territories)
    return tuple(sorted(code for code in codes if len(code) == 2 and code not in _NOT_COUNTRIES))


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    old = get_global("territory_aliases")
    other = {fold(code): new[0] for code, new in old.items() if code.isalpha() and len(new) == 1}
    return other | {fold(code): code for code in _all()}


@lru_cache(maxsize=1)
def _english_names() -> dict[str, str]:
    return {_key(country_name(code, "en")): code for code in _all()} | _ALIASES


@lru_cache(maxsize=1)
def _local_names() -> dict[str, str]:
    """Each country's name in its own languages; takes half a second, so only asked when English fails."""
    return {_key(name): code for code in _all() for name in _names_at_home(code)}


def _names_at_home(code: str) -> list[str]:
    languages = get_official_languages(code, regional=True, de_facto=True)
    return [name for name in (_territory(code, language) for language in languages) if name]


def _territory(code: str, language: str) -> str | None:
    try:
        return Locale.parse(language).territories.get(code)
    except UnknownLocaleError:
        return None

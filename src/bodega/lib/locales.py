"""One way from the language codes people and browsers use to what Babel knows about the language."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, UnknownLocaleError


@lru_cache(maxsize=256)
def locale_of(code: str) -> Locale:
    """The locale of "de", "pt-br" or "zh_Hans"; of a region we don't know its language; else English."""
    parts = code.replace("-", "_").split("_")
    for name in ("_".join(parts), parts[0]):
        try:
            return Locale.parse(name)
        except (ValueError, UnknownLocaleError):
            continue
    return Locale("en")

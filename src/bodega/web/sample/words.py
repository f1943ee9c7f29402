"""The words that the sample company is made of, from the files in `words/`, and how they are drawn and filled in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any, TypeVar

from bodega.lib.text import slug

Words = Mapping[str, Any]
T = TypeVar("T")
LETTERS = "ABCDEFGHKLMNPRSTVWXY"


@cache
def words(name: str) -> Words:
    return tomllib.loads(files("bodega.web.sample").joinpath("words", f"{name}.toml").read_text("utf-8"))


def listed(text: str, mark: str = ", ") -> list[str]:
    return text.split(mark)


def weighted(rng: Random, choices: Iterable[tuple[T, float]]) -> T:
    """One of the choices, each as often as its weight says."""
    found, weights = zip(*choices, strict=True)
    drawn: T = rng.choices(found, weights)[0]
    return drawn


def by_share(rng: Random, table: Words) -> str:
    """A key of the table, as often as its `share` says."""
    return weighted(rng, ((key, held["share"]) for key, held in table.items()))


def spelled(word: str) -> tuple[str, str]:
    """How a name is written, and how it is spelled in Latin letters."""
    written, _mark, latin = word.partition("=")
    return written, latin or written


def filled(pattern: str, rng: Random) -> str:
    """The pattern with a digit for each # and a letter for each ?."""
    return re.sub(r"[#?]", lambda found: rng.choice("0123456789" if found[0] == "#" else LETTERS), pattern)


def numbers(patterns: Sequence[str], rng: Random) -> list[str]:
    """Distinct telephone numbers of these patterns, in E.164, in no order."""
    found = [number(pattern, at) for pattern in patterns for at in some_below(10 ** pattern.count("#"), rng)]
    rng.shuffle(found)
    return found


def some_below(limit: int, rng: Random) -> list[int]:
    return rng.sample(range(limit), min(300, limit))


def number(pattern: str, at: int) -> str:
    digits = iter(str(at).zfill(pattern.count("#")))
    return "".join(next(digits) if sign == "#" else sign for sign in pattern if sign != " ")


def mailbox(text: str) -> str:
    """The text as a part of an e-mail address: `D’Angelo` is `dangelo`."""
    return slug(re.sub(r"[’'.]", "", text))

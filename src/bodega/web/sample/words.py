"""The words that the sample company is made of, from the files in `words/`, and how chance draws them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any, TypeVar

from bodega.lib.text import slug

Words = Mapping[str, Any]
T = TypeVar("T")
SIGNS = {"#": "0123456789", "?": "ABDEFHKLNPRTWXY"}


@cache
def words(name: str) -> Words:
    return tomllib.loads(files("bodega.web.sample").joinpath("words", f"{name}.toml").read_text("utf-8"))


class Chance(Random):
    """The same row of chance for the same seed, whatever machine or day it is."""

    def some(self, share: float, value: T, otherwise: T) -> T:
        return value if self.random() < share else otherwise

    def listed(self, text: str, mark: str = ", ") -> str:
        """One of the words in a list of them."""
        return self.choice(text.split(mark))

    def weighted(self, choices: Iterable[tuple[T, float]]) -> T:
        """One of the choices, each as often as its weight says."""
        found, weights = zip(*choices, strict=True)
        drawn: T = self.choices(found, weights)[0]
        return drawn

    def by_share(self, table: Words) -> str:
        """A key of the table, as often as its `share` says."""
        return self.weighted((key, held["share"]) for key, held in table.items())

    def filled(self, pattern: str) -> str:
        """The pattern with a digit for each # and a letter for each ?."""
        return re.sub(r"[#?]", lambda sign: self.choice(SIGNS[sign[0]]), pattern)


def spelled(word: str) -> tuple[str, str]:
    """How a name is written, and how it is spelled in Latin letters (`森=Mori`)."""
    written, _mark, latin = word.partition("=")
    return written, latin or written


def mailbox(text: str) -> str:
    """The text as a part of an e-mail address: `D’Angelo` is `dangelo`."""
    return slug(re.sub(r"[’'.]", "", text))

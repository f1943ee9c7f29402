"""Kinds that only forms of our own ask for: one of a few words, a choice that explains itself, a password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from django.utils.functional import Promise

from bodega.kernel.kinds import Choice, Choosable, Input, Show, Text

Labels = Mapping[str, str | Promise]


def choosables(options: Labels) -> tuple[Choosable, ...]:
    return tuple(Choosable(key, label) for key, label in options.items())


def choice(name: str, label: str, options: Labels, *, told: str = "", required: bool = False) -> Choice:
    """One of these."""
    return Choice(name=name, label=label, fixed=choosables(options), help=told, required=required)


@dataclass(frozen=True, kw_only=True)
class Picked(Choice):
    """One of a few, all of them in sight."""

    @classmethod
    def of(cls, name: str, label: str, options: Labels) -> Self:
        return cls(name=name, label=label, fixed=choosables(options), required=True)

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        shown = [(found.key, found.name) for found in self.fixed]
        return [replace(super().inputs(value, show=show)[0], type="radios", options=shown)]  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class Secret(Text):
    """A password being entered; it is never shown again. `complete` tells a password manager which one it is."""

    complete: str = "new-password"

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        return [Input("password", attributes={"autocomplete": self.complete})]

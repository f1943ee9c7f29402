"""A mapping as a form on a page has it: read back column by column, and what was probably meant by a wrong text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bodega.kernel.kinds import Choice, Kind, Reference
from bodega.lib.text import closest
from bodega.surfaces.transfer.guessing import targets
from bodega.surfaces.transfer.mapping import DAYS, MODES, Feed, MappingError, Step
from bodega.surfaces.transfer.plan import bind, known_type
from bodega.surfaces.transfer.resolving import nearest

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor


def read_form(sent: Mapping[str, str], held: Step, columns: Sequence[str], *, actor: Actor) -> Step:
    """The mapping as sent: `to.<n>` names the field of a column, `match.<n>` that records are found by it; `mode`,
    `days`, `mark` and `create` are said for the whole file. What a column had besides its field stays with the field.
    """
    fields = targets(known_type(held.type, actor=actor), held.feeds)
    feeds = [feed for feed in held.feeds if not feed.source]
    match = []
    for at, column in enumerate(columns):
        name = sent.get(f"to.{at}", "")
        kept = [feed for feed in held.feeds if feed.source == column]
        if name in fields:
            same = kept if kept and kept[0].field == name else [Feed(name, source=column)]
            feeds += [formatted(feed, fields.get(feed.field), sent) for feed in same]
            match += [name] if f"match.{at}" in sent else []
    mode = next((mode for mode in MODES if mode == sent.get("mode")), "both")
    return replace(held, feeds=tuple(feeds), match=tuple(match) or None, mode=mode)


def formatted(feed: Feed, kind: Kind | None, sent: Mapping[str, str]) -> Feed:
    """The feed with what was said for the whole file, where that concerns its kind."""
    if kind is None:
        return feed
    if kind.word in ("date", "datetime"):
        return replace(feed, format=next((days for days in DAYS[1:] if days == sent.get("days")), ""))
    if kind.word in ("decimal", "money", "percent"):
        return replace(feed, format="," if sent.get("mark") == "," else "")
    is_set = isinstance(kind, Choice) and bool(kind.set)
    can_create = is_set or (isinstance(kind, Reference) and kind.to not in ("", "kernel.user"))
    return replace(feed, create=can_create and "create" in sent)


def matched(step: Step, columns: Sequence[str], *, actor: Actor) -> Sequence[str]:
    """The fields by which records are found with this mapping."""
    try:
        return bind(step, columns, actor=actor).match
    except MappingError:
        return ()


def suggestion(kind: Kind, text: str, *, by: str, actor: Actor) -> str:
    """What was probably meant by a text that names nothing; empty where nothing is near."""
    if isinstance(kind, Choice):
        return closest(text, [str(one.name) for one in kind.choices().values() if not one.retired]) or ""
    return nearest(kind.target, text, by=by, actor=actor) if isinstance(kind, Reference) and kind.to else ""

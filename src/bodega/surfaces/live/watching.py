"""What an open page shows, and what of all that has happened matters to it: as far as its reader may see it now."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bodega.kernel import access, query, registry
from bodega.kernel.actors import Actor
from bodega.kernel.record import RecordType
from bodega.platform import news
from bodega.platform.news import Act

PAGE = re.compile(r"/([a-z0-9-]{1,60})/(?:board/|calendar/|gallery/|groups/|(\d{1,18})/(edit/)?)?")
Told = dict[str, Any]


@dataclass(frozen=True)
class Watch:
    """A list of a type, or another way to show it, asked a question; or one record, which is perhaps being edited."""

    type: str
    pk: int = 0
    question: str = ""
    is_editing: bool = False


def watch_of(path: str, question: str, *, editing: bool, actor: Actor) -> Watch | None:
    """What is shown at that address; nothing for what the actor may not see, or what does not change by itself."""
    found = PAGE.fullmatch(path)
    type_ = registry.by_slug(found[1], actor=actor) if found else None
    if found is None or type_ is None or not access.may(type_, actor, "view"):
        return None
    pk = int(found[2] or 0)
    if pk and not Sight(actor=actor).of(type_, [pk]):
        return None
    return Watch(type_.key, pk, "" if pk else question, editing or bool(found[3]))


class Sight:
    """Which records somebody sees, asked once for all who see the same (`shared`)."""

    def __init__(self, shared: dict[Hashable, set[int]] | None = None, *, actor: Actor) -> None:
        self.actor, self.shared = actor, {} if shared is None else shared

    def of(self, type_: RecordType, ids: Iterable[int]) -> set[int]:
        """Those of the ids; what has gone into the trash was seen before it did."""
        wanted = sorted({*ids})
        key = (type_.key, access.sight(type_, self.actor), *wanted)
        if key not in self.shared:
            rows = type_.ever(self.actor).filter(pk__in=wanted)
            self.shared[key] = {*rows.values_list("pk", flat=True)}
        return self.shared[key]


def told(watch: Watch, acts: Sequence[Act], sight: Sight) -> Told | None:
    """What the page is told of these acts; nothing where they do not matter to it."""
    try:
        type_ = registry.type_for(watch.type, actor=sight.actor)
    except registry.UnknownType:
        return None
    return of_record(watch, type_, acts, sight) if watch.pk else of_list(watch, type_, acts, sight)


def of_record(watch: Watch, type_: RecordType, acts: Sequence[Act], sight: Sight) -> Told | None:
    changed, new = news.touching(acts, (watch.type, watch.pk))
    if not (changed or new) or not sight.of(type_, [watch.pk]):
        return None
    seen = changed or any(
        sight.of(registry.type_of(key), [pk for one, pk in new if one == key]) for key in {key for key, _pk in new}
    )
    return {"ids": [str(watch.pk)]} if seen else None


def of_list(watch: Watch, type_: RecordType, acts: Sequence[Act], sight: Sight) -> Told | None:
    """`ids` are what changed; `here` those of them that answer the question now, or nothing where none is asked."""
    ids = {pk for one in acts if one.type == type_.key for pk in one.ids}
    seen = sight.of(type_, ids) if ids else ids
    if not seen:
        return None
    return {"ids": sorted(map(str, seen)), "here": sorted(map(str, answering(watch, type_, seen, actor=sight.actor)))}


def answering(watch: Watch, type_: RecordType, ids: set[int], *, actor: Actor) -> set[int]:
    if not watch.question:
        return ids
    try:
        found = query.ask(type_, query.parse(watch.question, type_, actor=actor), actor=actor)
    except query.QuestionError:
        return set()
    return {*found.filter(pk__in=ids).values_list("pk", flat=True)}

"""The saved views of a type, for whoever may see them, and where each is opened."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import QuerySet

from bodega.kernel import access, query
from bodega.kernel.kinds import Show
from bodega.kernel.raw import Slot
from bodega.kernel.reading import Row
from bodega.kernel.record import this
from bodega.kernel.registry import type_of
from bodega.kernel.scope import arranged
from bodega.surfaces.views.models import LIST

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.change import Draft
    from bodega.kernel.record import RecordType

WORD = re.compile(r"[^\W\d]\w*")
MOST = 30
"""Views of one type that stand above its list."""
MOST_OF_ALL = 500
"""Views that are looked through for a name."""
NAMED = ("question", "sort", "columns", "by")
"""What names fields: written down by their keys, too."""
KEPT = (*NAMED, "show")
NAMES = ["name", "type", "shape", *KEPT, "asked", "roles"]


def seen_by(*, actor: Actor) -> Hashable:
    """What the views that somebody sees, and their words, depend on."""
    views = type_of("views.view").for_(actor)
    return views.mask, access.sight(views, actor), frozenset(actor.masks.items())


def saved(type_: RecordType, *, actor: Actor) -> list[Row]:
    """By name."""
    views = type_of("views.view").for_(actor)

    def found() -> list[Row]:
        rows = views.ask(of_type, NAMES, actor=actor, type=type_.key)
        return [as_named_now(row, type_, actor=actor) for row in rows]

    return arranged(("views", type_.key, seen_by(actor=actor)), found)


def every_saved(*, actor: Actor) -> list[Row]:
    """Of all types, by name, as they were saved."""
    views = type_of("views.view").for_(actor)
    return arranged(("views", "", seen_by(actor=actor)), lambda: views.ask(of_all, NAMES, actor=actor))


def of_all(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by("name_key", "pk")[:MOST_OF_ALL]


def of_type(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(type=Slot("type")).order_by("name_key", "pk")[:MOST]


def opened(text: str, type_: RecordType, *, actor: Actor) -> Row | None:
    """The view with that number, if it is one of this type that the actor may see."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        return None
    found = type_of("views.view").ask(this, NAMES, actor=actor, pk=int(text))
    return next((as_named_now(one, type_, actor=actor) for one in found if one.values["type"] == type_.key), None)


def address(view: Row, type_: RecordType) -> str:
    """Where the view of this type is shown as it was saved."""
    values = view.values
    shape = (values["by"] and "groups") if values["shape"] in (LIST, None) else values["shape"]
    sort, _comma, then = (values["sort"] or "").partition(",")
    kept = {"view": view.id, "q": values["question"], "sort": sort, "then": then}
    asked = {name: value for name, value in {**kept, "by": values["by"], "show": values["show"]}.items() if value}
    return f"/{type_.slug}/{shape + '/' if shape else ''}?{urlencode(asked)}"


# ---- names that fields have, and keys that stay ------------------------------------------------------------------


def keep_keys(draft: Draft, type_: RecordType, *, actor: Actor) -> None:
    """Write down what is new of a view by keys; what is not stays as it was understood then."""
    held = draft.old.get("asked") or {}
    new = {name for name in NAMED if name not in held or (name in draft and draft.values[name] != draft.old.get(name))}
    if new or "type" in draft:
        keys = {name: kind.key for name, kind in type_.fields().items()}
        draft.values["asked"] = {**held, **{name: in_keys(name, draft, type_, keys, actor=actor) for name in new}}


def in_keys(name: str, draft: Draft, type_: RecordType, keys: Mapping[str, str], *, actor: Actor) -> Any:
    text = draft.get(name) or ""
    return query.parse(text, type_, actor=actor).to_json() if name == "question" else renamed(name, text, keys)


def as_named_now(view: Row, type_: RecordType, *, actor: Actor) -> Row:
    """The view with the names that its fields have today."""
    names = {kind.key: name for name, kind in type_.fields().items()}
    asked = {name: held for name, held in (view.values["asked"] or {}).items() if view.values.get(name) is not None}
    now = {name: renamed(name, keys, names) for name, keys in asked.items() if name != "question"}
    if "question" in asked:
        now["question"] = question_now(view.values["question"], asked["question"], type_, actor=actor)
    return replace(view, values={**view.values, **now})


def question_now(text: str, tree: Any, type_: RecordType, *, actor: Actor) -> str:
    """As it was typed, as long as that still means the same, and to somebody from whom a part of it is hidden."""
    try:
        if query.parse(text, type_, actor=actor).to_json() == tree:
            return text
    except query.QuestionError:
        pass
    try:
        return query.write(query.Question.from_json(tree), type_, show=Show(actor))
    except query.QuestionError:
        return text


def renamed(name: str, text: str, names: Mapping[str, str]) -> str:
    """Names of fields by their other names; what stands beside them, as a dash, a width or a period, stays."""
    return WORD.sub(lambda found: names.get(found[0], found[0]), text, count=1 if name == "by" else 0)

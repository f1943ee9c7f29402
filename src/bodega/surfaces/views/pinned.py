"""What somebody has at hand: the views they pinned to the side bar, and what it opens first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import QuerySet

from bodega.kernel import access, query
from bodega.kernel.reading import Row
from bodega.kernel.record import RecordType, with_ids
from bodega.kernel.registry import UnknownType, type_of
from bodega.kernel.scope import arranged
from bodega.lib import clock
from bodega.lib.numbers import format_decimal
from bodega.platform.sparing import TookLongError, sparing
from bodega.surfaces.html.shapes import Pin
from bodega.surfaces.views import saved

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor, User

PINS, OPENS = "pins", "opens"
"""Under which their own wishes are kept: numbers of views in order; by record type a view's number, or a shape."""
MOST, COUNTED, REMEMBERED = 20, 99, 10_000
FRESH, DEAR = timedelta(seconds=30), timedelta(minutes=10)
"""How long a count is told again, and how long nobody tries to count what took too long."""


class Counted(NamedTuple):
    text: str
    until: datetime


def these(ids: Sequence[int], *, actor: Actor) -> list[tuple[Row, RecordType]]:
    """Those of the views that somebody may see, in this order, each with its type as they know it."""
    rows = type_of("views.view").ask(with_ids, saved.NAMES, actor=actor, ids=[*ids]) if ids else []
    found = {row.id: (row, type_) for row in rows if (type_ := seen_type(row.values["type"], actor=actor))}
    return [
        (saved.as_named_now(row, type_, actor=actor), type_) for pk in ids if pk in found for row, type_ in [found[pk]]
    ]


def seen_type(key: str | None, *, actor: Actor) -> RecordType | None:
    try:
        type_ = type_of(key or "").for_(actor)
    except UnknownType:
        return None
    return type_ if access.may(type_, actor, "view") else None


def pins(user: User, *, actor: Actor) -> tuple[Pin, ...]:
    ids = tuple(pins_of(user))
    key = ("views", PINS, ids, saved.seen_by(actor=actor), actor.user_id)
    return arranged(key, lambda: made(ids, actor=actor)) if ids else ()


def pins_of(user: User) -> list[int]:
    """Their numbers, whether or not they are still there."""
    return [pk for pk in user.preferences.get(PINS, []) if isinstance(pk, int)]


def made(ids: Sequence[int], *, actor: Actor) -> tuple[Pin, ...]:
    return tuple(
        Pin(row.id, row.values["name"], saved.address(row, type_), type_.icon) for row, type_ in these(ids, actor=actor)
    )


def homes(user: User, *, actor: Actor) -> Mapping[str, str]:
    """Where the side bar opens records of a type for this person, where that is not the list: what they chose, or an
    administrator for their role."""
    chosen = {**of_roles(actor=actor), **user.preferences.get(OPENS, {})}
    if not chosen:
        return {}
    key = ("views", OPENS, tuple(sorted(chosen.items(), key=str)), saved.seen_by(actor=actor), actor.user_id)
    return arranged(key, lambda: addresses(chosen, actor=actor))


def addresses(chosen: Mapping[str, int | str], *, actor: Actor) -> dict[str, str]:
    found = {
        key: f"/{type_.slug}/{opens}/"
        for key, opens in chosen.items()
        if isinstance(opens, str) and (type_ := seen_type(key, actor=actor))
    }
    views = these([pk for pk in chosen.values() if isinstance(pk, int)], actor=actor)
    return found | {type_.key: saved.address(row, type_) for row, type_ in views}


def of_roles(*, actor: Actor) -> Mapping[str, int]:
    """By type, the view that one of the person's roles opens first."""
    held = actor.standing.roles

    def found() -> dict[str, int]:
        rows = type_of("views.view").ask(with_roles, ["type", "roles"], actor=actor)
        return {row.values["type"]: row.id for row in reversed(rows) if held & {*(row.values["roles"] or ())}}

    return arranged(("views", "roles", held, saved.seen_by(actor=actor)), found) if held else {}


def with_roles(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(roles__isnull=False).exclude(roles=[]).order_by("name_key", "pk")


# ---- counts --------------------------------------------------------------------------------------------------------


def counts(ids: Sequence[int], *, actor: Actor) -> dict[str, str]:
    """How many records each of these views has for this person, up to a hundred, as far as that is told quickly."""
    found = {str(row.id): count_of(row, type_, actor=actor) for row, type_ in these(ids, actor=actor)}
    return {pk: text for pk, text in found.items() if text}


def count_of(view: Row, type_: RecordType, *, actor: Actor) -> str:
    """Counted anew every now and then, and whenever somebody's rights change: what is arranged is forgotten then."""
    held: dict[Any, Counted] = arranged(("views", "counts"), dict)
    key, now = (view.id, view.version, actor.user_id, access.sight(type_, actor), type_.mask), clock.now()
    found = held.get(key)
    if found is None or found.until < now:
        if len(held) >= REMEMBERED:
            held.clear()
        found = held[key] = counted(view, type_, actor=actor, now=now)
    return found.text


def counted(view: Row, type_: RecordType, *, actor: Actor, now: datetime) -> Counted:
    try:
        question = query.parse(view.values["question"] or "", type_, actor=actor)
        with sparing():
            number, more = query.count(query.ask(type_, question, actor=actor), limit=COUNTED)
    except query.QuestionError:
        return Counted("", now + FRESH)
    except TookLongError:
        return Counted("", now + DEAR)
    return Counted(format_decimal(number, actor.language) + ("+" if more else ""), now + FRESH)

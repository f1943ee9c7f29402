"""Values as they come in: JSON from outside, checked as if a person had entered it. The other way round is `rows`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal as Number
from typing import TYPE_CHECKING, Any, Protocol

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from bodega.kernel import kinds as sorts
from bodega.kernel.kinds.base import Json, Kind, expect
from bodega.kernel.kinds.texts import storable
from bodega.kernel.parts import Part
from bodega.kernel.registry import every_type
from bodega.surfaces.api.problems import Problem, Wrong

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.record import RecordType

ID = re.compile(r"[0-9]{1,18}", re.ASCII)
NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?", re.ASCII)
MOST_LINES = 1_000
"""Of a record."""
NOT_ITS_SORT = (ValueError, TypeError, KeyError, AttributeError, ArithmeticError)
"""What reading a value raises that is of another sort; ValidationError has a sentence of its own."""


def writable(type_: RecordType) -> dict[str, Kind]:
    """The fields that somebody may write: those of its forms."""
    return {name: kind for name, kind in type_.fields().items() if kind.entered}


def read_values(kinds: Mapping[str, Kind], given: Mapping[str, Json], *, actor: Actor) -> dict[str, Any]:
    """The values that were sent, by field. Raises Problem with everything that is wrong with them."""
    found, wrong = read_each(kinds, given, actor=actor)
    if wrong:
        raise Problem("invalid", errors=wrong)
    return found


def read_each(
    kinds: Mapping[str, Kind], given: Mapping[str, Json], *, actor: Actor, at: str = ""
) -> tuple[dict[str, Any], list[Wrong]]:
    found: dict[str, Any] = {}
    wrong: list[Wrong] = []
    for name, value in given.items():
        if name not in kinds:
            wrong.append(Wrong(pointer=pointer(at, name), detail=_("There is no field “%(name)s”.") % {"name": name}))
        elif isinstance(kinds[name], Part):
            found[name], problems = read_lines(kinds[name], value, actor=actor, at=pointer(at, name))
            wrong += problems
        else:
            try:
                found[name] = read_value(kinds[name], value, actor=actor)
            except ValidationError as problem:
                wrong.append(Wrong(pointer=pointer(at, name), detail=" ".join(problem.messages)))
    return found, wrong


def pointer(at: str, name: str | int) -> str:
    """RFC 6901."""
    return f"{at}/{str(name).replace('~', '~0').replace('/', '~1')}"


def read_lines(part: Any, given: Json, *, actor: Actor, at: str) -> tuple[list[dict[str, Any]], list[Wrong]]:
    """The lines of a record. One that names its `id` stays the line it is."""
    if given is None:
        return [], []
    if not isinstance(given, list) or not all(isinstance(line, dict) for line in given) or len(given) > MOST_LINES:
        told = _("Expected a list of at most %(most)s objects.") % {"most": MOST_LINES}
        return [], [Wrong(pointer=at, detail=told)]
    lines: list[dict[str, Any]] = []
    wrong: list[Wrong] = []
    for number, line in enumerate(given):
        held = {"id": KNOWN_LINE} if "id" in line else {}
        found, problems = read_each({**part.kinds, **held}, line, actor=actor, at=pointer(at, number))
        lines.append(found)
        wrong += problems
    return lines, wrong


def read_value(kind: Kind, given: Json, *, actor: Actor) -> Any:
    """The value of a field. Raises ValidationError."""
    read, told = next((read, told) for of, read, told in READERS if isinstance(kind, of))
    try:
        return kind.from_json(None) if given is None else read(kind, given, actor=actor)
    except NOT_ITS_SORT:
        raise ValidationError(_("Expected %(sort)s.") % {"sort": told}) from None


# ---- one reader for each family of kinds -----------------------------------------------------------------------------


def read_text(kind: Any, given: Json, *, actor: Actor) -> Any:
    return kind.parse(expect(given, str), actor=actor)


def read_yes_no(kind: Any, given: Json, *, actor: Actor) -> bool:
    return expect(given, bool)


def read_choice(kind: Any, given: Json, *, actor: Actor) -> str:
    """By its key: names may change and be another option's."""
    key, known = expect(given, str), kind.choices()
    if key and key not in known:
        raise ValidationError(kind.unknown(storable(key)[:60], known))
    return key


def read_choices(kind: Any, given: Json, *, actor: Actor) -> list[str]:
    keys = [read_choice(kind.single, one, actor=actor) for one in expect(given, list)]
    return list(dict.fromkeys(filter(None, keys)))


def read_tags(kind: Any, given: Json, *, actor: Actor) -> list[str]:
    words = [storable(expect(word, str)) for word in expect(given, list)]
    if any("," in word or ";" in word for word in words):
        raise ValidationError(_("A tag has no comma and no semicolon."))
    found: list[str] = kind.clean(words)
    return found


def read_integer(kind: Any, given: Json, *, actor: Actor) -> Any:
    return kind.from_json(expect(given, int))


def read_number(given: Json) -> Number:
    if not NUMBER.fullmatch(expect(given, str)):
        raise ValueError(given)
    return Number(given)


def read_decimal(kind: Any, given: Json, *, actor: Actor) -> Number:
    value: Number = kind.kept(read_number(given))
    if kind.unpack(kind.pack(value)) != value:
        raise ValidationError(
            _("“%(text)s” has more than %(places)s decimals.") % {"text": given, "places": kind.places}
        )
    return value


def read_money(kind: Any, given: Json, *, actor: Actor) -> Any:
    if {*expect(given, dict)} != {"amount", "currency"}:
        raise ValueError(given)
    read_number(given["amount"])
    return kind.from_json(given)


def read_date(kind: Any, given: Json, *, actor: Actor) -> date:
    found = date.fromisoformat(expect(given, str))
    if found.isoformat() != given:
        raise ValueError(given)
    return found


def read_moment(kind: Any, given: Json, *, actor: Actor) -> datetime:
    """As RFC 3339 writes it, with its offset from UTC."""
    found = datetime.fromisoformat(expect(given, str))
    if found.tzinfo is None or given[10:11].upper() != "T":
        raise ValueError(given)
    return found.astimezone(UTC)


def read_place(kind: Any, given: Json, *, actor: Actor) -> Any:
    for name, part in expect(given, dict).items():
        is_number = name in ("lat", "lon") and isinstance(part, int | float) and not isinstance(part, bool)
        if part is not None and not is_number:
            expect(part, str) if name not in ("lat", "lon") else expect(None, str)
    found = kind.of(given)
    return None if kind.to_json(found) == {} else found


def read_reference(kind: Any, given: Json, *, actor: Actor) -> int:
    """The door for writing looks whether there is such a record that the actor may see."""
    if not ID.fullmatch(expect(given, str)):
        raise ValueError(given)
    return int(given)


def read_references(kind: Any, given: Json, *, actor: Actor) -> list[int]:
    return list(dict.fromkeys(read_reference(kind, one, actor=actor) for one in expect(given, list)))


def read_any(kind: Any, given: Json, *, actor: Actor) -> tuple[str, int]:
    if {*expect(given, dict)} != {"type", "id"}:
        raise ValueError(given)
    if given["type"] not in {type_.key for type_ in every_type()}:
        raise ValidationError(_("There is no record type “%(type)s”.") % {"type": str(given["type"])[:60]})
    return given["type"], read_reference(kind, given["id"], actor=actor)


def read_json(kind: Any, given: Json, *, actor: Actor) -> Json:
    return kind.sound_data(given)


class Reader(Protocol):
    def __call__(self, kind: Any, given: Any, *, actor: Actor) -> Any: ...


READERS: Sequence[tuple[type[Kind], Reader, str | Promise]] = (
    (sorts.AnyReference, read_any, later("an object with a type and an id, or null")),
    (sorts.References, read_references, later("a list of ids, each a text of digits")),
    (sorts.Reference, read_reference, later("an id as a text of digits, or null")),
    (sorts.Choices, read_choices, later("a list of keys")),
    (sorts.Tags, read_tags, later("a list of texts")),
    (sorts.Choice, read_choice, later("the key of an option")),
    (sorts.YesNo, read_yes_no, later("true or false")),
    (sorts.Money, read_money, later("an object with an amount as a text and a currency, or null")),
    (sorts.Decimal, read_decimal, later("a number as a text, as in “12.5”, or null")),
    (sorts.Integer, read_integer, later("a whole number, or null")),
    (sorts.Moment, read_moment, later("a moment as in “2026-11-22T09:30:00+01:00”, or null")),
    (sorts.Date, read_date, later("a day as in “2026-11-22”, or null")),
    (sorts.Place, read_place, later("an object with the parts of an address, or null")),
    (sorts.JsonData, read_json, later("JSON")),
    (Kind, read_text, later("a text")),
)
"""How the values of each kind are read, and what to say to who sent something else. The more particular kind first."""
KNOWN_LINE = sorts.Reference(name="id")
"""How a line names which one it is."""

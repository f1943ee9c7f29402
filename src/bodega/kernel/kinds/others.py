"""Kinds with a shape of their own: place, JSON, computed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.kernel.kinds.base import Asking, Condition, Input, Json, Kind, Show, expect
from bodega.kernel.kinds.texts import Text, one, storable
from bodega.lib.countries import countries, country_code, country_name
from bodega.lib.markup import format_html
from bodega.lib.text import closest, fold

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

DEEPEST = 50
"""Lists in lists of free JSON."""
PARTS = ("street", "postcode", "city", "region", "country")
POSITION = gettext_lazy("Position (latitude, longitude)")
TWO_NUMBERS = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*[,; ]\s*(-?\d+(?:\.\d+)?)\s*")
PART_LABELS = {
    "street": gettext_lazy("Street"),
    "postcode": gettext_lazy("Postcode"),
    "city": gettext_lazy("City"),
    "region": gettext_lazy("Region"),
    "country": gettext_lazy("Country"),
}


@dataclass(frozen=True)
class Address:
    """Where something is. `country` is an ISO 3166 code; position in degrees, or None where unknown."""

    street: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    lat: float | None = None
    lon: float | None = None

    @property
    def position(self) -> str:
        return "" if self.lat is None else f"{self.lat}, {self.lon}"

    def lines(self, language: str) -> list[str]:
        town = " ".join(part for part in (self.postcode, self.city) if part)
        country = country_name(self.country, language) if self.country else ""
        return [line for line in (*self.street.splitlines(), town, self.region, country) if line]


NOWHERE = Address()
ADDRESS = tuple(field.name for field in fields(Address))
packed = attrgetter(*ADDRESS)


@dataclass(frozen=True, kw_only=True)
class Facet(Kind):
    """What is known of a record elsewhere: asked by a name behind a dot, as far as whoever asks knows it."""

    word = "facet"
    operators = ()
    sortable = False

    def known(self, *, actor: Actor) -> Mapping[str, Kind]:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Place(Kind):
    """An address with its position. Asked for as a whole by its words, or by part: `address.country:DE`."""

    word = "place"
    operators = ("contains", "empty")
    default_operator = "contains"
    suffixes = ("_street", "_postcode", "_city", "_region", "_country", "_lat", "_lon")
    sortable = False
    json_schema = {
        "type": "object",
        "properties": {part: {"type": "string"} for part in PARTS}
        | {"lat": {"type": ["number", "null"]}, "lon": {"type": ["number", "null"]}},
    }

    def pack(self, value: Any) -> tuple[Any, ...]:
        return packed(value or NOWHERE)

    def unpack(self, raw: Sequence[Any]) -> Any:
        street, postcode, city, region, country = (part or "" for part in raw[:5])
        found = Address(street, postcode, city, region, country, *raw[5:])
        return None if found == Address() else found

    def to_json(self, value: Any) -> Json:
        return (
            None
            if value is None
            else {name: part for name, part in zip(ADDRESS, packed(value), strict=True) if part not in ("", None)}
        )

    def from_json(self, value: Json) -> Any:
        return Address(**value) if value else None

    def parse(self, text: Any, *, actor: Actor) -> Any:
        """JSON as `export` writes it, a position, a country's name, or lines of an address (kept as the street)."""
        word = storable(str(text)).strip()
        if not word:
            return None
        if word.startswith("{"):
            return self.of(json_object(word))
        if "." in word and TWO_NUMBERS.fullmatch(word):
            return self.of({"lat": word})
        code = country_code(word)
        return Address(country=code) if code else Address(street=word)

    def of(self, parts: Mapping[str, Any]) -> Address:
        """An address from its parts, as texts."""
        unknown = parts.keys() - {*ADDRESS}
        if unknown:
            raise ValidationError(_("An address has no part “%(part)s”.") % {"part": min(unknown)})
        held = {part: storable(str(parts.get(part) or "")).strip() for part in PARTS}
        if held["country"]:
            held["country"] = self.country(held["country"])
        lat, lon = parts.get("lat"), parts.get("lon")
        if both := TWO_NUMBERS.fullmatch(str(lat)):
            lat, lon = both.groups()
        found = Address(**held, lat=degrees(lat, 90), lon=degrees(lon, 180))
        if (found.lat is None) != (found.lon is None):
            raise ValidationError(_("A position is two numbers, as in 52.3731, 4.8922."))
        return found

    def country(self, text: str) -> str:
        code = country_code(text)
        if code:
            return code
        near = closest(text, [name for _code, name in countries("en")])
        if near:
            raise ValidationError(
                _("“%(text)s” is not a country; did you mean “%(near)s”?") % {"text": text, "near": near}
            )
        raise ValidationError(_("“%(text)s” is not a country.") % {"text": text})

    def text(self, value: Any, *, show: Show) -> str:
        return "" if value is None else ", ".join(value.lines(show.actor.language))

    def export(self, value: Any, *, show: Show) -> str:
        return "" if value is None else json.dumps(self.to_json(value), ensure_ascii=False)

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        held = value or Address()
        known = [("", "–"), *countries(show.actor.language)]
        return [
            Input(
                "select" if part == "country" else "textarea" if part == "street" else "text",
                getattr(held, part),
                f"_{part}",
                label=str(PART_LABELS[part]),
                options=known if part == "country" else (),
            )
            for part in PARTS
        ] + [Input("text", held.position, "_lat", label=str(POSITION))]

    def read(self, given: Mapping[str, Sequence[str]], *, actor: Actor) -> Any:
        found = self.of({name: one(given, f"_{name}") for name in ADDRESS})
        return None if found == NOWHERE else found

    def operand(self, text: str, *, actor: Actor) -> Json:
        return storable(text)

    def operand_text(self, literal: Json, *, show: Show) -> str:
        return str(literal)

    operand_sentence = operand_text

    def part(self, name: str) -> Kind | None:
        """The field that `address.city` asks for."""
        if name not in PARTS:
            return None
        made = Country if name == "country" else Text
        held = f"{self.custom or self.name}_{name}"
        return made(
            name=f"{self.name}.{name}" if not self.custom else name,
            label=PART_LABELS[name],
            custom=held if self.custom else "",
            source=part_column(held),
        )

    def condition(self, operator: str, literal: Json, *, asking: Asking) -> Condition:
        asked = [self.part(name) for name in PARTS]
        if operator == "empty":
            found = Q()
            for kind in asked:
                found &= Q(kind.condition("empty", None, asking=asking)) if kind else Q()
            return found
        found = Q(pk__in=[])
        for kind in asked[:4]:
            found |= Q(kind.condition("contains", literal, asking=asking)) if kind else Q()
        code = country_code(literal)
        country = asked[4]
        return found | Q(country.condition("is", code, asking=asking)) if code and country else found

    def holds(self, operator: str, value: Any, literal: Json, *, asking: Asking) -> bool:
        if operator == "empty" or value is None:
            return operator == "empty" and (value is None or not any(getattr(value, part) for part in PARTS))
        words = (value.street, value.postcode, value.city, value.region)
        return any(word and fold(literal) in fold(word) for word in words) or bool(
            value.country and value.country == country_code(literal)
        )


def part_column(name: str) -> models.Field[Any, Any]:
    """Stands in for the model's column of one part of a place."""
    column: models.Field[Any, Any] = models.TextField()
    column.set_attributes_from_name(name)
    return column


@dataclass(frozen=True, kw_only=True)
class Country(Kind):
    """An ISO 3166 country, entered by any of its names."""

    word = "country"
    nothing = ""
    operators = ("is", "empty")
    groupable = True
    json_schema = {"type": "string", "pattern": "^([A-Z]{2})?$"}

    def parse(self, text: Any, *, actor: Actor) -> str:
        word = storable(str(text)).strip()
        return Place(name=self.name).country(word) if word else ""

    def from_json(self, value: Json) -> Any:
        return expect(value or "", str)

    def text(self, value: Any, *, show: Show) -> str:
        return country_name(value, show.actor.language) if value else ""

    def export(self, value: Any, *, show: Show) -> str:
        return value or ""

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        return [Input("select", value or "", options=[("", "–"), *countries(show.actor.language)])]

    def condition(self, operator: str, literal: Json, *, asking: Asking) -> Condition:
        if operator == "empty":
            return Q(super().condition("empty", literal, asking=asking)) | Q(super().condition("is", "", asking=asking))
        return super().condition(operator, literal, asking=asking)


@dataclass(frozen=True, kw_only=True)
class JsonData(Kind):
    """Data of any shape, for programs; people see and enter it as JSON text."""

    word = "json"
    operators = ("empty",)
    default_operator = "empty"
    sortable = False
    json_schema = {}

    def parse(self, text: Any, *, actor: Actor) -> Any:
        word = storable(str(text)).strip()
        if not word:
            return None
        try:
            return self.sound_data(json.loads(word, parse_constant=refuse_constant))
        except ValueError as problem:
            raise ValidationError(_("This is not JSON: %(problem)s.") % {"problem": problem}) from None

    def sound_data(self, value: Json) -> Json:
        """The value itself; refuses what one of the databases could not keep."""
        for text in texts_in(value):
            storable(text)
        return value

    def is_empty(self, value: Any) -> bool:
        return value is None

    def text(self, value: Any, *, show: Show) -> str:
        return "" if value is None else json.dumps(value, ensure_ascii=False)

    def cell(self, value: Any, *, show: Show) -> SafeString:
        return format_html("<code>{}</code>", self.text(value, show=show)) if value is not None else SafeString("")

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        return [Input("textarea", "" if value is None else json.dumps(value, ensure_ascii=False, indent=2))]


def nothing(*_values: Any) -> None:
    """What a computed field without a function is."""


@dataclass(frozen=True, kw_only=True)
class Computed(Kind):
    """Worked out by a Python function from the fields in `needs`; shown and exported, not stored, so not asked for.

    `compute` takes the values of `needs` in order and returns a value of the kind `like`.
    """

    word = "computed"
    operators = ()
    sortable = False
    writable = False
    suffixes = ()
    compute: Callable[..., Any] = nothing
    needs: tuple[str, ...] = ()
    like: Kind | None = None

    @property
    def shown(self) -> Kind:
        return self.like or Kind(name=self.name)

    def text(self, value: Any, *, show: Show) -> str:
        return self.shown.text(value, show=show)

    def cell(self, value: Any, *, show: Show) -> SafeString:
        return self.shown.cell(value, show=show)

    def to_json(self, value: Any) -> Json:
        return self.shown.to_json(value)

    def points_at(self, value: Any) -> Any:
        return self.shown.points_at(value)

    def schema(self) -> dict[str, Json]:
        return self.shown.schema() | {"readOnly": True}

    def parse(self, text: Any, *, actor: Actor) -> Any:
        raise ValidationError(_("%(field)s is worked out and cannot be entered.") % {"field": self.label})


def json_object(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text, parse_constant=refuse_constant)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ValidationError(_("“%(text)s” is not an address.") % {"text": text[:60]})
    return found


def refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def texts_in(value: Json, *, deep: int = 0) -> Iterable[str]:
    if deep > DEEPEST:
        raise ValidationError(_("This is nested too deeply."))
    if isinstance(value, str):
        yield value
    inner = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in inner:
        yield from texts_in(part, deep=deep + 1)


def degrees(value: Any, most: int) -> float | None:
    """A coordinate, or None. Raises ValidationError outside of ±most."""
    if value in (None, ""):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError):
        raise ValidationError(_("“%(text)s” is not a coordinate.") % {"text": value}) from None
    if not -most <= found <= most:
        raise ValidationError(_("“%(text)s” lies outside of ±%(most)s degrees.") % {"text": value, "most": most})
    return found

"""Record types, actions and problems as JSON Schema: what the document says of values is made of their kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bodega.kernel import kinds as sorts
from bodega.kernel.kinds.base import Json, Kind
from bodega.kernel.parts import Part
from bodega.kernel.record import RecordType

Schema = dict[str, Json]
ID: Schema = {"type": "string", "pattern": "^[0-9]{1,18}$"}
VERSION: Schema = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
TEXT: Schema = {"type": "string"}
NULL: Schema = {"type": "null"}
NEVER_NULL = (sorts.Text, sorts.Country, sorts.References)
"""What is empty without being null."""


def closed(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    """An object with these members and no others."""
    made: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return made | ({"required": [*required]} if (required := [*required]) else {})


def whole(members: Mapping[str, Schema]) -> Schema:
    """An object with all of these members."""
    return closed(members, members)


def listed(items: Schema, **more: Json) -> Schema:
    return {"type": "array", "items": items, **more}


def one_of(words: Iterable[str]) -> Schema:
    return {"type": "string", "enum": [*words]}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


# ---- values ----------------------------------------------------------------------------------------------------------


def going_out(kind: Kind) -> Schema:
    """The JSON of a stored value. It may be older than the options there are now."""
    if isinstance(kind, sorts.Computed):
        return going_out(kind.shown) | {"readOnly": True}
    if isinstance(kind, Part):
        return lines(kind, going_out)
    if isinstance(kind, sorts.Choice | sorts.Tags):
        return listed(TEXT) if isinstance(kind, sorts.Tags) else TEXT
    return filled(kind) if isinstance(kind, NEVER_NULL) else or_null(filled(kind))


def coming_in(kind: Kind) -> Schema:
    """The JSON that a field takes; null empties it."""
    return or_null(lines(kind, coming_in) if isinstance(kind, Part) else filled(kind))


def lines(part: Part, schema_of: Callable[[Kind], Schema]) -> Schema:
    return listed(closed({"id": ID} | {name: schema_of(one) for name, one in part.kinds.items()}), maxItems=1_000)


def filled(kind: Kind) -> Schema:
    """The JSON of a value that is there. An empty text is one, too."""
    schema = kind.schema()
    if isinstance(kind, sorts.Money | sorts.Place):
        return schema | {"additionalProperties": False}
    if isinstance(kind, sorts.Integer) and schema["type"] == "integer":
        return schema | {"minimum": -kind.most, "maximum": kind.most}
    if isinstance(kind, sorts.Text) and "format" in schema:
        return {"type": "string", "anyOf": [{"format": schema["format"]}, {"maxLength": 0}]}
    return schema


def or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, NULL]} if schema else schema


def about(kind: Kind) -> Schema:
    """What people call the field, and what it refers to."""
    words = [str(kind.label or kind.name), str(kind.help)]
    if isinstance(kind, sorts.Reference) and kind.to:
        words.append(f"→ {kind.to}")
    return {"description": ". ".join(word.rstrip(".") for word in words if word)}


# ---- records ---------------------------------------------------------------------------------------------------------


def record(type_: RecordType) -> Schema:
    """A record as it is read: always with its id and version, the fields as far as they were asked for."""
    fields = {name: going_out(kind) | about(kind) for name, kind in type_.fields().items()}
    return closed({"id": ID, "version": VERSION, **fields}, ["id", "version"])


def values(kinds: Mapping[str, Kind], *, new: bool, **more: Schema) -> Schema:
    """The fields that may be sent; those that a new record cannot be without are required."""
    required = [name for name, kind in kinds.items() if new and kind.required]
    return closed({name: coming_in(kind) | about(kind) for name, kind in kinds.items()} | more, required)


def several(item: Mapping[str, Schema], most: int) -> Schema:
    """The body of a call about many records."""
    one = closed({**item, "id": ID, "version": VERSION}, ["act"])
    return closed({"items": listed(one, minItems=1, maxItems=most)}, ["items"])


def with_ids(body: Schema, most: int) -> Schema:
    """The same with the records it is about."""
    members = body["properties"] | {"ids": listed(ID, minItems=1, maxItems=most)}
    return closed(members, [*body.get("required", ()), "ids"])


# ---- what every type shares ------------------------------------------------------------------------------------------

NUMBER: Schema = {"type": "integer", "minimum": 0}
MORE: Schema = {"type": "boolean"}
IMAGE: Schema = {"anyOf": [{"type": "object"}, NULL]}
MEASURE: Schema = {"anyOf": [{"type": ["integer", "string", "null"]}, {"type": "object", "additionalProperties": TEXT}]}
PROBLEM = closed(
    {
        "type": TEXT,
        "title": TEXT,
        "status": NUMBER,
        "detail": TEXT,
        "errors": listed(closed({"pointer": TEXT, "parameter": TEXT, "detail": TEXT}, ["detail"])),
        "version": VERSION | {"description": "The version the record has now."},
        "start": NUMBER | {"description": "Where in the question it is wrong, in characters."},
        "end": NUMBER,
        "path": TEXT | {"description": "Where in the JSON form of the question it is wrong."},
        "ids": listed(ID),
    },
    ["type", "title", "status"],
)
EVENT = whole(
    {
        "position": {"anyOf": [NUMBER, NULL]},
        "type": TEXT,
        "id": ID,
        "version": VERSION,
        "verb": TEXT,
        "at": {"type": "string", "format": "date-time"},
        "by": whole({"id": {"anyOf": [ID, NULL]}, "name": TEXT}),
        "surface": TEXT,
        "old": IMAGE,
        "new": IMAGE,
    }
)
GROUP = whole(
    {
        "keys": listed({"type": ["string", "boolean", "null"]}),
        "labels": listed(TEXT),
        "measures": {"type": "object", "additionalProperties": MEASURE},
    }
)
SHARED: Mapping[str, Any] = {
    "Problem": PROBLEM,
    "Item": closed({"status": NUMBER, "id": ID, "version": VERSION, "problem": ref("Problem")}, ["status"]),
    "Items": whole({"written": NUMBER, "failed": NUMBER, "items": listed(ref("Item"))}),
    "Event": EVENT,
    "Events": whole({"data": listed(ref("Event")), "more": MORE}),
    "Feed": whole({"data": listed(ref("Event")), "next": TEXT, "more": MORE}),
    "Report": whole({"by": listed(TEXT), "measures": listed(TEXT), "groups": listed(GROUP), "more": MORE}),
}


def page(name: str) -> Schema:
    """A page of records of one type."""
    mark: Schema = {"anyOf": [TEXT, NULL]}
    names = {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": TEXT}}
    asked = {"names": names, "count": whole({"number": NUMBER, "more": MORE})}
    always = {"data": listed(ref(name)), "next": mark, "previous": mark}
    return closed(always | asked, always)

"""What an administrator adds in the browser: fields of any type, and whole types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from bodega.kernel.kinds import CUSTOM_KINDS, Choosable, Kind
from bodega.kernel.models import CustomField, CustomRecord, CustomType
from bodega.kernel.record import RecordType
from bodega.kernel.registry import DECLARED
from bodega.kernel.scope import arranged
from bodega.lib.text import slug


def fields_of(type_key: str) -> dict[str, Kind]:
    """The custom fields of a type by their word, in their order."""
    return {kind.name: kind for kind in arranged("every custom field", read_fields).get(type_key, ())}


def read_fields() -> Mapping[str, Sequence[Kind]]:
    """The custom fields of all types (one query)."""
    found: dict[str, list[Kind]] = {}
    fields = CustomField._base_manager.filter(deleted_at=None).order_by("type", "order", "id")
    made = {field.target for field in fields if field.target not in DECLARED} - {""}
    there = {found.key for found in CustomType._base_manager.filter(deleted_at=None)} if made else set()
    for field in fields:
        if field.target not in made - there:  # one that refers to a type which is in the trash comes back with it
            found.setdefault(field.type, []).append(kind_of_field(field))
    return found


def kind_of_field(field: CustomField) -> Kind:
    given: dict[str, Any] = {"name": field.word, "label": field.name, "required": field.required, "custom": field.key}
    given["indexed"] = field.index_state == "ready"
    if field.kind in ("choice", "choices"):
        given["fixed"] = tuple(Choosable(key, name) for key, name in options_in(field.options))
    if field.kind in ("reference", "references"):
        given["to"] = field.target
    return CUSTOM_KINDS[field.kind](**given)


def options_in(options: Sequence[Any]) -> list[tuple[str, str]]:
    """(key, name) of a field's options. One that was given as a name has its key from it; a renamed one keeps it."""
    return [(slug(one) or one, one) if isinstance(one, str) else (one[0], one[1]) for one in options]


def custom_record_types() -> dict[str, RecordType]:
    """The administrator's types by key."""
    made = CustomType._base_manager.filter(deleted_at=None).order_by("pk")
    return {one.key: record_type(one) for one in made}


def record_type(made: CustomType) -> RecordType:
    own = " ".join(fields_of(made.key))
    return RecordType(
        key=made.key,
        model=CustomRecord,
        label=made.name,
        plural=made.plural,
        slug=made.slug,
        icon=made.icon,
        section=gettext_lazy("More"),
        where={"type": made.pk},
        columns=f"name {own} owner",
        form={made.name: f"name {own}", gettext_lazy("Owner"): "owner"},
        search="name",
        sorts="name",
        match="external_id, name",
    )

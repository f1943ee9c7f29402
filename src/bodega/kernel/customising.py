"""What an administrator adds in the browser: fields of any type, and whole types."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.kernel.kinds import CUSTOM_KINDS, Choosable, Kind
from bodega.kernel.models import CustomField, CustomRecord, CustomType
from bodega.kernel.record import RecordType
from bodega.kernel.registry import DECLARED, UnknownType, type_of
from bodega.kernel.scope import arranged
from bodega.lib.text import slug

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.drafts import Draft

ICONS = tuple(
    "box ship car truck house building factory store map-pin calendar file-text folder book wrench hammer package key "
    "credit-card ticket award flag heart star leaf dog graduation-cap stethoscope monitor phone globe".split()
)
"""What an administrator may choose for a type."""
ADDRESSES_TAKEN = frozenset(
    "api signin signout welcome static health theme me find jobs parked import undo any metrics".split()
)
"""The first words of addresses that are no record type's."""
WORDS_TAKEN = frozenset({"or", "and", "not", "no", "count", "was", "changed", "empty", "me", "id"})


def fields_of(type_key: str) -> dict[str, Kind]:
    """The custom fields of a type by their word, in their order."""
    return {kind.name: kind for kind in every_field().get(type_key, ())}


def every_field() -> Mapping[str, Sequence[Kind]]:
    """The custom fields of all types (one query)."""
    return arranged("every custom field", read_fields)


def read_fields() -> Mapping[str, Sequence[Kind]]:
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


def are_options(given: Any) -> bool:
    """Whether free JSON names options."""
    pairs = [[one, one] if isinstance(one, str) else one for one in given] if isinstance(given, list) else [None]
    return all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(word, str) and word.strip() for word in pair)
        for pair in pairs
    )


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


def prepare_field(drafts: Sequence[Draft], *, actor: Actor) -> None:
    """Give a field its word, and refuse one that could not be asked for or stored."""
    taken = {(field.type, field.word): field.pk for field in CustomField._base_manager.filter(deleted_at=None)}
    for draft in drafts:
        if not draft.get("word"):
            draft.values["word"] = slug(draft.get("name") or "").replace("-", "_")
        problem = field_problem(draft, taken)
        if problem:
            draft.refuse(ValidationError(problem))
        taken.setdefault((draft.get("type"), draft.get("word")), draft.id or 0)


def field_problem(draft: Draft, taken: Mapping[tuple[Any, Any], int]) -> dict[str, str]:
    """`taken` are the words of the fields that were made, by type."""
    word, kind = draft.get("word"), draft.get("kind")
    try:
        type_ = type_of(draft.get("type") or "")
    except UnknownType:
        return {"type": _("There is no record type “%(type)s”.") % {"type": draft.get("type")}}
    if kind not in CUSTOM_KINDS:
        return {"kind": _("“%(kind)s” is not a kind of field.") % {"kind": kind}}
    is_taken = taken.get((type_.key, word), draft.id) != draft.id
    is_word = re.fullmatch("[a-z][a-z0-9_]*", word or "")
    if is_taken or not is_word or word in type_.declared or word in WORDS_TAKEN or word in dir(type_.model):
        return {"word": _("“%(word)s” is taken; choose another word.") % {"word": word}}
    if not draft.is_new and (draft.old["kind"] != kind or draft.old["type"] != draft.get("type")):
        return {"kind": _("The kind and the type of a field cannot be changed; make a new field.")}
    if kind in ("choice", "choices") and not draft.get("options"):
        return {"options": _("A choice needs at least one option.")}
    if not are_options(draft.get("options") or []):
        return {"options": _("An option is a name, or a list of its key and its name.")}
    names = options_in(draft.get("options") or ())
    if len({key for key, _name in names}) < len(names):
        return {"options": _("Two options are too much alike; tell them apart by their letters.")}
    return target_problem(kind, draft.get("target") or "")


def target_problem(kind: str, target: str) -> dict[str, str]:
    if kind not in ("reference", "references"):
        return {}
    try:
        type_of(target)
    except UnknownType:
        return {"target": _("Say which record type the field refers to.")}
    return {}


def prepare_type(drafts: Sequence[Draft], *, actor: Actor) -> None:
    """Give a type its plural and its address, and refuse an address or an icon that it cannot have."""
    taken = dict(CustomType._base_manager.values_list("slug", "pk"))
    for draft in drafts:
        name = draft.get("name") or ""
        draft.values.setdefault("plural", draft.old.get("plural") or f"{name}s")
        draft.values.setdefault("slug", draft.old.get("slug") or slug(draft.values["plural"]))
        problem = type_problem(draft, taken)
        if problem:
            draft.refuse(ValidationError(problem))
        taken.setdefault(draft.values["slug"], draft.id or 0)


def type_problem(draft: Draft, taken: Mapping[str, int]) -> dict[str, str]:
    """`taken` are the addresses of all types that were made, those in the trash among them: their fields are kept."""
    address, icon = draft.values["slug"], draft.get("icon") or ICONS[0]
    reserved = {found.slug for found in DECLARED.values()} | ADDRESSES_TAKEN
    if address in reserved or not address or taken.get(address, draft.id) != draft.id:
        return {"slug": _("“%(slug)s” is taken; choose another address.") % {"slug": address}}
    if address != slug(address):
        return {"slug": _("An address has small letters, digits and hyphens only.")}
    if not draft.is_new and draft.old["slug"] != address:
        return {"slug": _("The address of a type cannot be changed: its records are known by it.")}
    if icon not in ICONS:
        return {
            "icon": _("There is no icon “%(icon)s”; there are: %(icons)s.") % {"icon": icon, "icons": " ".join(ICONS)}
        }
    return {}

"""What keeps fields and types that an administrator adds from getting in the way of others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bodega.kernel.customising import options_in
from bodega.kernel.kinds import CUSTOM_KINDS
from bodega.kernel.models import CustomField, CustomType
from bodega.kernel.registry import DECLARED, UnknownType, type_of
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
    "api audit signin signout welcome static health theme me find jobs parked import undo any metrics look start"
    " design work notifications live arrange home handover suggestions language-model".split()
)
"""The first words of addresses that are no record type's."""
WORDS_TAKEN = frozenset({"or", "and", "not", "no", "count", "was", "changed", "empty", "me", "id"})


def are_options(given: Any) -> bool:
    """Whether free JSON names options."""
    pairs = [[one, one] if isinstance(one, str) else one for one in given] if isinstance(given, list) else [None]
    return all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(word, str) and word.strip() for word in pair)
        for pair in pairs
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

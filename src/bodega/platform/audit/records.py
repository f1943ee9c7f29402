"""Marked fields as a record type: what administrators want to know every look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.kernel import registry
from bodega.kernel.record import RecordType
from bodega.lib.text import amid
from bodega.platform.administration.records import ADMINISTRATION
from bodega.platform.audit.models import MarkedField

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.drafts import Draft


def prepare_mark(drafts: Sequence[Draft], *, actor: Actor) -> None:
    """Name the field by its stable id, and the mark after type and field; refuse a field that is not there."""
    for draft in drafts:
        problem = complete(draft)
        if problem:
            draft.refuse(ValidationError(problem))


def complete(draft: Draft) -> dict[str, str]:
    try:
        type_ = registry.type_of(draft.get("type") or "")
    except registry.UnknownType:
        return {"type": _("There is no record type “%(type)s”.") % {"type": draft.get("type")}}
    if not type_.form or type_.admin:
        return {"type": _("Fields of %(plural)s can't be marked.") % {"plural": amid(type_.plural)}}
    name = draft.get("field") or ""
    kind = type_.field(name) if name and "." not in name else None
    if kind is None:
        return {"field": _("There is no field “%(name)s”.") % {"name": name}}
    if not draft.is_new and (draft.old["type"], draft.old["field"]) != (type_.key, kind.key):
        return {"field": _("A mark stays with its field. Mark the other one, and take this mark away.")}
    draft.values["field"] = kind.key
    if not draft.get("name"):
        draft.values["name"] = f"{type_.plural}: {kind.label or kind.name}"[:150]
    return {}


mark = RecordType(
    key="audit.mark",
    model=MarkedField,
    label=gettext_lazy("Marked field"),
    plural=gettext_lazy("Marked fields"),
    slug="marked-fields",
    icon="eye",
    section=ADMINISTRATION,
    columns="name type field",
    form={gettext_lazy("Marked field"): "type field name"},
    search="name",
    match="type field",
    prepare=prepare_mark,
    admin=True,
    listed=False,
)

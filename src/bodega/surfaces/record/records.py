"""The record type of layouts: what administrators arrange, with history, undo and audit like everything of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.kernel.raw import columns_of
from bodega.kernel.record import RecordType
from bodega.kernel.registry import type_of
from bodega.surfaces.record.layouts import Places
from bodega.surfaces.record.models import Layout
from bodega.surfaces.views.records import Listed

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.change import Draft


def prepare_layout(drafts: Sequence[Draft], *, actor: Actor) -> None:
    """Name it after whom and what it is for, and refuse what could not be read."""
    known = Listed(name="type").choices()
    for draft in drafts:
        try:
            Places.of(draft.get("places") or {})
        except (AttributeError, KeyError, TypeError, ValueError):
            draft.refuse(ValidationError({"places": _("Groups have a title and fields, panels an area and names.")}))
        if draft.get("type") in known and not draft.get("name"):
            draft.values["name"] = str(type_of(draft.get("type")).plural)


layout = RecordType(
    key="record.layout",
    model=Layout,
    label=gettext_lazy("Layout"),
    plural=gettext_lazy("Layouts"),
    slug="layouts",
    icon="layout-panel-left",
    section=gettext_lazy("Administration"),
    columns="name type role updated_at",
    form={gettext_lazy("Layout"): "name type role places"},
    facts="type role",
    kinds=[Listed(name="type", label=gettext_lazy("Records"), required=True, source=columns_of(Layout)["type"])],
    sorts="",
    match="type role",
    prepare=prepare_layout,
    admin=True,
    closed=True,
    listed=False,
)

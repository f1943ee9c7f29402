"""The record type of saved views. Who may see one is said as of any record: private, shared, or open to all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.kernel import query
from bodega.kernel.kinds import Choice, Choosable, JsonData
from bodega.kernel.query.page import ALWAYS_SORTABLE
from bodega.kernel.raw import columns_of
from bodega.kernel.record import RecordType
from bodega.kernel.registry import every_type, type_of
from bodega.surfaces.calendar.days import dates_of
from bodega.surfaces.calendar.period import WORDS
from bodega.surfaces.listing.layout import names_in
from bodega.surfaces.listing.offering import groupings
from bodega.surfaces.maps.places import has_map
from bodega.surfaces.views import pages, saved
from bodega.surfaces.views.models import BOARD, CALENDAR, LIST, MAP, View

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.change import Draft


class Listed(Choice):
    """A record type that has a list."""

    def choices(self) -> Mapping[str, Choosable]:
        return {type_.key: Choosable(type_.key, str(type_.plural)) for type_ in every_type() if not type_.covers}


def prepare_view(drafts: Sequence[Draft], *, actor: Actor) -> None:
    """Refuse what could not be shown, and keep what is asked by the stable keys of fields."""
    known = Listed(name="type").choices()
    for draft in drafts:
        key = draft.get("type")
        if key in known:
            type_ = type_of(key).for_(actor)
            problems = dict(problems_of(draft, type_, actor=actor))
            if not problems:
                saved.keep_keys(draft, type_, actor=actor)
        else:
            problems = {"type": _("There are no records of the type “%(name)s”.") % {"name": key}} if key else {}
        if problems:
            draft.refuse(ValidationError(problems))


def problems_of(draft: Draft, type_: RecordType, *, actor: Actor) -> Iterator[tuple[str, str]]:
    """By field, of what is new: as the actor knows the type, so that nobody learns here of a field or a record that
    is hidden from them."""
    new = {name: value or "" for name, value in draft.values.items() if value != draft.old.get(name)}
    try:
        query.parse(new.get("question", ""), type_, actor=actor)
    except query.QuestionError as problem:
        yield "question", str(problem)
    sorts, fields = [sort.removeprefix("-") for sort in new.get("sort", "").split(",") if sort], type_.fields()
    if any(sort not in (*type_.sortable, *ALWAYS_SORTABLE) for sort in sorts):
        yield "sort", _("It can be sorted by %(names)s.") % {"names": ", ".join(type_.sortable)}
    if unknown := [name for name in names_in(new.get("columns", "")) if name not in fields]:
        yield "columns", _("There is no field “%(name)s”.") % {"name": unknown[0]}
    yield from problems_of_shape(draft, type_, actor=actor)
    if new.get("roles") and not actor.is_admin:
        yield "roles", _("Administrators say which view a role opens first.")


def problems_of_shape(draft: Draft, type_: RecordType, *, actor: Actor) -> Iterator[tuple[str, str]]:
    dates = [kind.name for kind in dates_of(type_)]
    if draft.get("shape") == BOARD and not type_.board:
        yield "shape", _("These records have no board.")
    if draft.get("shape") == CALENDAR and not dates:
        yield "shape", _("These records have no date to stand on.")
    if draft.get("shape") == MAP and not has_map(type_, actor=actor):
        yield "shape", _("These records have no place on a map.")
    able = {CALENDAR: dates, LIST: [*dict(groupings(type_))]}.get(draft.get("shape") or LIST, [])
    if (by := draft.values.get("by")) and by != draft.old.get("by") and by not in able:
        yield "by", _("It can be by %(names)s.") % {"names": ", ".join(able) or "–"}
    if (show := draft.values.get("show")) and show not in WORDS:
        yield "show", _("A calendar shows a month, a week or an agenda.")


view = RecordType(
    key="views.view",
    model=View,
    label=gettext_lazy("View"),
    plural=gettext_lazy("Views"),
    slug="views",
    icon="bookmark",
    section=gettext_lazy("Work"),
    columns="name type shape question owner updated_at",
    form={gettext_lazy("View"): "name type shape question sort columns by show roles"},
    facts="type shape question sort columns by show roles owner",
    kinds=[
        Listed(name="type", label=gettext_lazy("Records"), required=True, source=columns_of(View)["type"]),
        JsonData(name="asked", editable=False, source=columns_of(View)["asked"]),
    ],
    search="name",
    sorts="name updated_at",
    prepare=prepare_view,
    views={"page": pages.Opened, "new": pages.NewView},
    steady=True,
    listed=False,
)

"""Handing over what somebody has, and the page on which their successors see what they got."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from bodega.kernel import access, query
from bodega.kernel.drafts import Gone
from bodega.kernel.kinds import Date, Kind, UserReference
from bodega.kernel.record import RecordType, show_rows
from bodega.kernel.registry import type_of
from bodega.lib.markup import format_html
from bodega.lib.numbers import format_decimal
from bodega.platform import handing
from bodega.platform.accounts import preferences
from bodega.platform.notifications import telling
from bodega.platform.notifications.away import AWAY
from bodega.surfaces.handover.offers import OFFERS, Offer
from bodega.surfaces.html.cells import drawing, labels
from bodega.surfaces.html.forms import Form
from bodega.surfaces.html.pages import Page
from bodega.surfaces.html.shapes import Column, Empty, Link
from bodega.surfaces.html.sheets import FormPage, Line, Table, TablesPage
from bodega.surfaces.office.sheet import Sheet, give_to_all
from bodega.surfaces.work import mine

MOST, SHOWN = 10_000, 50
"""How far it is counted what somebody has, and how many records of a type a successor sees on one page."""


class HandOverPage(Sheet):
    """What somebody has goes to one successor or to several, in the background and as one act. Administrators may do
    this, and everybody with what is their own."""

    def dispatch(self, request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        if not (self.actor.is_admin or self.actor.user_id == given["pk"]):
            text = _("Administrators hand over what others have; you can hand over what is yours.")
            return self.problem(403, _("You have no right to do that"), text)
        return super().dispatch(request, *args, **given)

    @cached_property
    def user(self) -> Any:
        found = type_of("kernel.user").rows(self.actor).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Gone(_("There is no such record that you may see."))
        return found

    @cached_property
    def offers(self) -> list[tuple[Offer, str]]:
        """What they have, with how many; what the actor may not change is left out."""
        found = []
        for offer in OFFERS:
            type_ = type_of(offer.type)
            if access.may(type_, self.actor, "change") and type_.knows("owner", self.actor):
                asked = query.parse(self.question(offer), type_, actor=self.actor)
                count, more = query.count(query.ask(type_, asked, actor=self.actor), limit=MOST)
                found.append((offer, format_decimal(count, self.actor.language) + ("+" if more else ""), count))
        return [(offer, number) for offer, number, count in found if count]

    def question(self, offer: Offer) -> str:
        return f"owner:#{self.kwargs['pk']} {offer.question}".strip()

    def kinds(self) -> Sequence[Kind]:
        return [
            UserReference(name=offer.type.replace(".", "_"), label=f"{offer.label} ({number})", to="kernel.user")
            for offer, number in self.offers
        ]

    def sheet(self, form: Form) -> FormPage:
        told = (
            _("Choose who gets what; where nobody is named, it stays. It is done in the background, and undone as one.")
            if self.offers
            else _("There is nothing to hand over.")
        )
        above = [Link(label=_("Users"), url="/users/"), Link(label=self.user.name, url=f"/users/{self.user.pk}/")]
        return self.page(form, _("Hand over"), *above, intro=told, save_label=_("Hand over"))

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        chosen = [(offer, to) for offer, _n in self.offers if (to := entered.get(offer.type.replace(".", "_")))]
        if not chosen:
            raise ValidationError(_("Name somebody who gets something."))
        for offer, to in chosen:
            if to == self.user.pk:
                raise ValidationError({offer.type.replace(".", "_"): _("This is the person who hands over.")})
        batch = f"handover-{uuid4().hex}"
        values = [(offer, {"owner": str(to)}) for offer, to in chosen]
        jobs = [give_to_all(self, type_of(one.type), self.question(one), given, batch=batch) for one, given in values]
        mine.begin(self.request.session, jobs[-1], _("It is being handed over. You can go on working."))
        text = _("what %(name)s handed over") % {"name": self.user.name}
        telling.handed({to for _offer, to in chosen}, text, f"/handover/{batch}/", by=self.request.user, once=batch)
        return self.go(f"/users/{self.user.pk}/")


class HandedPage(Page):
    """What came to whoever looks when somebody handed over, what is most urgent first."""

    def get(self, request: HttpRequest, batch: str) -> HttpResponse:
        ids = handing.handed(f"handover-{batch}")
        tables = [self.table(offer, ids[offer.type]) for offer in OFFERS if offer.type in ids]
        found = [table for table in tables if table]
        nothing = Empty(title=_("Nothing of it is yours"), icon="inbox")
        return self.render(
            "tables.html",
            TablesPage(
                title=_("Handed over to you"),
                intro=_(
                    "What somebody had and you have now. The page of each customer says what to know before you call."
                ),
                tables=found or [Table(title=_("Nothing"), columns=[], lines=[], empty=nothing)],
            ),
        )

    def table(self, offer: Offer, ids: QuerySet[Any]) -> Table | None:
        type_ = type_of(offer.type).for_(self.actor)
        rows = type_.rows(self.actor).filter(pk__in=ids, owner=self.actor.user_id).order_by("pk")[:SHOWN]
        names = self.names(type_)
        found = type_.read(rows, names)
        if not found:
            return None
        kinds = type_.named_fields(" ".join(names))
        show = show_rows(found, kinds, actor=self.actor)
        draw = {kind.name: drawing(kind, show) for kind in kinds}
        heads = labels(type_)
        return Table(
            title=str(offer.label),
            columns=[Column(name=kind.name, label=heads[kind.name]) for kind in kinds],
            lines=[
                Line(
                    cells=[
                        format_html('<a href="{}">{}</a>', type_.url(row.id), html) if at == 0 else html
                        for at, html in enumerate(draw[kind.name](row.values[kind.name]) for kind in kinds)
                    ]
                )
                for row in found
            ],
        )

    def names(self, type_: RecordType) -> list[str]:
        """The title, and the first columns of its list."""
        known = type_.fields()
        shown = [name for name in type_.columns.split() if name in known and name != "owner"]
        return [*dict.fromkeys([type_.title, *shown])][:5]


class AwayPage(Sheet):
    """From when to when somebody is away, and who hears meanwhile of what they would have heard."""

    def is_new(self) -> bool:
        return False

    def kinds(self) -> Sequence[Kind]:
        told = _("Hears of what is due or new for you, as far as they may see it.")
        return [
            Date(name="first", label=_("First day away")),
            Date(name="last", label=_("Last day away")),
            UserReference(name="deputy", label=_("Deputy"), to="kernel.user", help=told),
        ]

    def values(self) -> Mapping[str, Any]:
        held = self.request.user.preferences.get(AWAY) or {}
        days = {name: date.fromisoformat(held[name]) for name in ("first", "last") if name in held}
        return {**days, "deputy": held.get("deputy")}

    def sheet(self, form: Form) -> FormPage:
        return self.page(form, _("When I am away"), Link(label=_("Your settings"), url="/me/"))

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        given = {**self.values(), **entered}
        first, last, deputy = (given.get(name) for name in ("first", "last", "deputy"))
        if not (first or last or deputy):
            preferences.keep(self.request.user, AWAY, None)
            return self.go("/me/", _("Saved"))
        if not (first and last and first <= last):
            raise ValidationError({"last": _("Give the first and the last day, in their order.")})
        if not deputy or deputy == self.actor.user_id:
            raise ValidationError({"deputy": _("Name somebody else who hears of it meanwhile.")})
        kept = {"first": first.isoformat(), "last": last.isoformat(), "deputy": deputy}
        preferences.keep(self.request.user, AWAY, kept)
        return self.go("/me/", _("Saved"))

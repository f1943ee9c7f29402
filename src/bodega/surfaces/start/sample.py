"""The records of the sample company, which go into the trash together, and come back together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bodega.kernel import access, change, registry
from bodega.kernel.actors import Actor
from bodega.kernel.record import RecordType
from bodega.lib.markup import conditional_escape
from bodega.lib.numbers import format_decimal
from bodega.platform.accounts.preferences import SAMPLE
from bodega.surfaces.home.today import Morning
from bodega.surfaces.html.shapes import Act, Column, Panel
from bodega.surfaces.html.sheets import FormPage, Line, Table
from bodega.surfaces.office.sheet import OfficePage

CHUNK = 2_000


def until(likes: object) -> datetime | None:
    """When the sample company was loaded: all that was added before is its."""
    told = likes.get(SAMPLE) if isinstance(likes, dict) else None
    return datetime.fromisoformat(told) if told else None


def types(*, actor: Actor) -> list[RecordType]:
    """What one works with, the uppermost first: a deal goes before its customer."""
    every = reversed([*registry.every_type()])
    return [one for one in every if not (one.admin or one.covers or one.within) and access.may(one, actor, "delete")]


def rows(type_: RecordType, moment: datetime, *, actor: Actor) -> QuerySet[Any]:
    return type_.rows(actor).filter(created_at__lte=moment)


def card(morning: Morning) -> Panel | None:
    """For who has the sample company before them (a query for each type until one still has a record of it)."""
    moment = until(morning.likes)
    if moment is None or not morning.actor.is_admin:
        return None
    if not any(has_any(one, moment, actor=morning.actor) for one in types(actor=morning.actor)):
        return None
    act = Act(label=_("Remove the sample data"), url="/start/sample/", icon="eraser", dialog=True)
    return Panel(
        title=_("Sample data"),
        html=render_to_string("parts/sample.html", {"act": act, "csrf_token": morning.token}),
        side="end",
    )


def has_any(type_: RecordType, moment: datetime, *, actor: Actor) -> bool:
    """Whether the first record that is there came with the sample company: no index is needed to say so."""
    oldest = type_.rows(actor).order_by("pk").values_list("created_at", flat=True).first()
    return oldest is not None and bool(oldest <= moment)


class Remove(OfficePage):
    """What would go, and then putting it into the trash as one act, which can be taken back."""

    @property
    def moment(self) -> datetime:
        found = until(self.request.user.preferences)
        if found is None:
            raise Http404
        return found

    def get(self, request: HttpRequest) -> HttpResponse:
        lines = [*self.lines(self.moment)]
        heads = [Column(name="type", label=_("Records")), Column(name="count", label=_("How many"), number=True)]
        page = FormPage(
            title=_("Remove the sample data"),
            url="/start/sample/",
            intro=_("What the sample company brought goes into the trash, as one act that you can undo. What you and"
                    " your colleagues have added stays, and so do people, roles, fields and pipelines."),
            told=[Table(title=_("What goes"), columns=heads, lines=lines)],
            save_label=_("Remove it"),
            save_kind="danger",
            cancel_url="/",
        )  # fmt: skip
        return self.render("form.html", page)

    def lines(self, moment: datetime) -> Iterator[Line]:
        for type_ in reversed(types(actor=self.actor)):
            if count := rows(type_, moment, actor=self.actor).count():
                shown = conditional_escape(format_decimal(count, self.actor.language))
                yield Line(cells=[conditional_escape(str(type_.plural)), shown])

    def post(self, request: HttpRequest) -> HttpResponse:
        acts = remove(self.moment, actor=self.actor.via(batch=f"sample-{uuid4().hex}"))
        count = sum(len(act.changed) for act in acts)
        said = ngettext("%(n)s record is in the trash.", "%(n)s records are in the trash.", count)
        undo = f"/undo/{acts[0].change_ids[0]}/?whole=1" if count else ""
        return self.go("/", said % {"n": format_decimal(count, self.actor.language)}, undo=undo)


def remove(moment: datetime, *, actor: Actor) -> list[change.Outcome]:
    """Put all that was added until then into the trash."""
    acts = []
    for type_ in types(actor=actor):
        ids = [*rows(type_, moment, actor=actor).order_by("pk").values_list("pk", flat=True)]
        chunks = (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK))
        acts += [act for some in chunks if (act := change.delete(type_, some, actor=actor)).change_ids]
    return acts

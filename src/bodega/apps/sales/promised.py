"""What a customer was promised about their deals: it stands on the customer's page, too, and is told before a call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.apps.activity import doing
from bodega.apps.activity.doing import Due
from bodega.apps.activity.promising import PROMISE
from bodega.apps.sales.panels import FIELD, PARTY
from bodega.apps.sales.records import deal
from bodega.kernel import registry
from bodega.kernel.kinds import Show
from bodega.kernel.reading import Row
from bodega.kernel.record import load_labels
from bodega.kernel.scope import remembered
from bodega.lib import dates
from bodega.lib.markup import format_html
from bodega.surfaces.html import panels
from bodega.surfaces.html.panels import Told, Visit
from bodega.surfaces.html.shapes import Panel

MOST, READ = 8, 100
"""Promises that are shown; that are looked at, as not everybody may see every deal."""
NAMES = ("name", "due_on", "about")


def open_ones(visit: Visit) -> list[Row]:
    """The open promises about deals of theirs, as far as the actor may see both: read once for the whole page."""
    return remembered(("promises about deals", visit.name), lambda: read_promises(visit))


def read_promises(visit: Visit) -> list[Row]:
    """The next due first; not along an index of days, which would walk over everybody's promises."""
    type_, field = registry.type_of(PROMISE), FIELD[visit.type.key]
    if not (type_.knows("about due_on status", visit.actor) and deal.knows(field, visit.actor)):
        return []
    promises = {"account": of_account, "contact": of_contact}[field]
    found = type_.ask(promises, NAMES, actor=visit.actor, pk=visit.record.pk)
    about = [row.values["about"][1] for row in found]
    seen = {pk for (pk,) in deal.raw(about, ["pk"], actor=visit.actor)} if found else set()
    return [row for row, pk in zip(found, about, strict=True) if pk in seen][:MOST]


def of_account(rows: QuerySet[Any]) -> QuerySet[Any]:
    return about_deals(rows, deal.every(deleted=False).filter(account_id=PARTY))


def of_contact(rows: QuerySet[Any]) -> QuerySet[Any]:
    return about_deals(rows, deal.every(deleted=False).filter(contact_id=PARTY))


def about_deals(rows: QuerySet[Any], deals: QuerySet[Any]) -> QuerySet[Any]:
    found = rows.filter(about_type=deal.key, about_id__in=deals.values("pk"), done_at=None)
    return found.order_by(F("due_on").asc(nulls_last=True), "pk")[:READ]


def promised(visit: Visit) -> Panel | None:
    found = open_ones(visit)
    if not found:
        return None
    show = labelled(found, visit)
    return Panel(title=_("Promised"), html=panels.rows(line(row, visit, show) for row in found))


def labelled(found: Iterable[Row], visit: Visit) -> Show:
    return load_labels(Show(visit.actor), (row.values["about"] for row in found))


def line(row: Row, visit: Visit, show: Show) -> SafeString:
    """A click on the box says that it was kept."""
    one = Due(registry.type_of(PROMISE), row)
    late = "bad" if one.day and one.day < show.today else ""
    return format_html(
        '{}<span class="title">{} <small class="quiet">{}</small></span><span class="far quiet {}">{}</span>',
        visit.act(one.done(visit.url)),
        doing.named(one.type, row),
        about(row, show),
        late,
        dates.day(one.day, today=show.today) if one.day else "",
    )


def about(row: Row, show: Show) -> Any:
    return registry.type_of(PROMISE).declared["about"].cell(row.values["about"], show=show)


def brief(visit: Visit) -> Iterable[Told]:
    found = open_ones(visit)[:2]
    show = labelled(found, visit) if found else Show(visit.actor)
    for row in found:
        said = format_html("{} · {}", doing.named(registry.type_of(PROMISE), row), about(row, show))
        yield Told(_("We promised"), said, doing.due_words(row.values["due_on"], show.today))


panels.add("parties.organisation parties.person", promised, label=gettext_lazy("Promised"))
panels.add_brief("parties.organisation parties.person", brief)

"""What sales brings to a customer's page: the deals with them, and what is at stake."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import BigIntegerField, Case, F, QuerySet, Value, When
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bodega.apps.activity import doing, knowing
from bodega.apps.sales.drafting import total
from bodega.apps.sales.models import OPEN
from bodega.apps.sales.records import deal
from bodega.kernel import access, query
from bodega.kernel.kinds import Show
from bodega.kernel.parts import Line
from bodega.kernel.raw import Slot
from bodega.kernel.reading import Row
from bodega.kernel.record import load_labels, show_rows
from bodega.kernel.scope import remembered
from bodega.lib import dates
from bodega.lib.markup import conditional_escape, format_html
from bodega.lib.money import Money
from bodega.lib.numbers import format_decimal
from bodega.surfaces.html import panels
from bodega.surfaces.html.panels import Told, Visit
from bodega.surfaces.html.shapes import Act, Panel
from bodega.surfaces.record import narrowing

MOST = 6
FIELD = {"parties.organisation": "account", "parties.person": "contact"}
"""By which field a deal is theirs."""
SHOWN = ["name", "stage", "amount"]
PARTY = Slot("pk", output_field=BigIntegerField())


def theirs(visit: Visit) -> QuerySet[Any]:
    return deal.rows(visit.actor).filter(**{FIELD[visit.type.key]: visit.record.pk})


def at_stake(visit: Visit) -> tuple[int, str]:
    """How many of their deals are open, and what these come to by currency: one query for the page."""
    return remembered(("at stake", visit.record.pk), lambda: read_stake(visit))


def read_stake(visit: Visit) -> tuple[int, str]:
    rows = theirs(visit).filter(status=OPEN)
    asked = ["count", *(["sum amount"] if deal.knows("amount", visit.actor) else [])]
    group = query.report(deal, rows, measures=asked, actor=visit.actor)
    count, sums = (*group[0].measures, {})[:2] if group else (0, {})
    kind, show = deal.fields()["amount"], Show(visit.actor)
    return count, " · ".join(kind.text(amount, show=show) for amount in sums.values())


def latest_of_account(rows: QuerySet[Any]) -> QuerySet[Any]:
    return latest(rows.filter(account_id=PARTY))


def latest_of_contact(rows: QuerySet[Any]) -> QuerySet[Any]:
    return latest(rows.filter(contact_id=PARTY))


def latest(rows: QuerySet[Any]) -> QuerySet[Any]:
    first = Case(When(status=OPEN, then=Value(0)), default=Value(1))
    return rows.order_by(first, "-stage_since", "-pk")[: MOST + 1]


def largest_of_account(rows: QuerySet[Any]) -> QuerySet[Any]:
    return largest(rows.filter(account_id=PARTY))


def largest_of_contact(rows: QuerySet[Any]) -> QuerySet[Any]:
    return largest(rows.filter(contact_id=PARTY))


def largest(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(status=OPEN).order_by(F("amount_base").desc(nulls_last=True), "-pk")[:1]


def deals(visit: Visit) -> Panel | None:
    """Their deals, the open ones first."""
    if not deal.knows(f"{FIELD[visit.type.key]} status stage_since", visit.actor):
        return None
    asked, question = narrowing.Found(), f"{FIELD[visit.type.key]}:#{visit.record.pk}"
    if visit.q or visit.sort:
        asked = narrowing.found(visit, deal, question, SHOWN, most=MOST)
        found, more = asked.rows, asked.more
    else:
        latest = {"account": latest_of_account, "contact": latest_of_contact}[FIELD[visit.type.key]]
        found = deal.ask(latest, SHOWN, actor=visit.actor, pk=visit.record.pk)
        more = len(found) > MOST
    may_add = access.may(deal, visit.actor, "create")
    if not (found or may_add or visit.q):
        return None
    where = urlencode({FIELD[visit.type.key]: f"#{visit.record.pk}", "next": visit.url})
    add = Act(label=_("New deal"), url=f"/{deal.slug}/new/?{where}", icon="plus")
    narrow = narrowing.narrow(visit, deal, question, name="sales.deals", error=asked.error)
    none = format_html('<p class="rest">{}</p>', _("None of them.") if visit.q else _("None yet."))
    return Panel(
        title=_("Deals"),
        note=stake_words(*at_stake(visit), visit=visit) if found else "",
        html=format_html("{}{}", lines(found[:MOST], visit), narrowing.rest(narrow, more=more)) if found else none,
        acts=[add] if may_add else [],
        narrow=narrow if len(found) > 1 or visit.q else None,
    )


def lines(found: Sequence[Row], visit: Visit) -> SafeString:
    stage, amount = deal.fields()["stage"], deal.fields()["amount"]
    show = show_rows(found, [stage], actor=visit.actor)
    return panels.rows(
        format_html(
            '{}<a href="{}">{}</a><span class="number">{}</span>',
            stage.cell(row.values["stage"], show=show),
            deal.url(row.id),
            row.values["name"],
            amount.text(row.values["amount"], show=show),
        )
        for row in found
    )


def stake_words(count: int, sums: str, *, visit: Visit) -> str:
    """“2 open, 64,210 €”."""
    if not count:
        return ""
    words = ngettext("%(n)s open", "%(n)s open", count) % {"n": format_decimal(count, visit.actor.language)}
    return f"{words}, {sums}" if sums else words


def brief(visit: Visit) -> Iterable[Told]:
    """What is at stake, and what is to be done next for the largest of it."""
    if not deal.knows(f"{FIELD[visit.type.key]} status amount next_step", visit.actor):
        return
    largest = {"account": largest_of_account, "contact": largest_of_contact}[FIELD[visit.type.key]]
    found = deal.ask(largest, ["name", "next_step"], actor=visit.actor, pk=visit.record.pk)
    if not found:
        return
    words = stake_words(*at_stake(visit), visit=visit)
    yield Told(_("At stake"), format_html('<a href="{}">{}</a>', deal.url(found[0].id), found[0].values["name"]), words)
    if found[0].values["next_step"]:
        yield Told(_("Next step"), conditional_escape(found[0].values["next_step"]))


def lines_of_deal(visit: Visit) -> Panel | None:
    """What the deal is about: the products, how many, at which price, and what that comes to."""
    part = deal.declared["lines"]
    found = part.get(visit.record) if deal.knows("lines", visit.actor) else []
    if not found:
        return None
    show = load_labels(Show(visit.actor), part.points_at(found))
    given: Money | None = deal.declared["amount"].get(visit.record)
    currency = given.currency if given else settings.BODEGA_CURRENCY
    made = [line_shown(line, currency, show) for line in found]
    priced = [line for line in found if line["unit_price"] is not None]
    note = deal.declared["amount"].text(total(priced, currency), show=show) if priced else ""
    return Panel(title=_("Lines"), note=note, html=panels.rows(made))


def line_shown(line: Line, currency: str, show: Show) -> SafeString:
    kinds = deal.declared["lines"].kinds  # type: ignore[attr-defined]
    name = kinds["product"].text(line["product"], show=show) or line["description"]
    quantity, price = (kinds[each].text(line[each], show=show) for each in ("quantity", "unit_price"))
    worth = deal.declared["amount"].text(total([line], currency), show=show) if line["unit_price"] is not None else ""
    each = f"{quantity} × {price}" if price else quantity
    return format_html(
        '<span class="title">{}<small class="quiet">{}</small></span><span class="number">{}</span>', name, each, worth
    )


def stays_of_deal(visit: Visit) -> Panel | None:
    """How long the deal has been in each stage."""
    part = deal.declared["stays"]
    found = part.get(visit.record) if deal.knows("stays", visit.actor) else []
    show = load_labels(Show(visit.actor), part.points_at(found))
    kind = part.kinds["stage"]  # type: ignore[attr-defined]
    made = [
        format_html(
            '{}<span class="far quiet">{}</span>',
            kind.cell(stay["stage"], show=show),
            dates.duration(((stay["left"] or show.now) - stay["entered"]).total_seconds()),
        )
        for stay in found
    ]
    return Panel(title=_("Time in stage"), html=panels.rows(made)) if made else None


panels.add("parties.organisation parties.person", deals, label=gettext_lazy("Deals"))
panels.add("sales.deal", lines_of_deal, label=gettext_lazy("Lines"))
panels.add("sales.deal", stays_of_deal, label=gettext_lazy("Time in stage"))
panels.add_brief("parties.organisation parties.person", brief)
for part in (doing.brief, knowing.last_contact):
    panels.add_brief("sales.deal", part)

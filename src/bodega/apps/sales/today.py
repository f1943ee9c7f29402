"""What sales brings to everybody's first page: deals of which nobody has said what comes next."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.apps.sales.models import OPEN
from bodega.apps.sales.records import deal
from bodega.kernel.kinds import Show
from bodega.kernel.record import show_rows
from bodega.lib.markup import format_html
from bodega.surfaces.handover import offers
from bodega.surfaces.home import today
from bodega.surfaces.home.today import Morning
from bodega.surfaces.html.panels import rows
from bodega.surfaces.html.shapes import Act, Panel

MOST = 8
NAMES = ("name", "account", "stage", "amount")


def without_next_step(morning: Morning) -> Panel | None:
    """My open deals without a next step, the largest first."""
    if not deal.knows("owner status amount next_step", morning.actor):
        return None
    mine = deal.rows(morning.actor).filter(owner=morning.actor.user_id, status=OPEN, next_step="")
    found = deal.for_(morning.actor).read(mine.order_by(F("amount_base").desc(nulls_last=True), "-pk")[:MOST], NAMES)
    if not found:
        return None
    stage, amount = deal.declared["stage"], deal.declared["amount"]
    show: Show = show_rows(found, [stage], actor=morning.actor)
    lines = [
        format_html(
            '{}<a href="{}">{}</a><span class="number">{}</span>',
            stage.cell(row.values["stage"], show=show),
            deal.url(row.id),
            row.values["name"],
            amount.text(row.values["amount"], show=show),
        )
        for row in found
    ]
    asked = urlencode({"q": "owner:me status:open next_step:empty"})
    more = Act(label=_("All of them"), url=f"/{deal.slug}/?{asked}", icon="arrow-right")
    return Panel(title=_("Deals without a next step"), html=rows(lines), side="main", acts=[more])


offers.add("sales.deal", gettext_lazy("Open deals"), "status:open", rank=30)
today.add(without_next_step, gettext_lazy("Deals without a next step"))

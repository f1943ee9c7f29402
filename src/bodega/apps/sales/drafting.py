"""What a deal needs before it is written: a stage, what follows from it, its stays, and the amount of its lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bodega.apps.products.records import product
from bodega.apps.sales.models import LOST, OPEN, Deal, Stage
from bodega.kernel.parts import Line
from bodega.kernel.scope import arranged
from bodega.lib import clock
from bodega.lib.money import Money, digits

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.drafts import Draft

DAY = Decimal(86_400)
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Standing:
    """A stage as deals need it."""

    id: int
    pipeline: int
    order: int
    status: str
    probability: Decimal
    retired: bool
    """In the trash: deals that stand there stay there, no other comes in."""


def keep_stages_in_use(drafts: Sequence[Draft], *, actor: Actor) -> None:
    """A stage in which deals stand is not deleted: they are moved first, by somebody who says where to."""
    refuse_in_use(drafts, "stage", _("Deals stand in this stage. Move them to another one first."))


def keep_pipelines_in_use(drafts: Sequence[Draft], *, actor: Actor) -> None:
    refuse_in_use(drafts, "pipeline", _("Deals stand in this pipeline. Move them to another one first."))


def refuse_in_use(drafts: Sequence[Draft], field: str, why: str) -> None:
    held = Deal._base_manager.filter(deleted_at=None, **{f"{field}__in": [draft.id for draft in drafts]})
    used = {*held.values_list(f"{field}_id", flat=True).distinct()}
    for draft in drafts:
        if draft.id in used:
            draft.refuse(ValidationError(why))


def standings() -> Mapping[int, Standing]:
    """Every stage, in the order of pipelines and stages."""
    return arranged("stages", read_standings)


def read_standings() -> Mapping[int, Standing]:
    rows = Stage._base_manager.order_by("pipeline__order", "pipeline_id", "order", "id")
    return {
        row.pk: Standing(row.pk, row.pipeline_id, row.order, row.status, row.probability, row.deleted_at is not None)
        for row in rows
    }


def first_stage(pipeline: int | None, status: str) -> Standing | None:
    """The first stage of that status in a pipeline, or in any."""
    wanted = (one for one in standings().values() if one.status == status and not one.retired)
    return next((one for one in wanted if pipeline in (None, one.pipeline)), None)


def prepare_deal(drafts: Sequence[Draft], *, actor: Actor) -> None:
    known = standings()
    prices = catalogue_prices(drafts, actor=actor)
    for draft in drafts:
        chosen = choose_stage(draft, known)
        if chosen is None:
            draft.refuse(ValidationError({"stage": _("There is no pipeline with an open stage yet. Make one first.")}))
            continue
        follow(draft, chosen, actor=actor)
        keep_stays(draft, chosen, zone=actor.zone)
        fill_prices(draft, prices)
        keep_amount(draft)


def choose_stage(draft: Draft, known: Mapping[int, Standing]) -> Standing | None:
    """The stage given; where only the pipeline is new, its first open stage; else the very first open one."""
    stage = known.get(draft.get("stage") or 0)
    wanted = draft.values.get("pipeline")
    if stage and (not wanted or wanted == stage.pipeline or "stage" in draft):
        return stage
    return first_stage(wanted, OPEN)


def follow(draft: Draft, stage: Standing, *, actor: Actor) -> None:
    """Pipeline, status, probability and dates as the stage has them."""
    values, moved = draft.values, stage.id != draft.old.get("stage")
    values |= {"stage": stage.id, "pipeline": stage.pipeline, "status": stage.status}
    if moved and "probability" not in draft:
        values["probability"] = stage.probability
    today = clock.today(actor.zone)
    if draft.is_new and not draft.get("opened_on"):
        values["opened_on"] = draft.get("closed_on") or today
    if stage.status != OPEN and not draft.get("closed_on"):
        values["closed_on"] = today
    if stage.status == OPEN and draft.old.get("closed_on"):
        values["closed_on"] = None
    if stage.status != LOST and draft.old.get("lost_reason") and "lost_reason" not in draft:
        values["lost_reason"] = ""


def keep_stays(draft: Draft, stage: Standing, *, zone: ZoneInfo) -> None:
    """One stay for each time in a stage; entering the next ends the last. Times that were given are kept."""
    moved = stage.id != draft.old.get("stage")
    if not (moved or "stays" in draft):
        return
    stays = [dict(line) for line in draft.get("stays") or ()]
    if (moved or not stays) and not (stays and stays[-1]["stage"] == stage.id and not stays[-1].get("left")):
        entered = entry_time(draft, stage, zone=zone)
        if stays and not stays[-1].get("left"):
            stays[-1]["left"] = max(entered, stays[-1]["entered"])
        stays.append({"stage": stage.id, "entered": entered, "left": None, "days": None})
    for stay in stays:
        stay["days"] = days_between(stay["entered"], stay["left"]) if stay.get("left") else None
    draft.values["stays"] = stays
    draft.values["stage_since"] = stays[-1]["entered"]


def entry_time(draft: Draft, stage: Standing, *, zone: ZoneInfo) -> datetime:
    """When a deal came into a stage: for one that comes with its past, the day it was closed or opened on."""
    day: date | None = None
    if draft.is_new:
        day = draft.get("closed_on") if stage.status != OPEN else draft.get("opened_on")
    elif stage.status != OPEN and "closed_on" in draft:
        day = draft.values["closed_on"]
    return clock.now() if day is None or day >= clock.today(zone) else datetime.combine(day, time(), zone)


def days_between(entered: datetime, left: datetime) -> Decimal:
    return (Decimal((left - entered).total_seconds()) / DAY).quantize(Decimal("0.01"))


def catalogue_prices(drafts: Sequence[Draft], *, actor: Actor) -> Mapping[int, Money]:
    """The list prices of the products that are named without a price (at most one query)."""
    wanted = {line["product"] for line in new_lines(drafts) if line.get("product") and line.get("unit_price") is None}
    if not wanted:
        return {}
    price = product.declared["price"]
    return {
        row.id: row.values["price"]
        for row in product.read(product.rows(actor).filter(pk__in=wanted), [price.name])
        if row.values["price"]
    }


def new_lines(drafts: Iterable[Draft]) -> Iterable[Line]:
    return (line for draft in drafts if "lines" in draft for line in draft.values["lines"] or ())


def fill_prices(draft: Draft, prices: Mapping[int, Money]) -> None:
    """A line without a price gets the catalogue's, where that is in the currency of the deal."""
    for line in new_lines([draft]):
        if line.get("quantity") is None:
            line["quantity"] = Decimal(1)
        listed = prices.get(line.get("product") or 0)
        if line.get("unit_price") is None and listed and listed.currency == currency_of(draft):
            line["unit_price"] = listed.decimal


def currency_of(draft: Draft) -> str:
    amount: Any = draft.get("amount")
    return amount.currency if amount is not None else settings.BODEGA_CURRENCY


def keep_amount(draft: Draft) -> None:
    """The amount is the total of the lines, unless it was given beside them."""
    if "lines" not in draft or draft.values.get("amount") is not None:
        return
    priced = [line for line in draft.values["lines"] or () if line.get("unit_price") is not None]
    if priced:
        draft.values["amount"] = total(priced, currency_of(draft))


def total(lines: Iterable[Line], currency: str) -> Money:
    """What the lines come to, each rounded half up to the currency's places."""
    places = Decimal(1).scaleb(-digits(currency))
    return Money.of(
        sum((line_total(line).quantize(places, ROUND_HALF_UP) for line in lines), Decimal(0)).quantize(places), currency
    )


def line_total(line: Line) -> Decimal:
    quantity, price, discount = line["quantity"], line["unit_price"], line.get("discount") or Decimal(0)
    return Decimal(quantity * price * (HUNDRED - discount) / HUNDRED)

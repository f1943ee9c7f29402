"""How pipelines, stages and deals are shown, found, imported."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from bodega.apps.parties.records import next_due
from bodega.apps.sales import actions, views
from bodega.apps.sales.drafting import keep_pipelines_in_use, keep_stages_in_use, prepare_deal
from bodega.apps.sales.models import Deal, DealLine, DealTally, Pipeline, Stage, StageStay
from bodega.kernel.kinds import Computed, Money
from bodega.kernel.parts import Part
from bodega.kernel.raw import columns_of
from bodega.kernel.record import RecordType
from bodega.lib import money

SELLING = _("Selling")


def weighted(amount: money.Money | None, probability: Decimal | None) -> money.Money | None:
    """The amount times the probability of winning it."""
    if amount is None or probability is None:
        return None
    return money.Money(int((amount.minor * probability / 100).to_integral_value()), amount.currency)


pipeline = RecordType(
    key="sales.pipeline",
    model=Pipeline,
    label=_("Pipeline"),
    plural=_("Pipelines"),
    slug="pipelines",
    icon="workflow",
    section=_("Administration"),
    columns="name order active",
    form={_("Pipeline"): "name active"},
    views={"list": views.PipelinesPage},
    search="name",
    match="external_id, name",
    guard=keep_pipelines_in_use,
    admin=True,
)

stage = RecordType(
    key="sales.stage",
    model=Stage,
    label=_("Stage"),
    plural=_("Stages"),
    slug="stages",
    icon="milestone",
    section=_("Administration"),
    columns="name pipeline order status probability rotting_days",
    form={_("Stage"): "name pipeline status probability rotting_days tone order"},
    search="name",
    path="pipeline",
    match="external_id, pipeline name",
    guard=keep_stages_in_use,
    admin=True,
)

deal = RecordType(
    key="sales.deal",
    model=Deal,
    label=_("Deal"),
    plural=_("Deals"),
    slug="deals",
    icon="square-kanban",
    section=SELLING,
    columns="name account contact stage amount next_step next_due expected_on owner",
    facts="account contact pipeline stage amount weighted expected_on source opened_on closed_on lost_reason tags",
    form={
        _("Deal"): "name account contact amount expected_on owner",
        _("Where it stands"): "pipeline stage probability next_step",
        _("Lines"): "lines",
        _("More"): "source tags opened_on closed_on lost_reason about external_id",
    },
    kinds=[
        next_due.replace(source=columns_of(Deal)["next_due"]),
        Computed(
            name="weighted",
            label=_("Weighted"),
            compute=weighted,
            needs=("amount", "probability"),
            like=Money(name="weighted"),
        ),
    ],
    parts=[
        Part(
            name="lines",
            label=_("Lines"),
            model=DealLine,
            parent="deal",
            fields="product description quantity unit_price discount",
            tells="amount",
        ),
        Part(
            name="stays",
            label=_("Stages so far"),
            model=StageStay,
            parent="deal",
            fields="stage entered left days",
            tells="stage",
            editable=False,
        ),
    ],
    references={"account": "parties.organisation", "contact": "parties.person"},
    customer="account_id contact_id",
    search="name",
    sorts="name amount expected_on",
    lead="account stage amount",
    board="stage -stage_since",
    card="name account amount next_step owner",
    match="external_id",
    prepare=prepare_deal,
    tally=DealTally,
    timeline="account contact",
    actions=[actions.win, actions.lose, actions.move, actions.reopen, actions.move_many],
)

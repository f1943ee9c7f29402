"""What can be done to a deal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.apps.sales.drafting import Standing, first_stage, standings
from bodega.apps.sales.models import LOST, OPEN, WON, Deal
from bodega.kernel import change, registry
from bodega.kernel.action import SOME, action
from bodega.kernel.kinds import Choice, Date, LongText, Reference
from bodega.lib.money import Money

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

DEAL = "sales.deal"


def save(deal: Deal, values: dict[str, Any], *, actor: Actor, verb: str) -> Deal:
    saved: Deal = change.save(deal, values, actor=actor, verb=verb, type_=registry.type_of(DEAL))
    return saved


TO_STAGE = Reference(name="stage", label=gettext_lazy("Stage"), to="sales.stage")


@action(gettext_lazy("Move"), on=DEAL, verb="moved", icon="arrow-right")
def move(deal: Deal, *, stage: Annotated[int, TO_STAGE], actor: Actor) -> Deal:
    """Put the deal into another stage. Into a closing stage it is won or lost."""
    return save(deal, {"stage": stage}, actor=actor, verb=verb_into(stage))


@action(gettext_lazy("Move"), on=DEAL, verb="moved", target=SOME, icon="arrow-right")
def move_many(ids: Sequence[int], *, stage: Annotated[int, TO_STAGE], actor: Actor) -> change.Outcome:
    """The same with several deals, as one act."""
    drafts = [change.Draft(pk, {"stage": stage}) for pk in ids]
    return change.save_many(registry.type_of(DEAL), drafts, actor=actor, changed=verb_into(stage))


def verb_into(stage: int) -> str:
    """What it is called when a deal comes into that stage."""
    standing = standings().get(stage)
    if standing is None:
        raise ValidationError({"stage": _("There is no such stage.")})
    return {OPEN: "moved", WON: "won", LOST: "lost"}[standing.status]


@action(gettext_lazy("Won"), on=DEAL, verb="won", when="status:open", icon="trophy", tone="good")
def win(
    deal: Deal,
    *,
    amount: Money | None = None,
    closed_on: Annotated[date | None, Date(name="closed_on", label=gettext_lazy("Closed"))] = None,
    actor: Actor,
) -> Deal:
    """The customer has bought."""
    given = {"amount": amount, "closed_on": closed_on}
    return save(
        deal,
        {"stage": first(deal, WON).id} | {name: value for name, value in given.items() if value},
        actor=actor,
        verb="won",
    )


@action(gettext_lazy("Lost"), on=DEAL, verb="lost", when="status:open", icon="circle-x", tone="bad")
def lose(
    deal: Deal,
    *,
    reason: Annotated[str, Choice(name="reason", label=gettext_lazy("Lost because of"), set="sales.lost_reason")],
    note: Annotated[str, LongText(name="note", label=gettext_lazy("What happened"))] = "",
    actor: Actor,
) -> Deal:
    """The customer has decided against it."""
    about = "\n\n".join(text for text in (deal.about, note) if text)
    return save(deal, {"stage": first(deal, LOST).id, "lost_reason": reason, "about": about}, actor=actor, verb="lost")


@action(gettext_lazy("Reopen"), on=DEAL, verb="reopened", when="-status:open", icon="rotate-ccw")
def reopen(deal: Deal, *, actor: Actor) -> Deal:
    """Go on with it: back into the last open stage of its pipeline that it stood in, or the first one."""
    known = [one for one in standings().values() if one.status == OPEN and not one.retired]
    stands = {one.id for one in known if one.pipeline == deal.pipeline_id}
    stood = [line["stage"] for line in registry.type_of(DEAL).declared["stays"].get(deal) if line["stage"] in stands]
    target = stood[-1] if stood else first(deal, OPEN).id
    return save(deal, {"stage": target}, actor=actor, verb="reopened")


def first(deal: Deal, status: str) -> Standing:
    found = first_stage(deal.pipeline_id, status)
    if found is None:
        raise ValidationError(_("The pipeline has no such stage. Ask an administrator to add one."))
    return found

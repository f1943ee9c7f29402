"""What is done to people and organisations beside editing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from bodega.apps.parties.models import Party
from bodega.kernel import change
from bodega.kernel.action import action
from bodega.kernel.drafts import Draft, Gone
from bodega.kernel.registry import type_of

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

PERSON, ORGANISATION = "parties.person", "parties.organisation"


@action(_("Add a way to reach"), on=PERSON, verb="changed", icon="at-sign")
def reach_person(person: Party, *, channel: str, value: str, actor: Actor) -> change.Outcome:
    """One more e-mail address or number of theirs."""
    return reached(PERSON, person, channel=channel, value=value, actor=actor)


@action(_("Add a way to reach"), on=ORGANISATION, verb="changed", icon="at-sign")
def reach_organisation(organisation: Party, *, channel: str, value: str, actor: Actor) -> change.Outcome:
    """One more e-mail address or number of theirs."""
    return reached(ORGANISATION, organisation, channel=channel, value=value, actor=actor)


def reach(pk: int, *, channel: str, value: str, actor: Actor) -> change.Outcome:
    """The same of whichever customer it is. Raises Gone, PermissionDenied, ValidationError."""
    kind = type_of("parties.party").raw([pk], ["kind"], actor=actor)
    if not kind:
        raise Gone
    act = reach_person if kind[0][0] == "person" else reach_organisation
    found: change.Outcome = act(pk, channel=channel, value=value, actor=actor)
    return found


def reached(key: str, party: Party, *, channel: str, value: str, actor: Actor) -> change.Outcome:
    type_ = type_of(key)
    held = type_.read(type_.rows(actor).filter(pk=party.pk), ["contact_points"])[0].values["contact_points"] or []
    draft = Draft(party.pk, {"contact_points": [*held, {"channel": channel, "value": value}]})
    found = change.save_many(type_, [draft], actor=actor)
    for refused in found.problems:
        raise refused.problem or Gone
    return found

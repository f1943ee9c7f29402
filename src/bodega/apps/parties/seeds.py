"""The options a new installation begins with; an administrator edits them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bodega.platform.seeding import seed_options

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

OPTIONS = {
    "parties.sector": "Agriculture|Construction|Education|Employment|Entertainment|Finance|Food|Government|Health care|"
    "Hospitality|Logistics|Manufacturing|Marketing|Medical|Retail|Services|Software|Technology|Telecommunications|Utilities",
    "parties.life_cycle": "Lead:info|Prospect:plum|Customer:good|Former customer:warn|Supplier:|Partner:info",
    "parties.source": "Referral|Website|Trade fair|Phone call|E-mail|Advertising|Partner|Import",
    "parties.role": "Employee|Decision maker|Buyer|User|Subsidiary|Supplier|Distributor|Partner|Member|Adviser",
    "parties.channel": "E-mail|Phone|Letter|SMS|Chat|Visit",
    "parties.purpose": "Product news|Offers|Surveys|Service|Events",
}


def seed(*, actor: Actor) -> None:
    seed_options(OPTIONS, actor=actor)

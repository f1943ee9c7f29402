"""How people, organisations and what hangs on them are shown, found, imported."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bodega.apps.parties.drafting import prepare_consent, prepare_party
from bodega.apps.parties.models import Consent, ContactPoint, Party, PostalAddress, Relationship
from bodega.apps.parties.strength import Strength
from bodega.apps.parties.upcoming import NextDue
from bodega.apps.parties.views import NewParty
from bodega.kernel.kinds import Integer, Phone, Place
from bodega.kernel.parts import Part
from bodega.kernel.raw import columns_of
from bodega.kernel.record import RecordType
from bodega.platform.notifications import mentions

CUSTOMERS = _("Customers")
phone = Phone(name="phone", label=_("Phone"), source=columns_of(Party)["phone"])
founded = Integer(name="founded", label=_("Founded in"), is_year=True, source=columns_of(Party)["founded"])
address = Place(name="address", label=_("Address"))
strength = Strength(
    name="strength",
    label=_("Relationship"),
    help=_("From 0 to 100: how often, how lately and from which side you were in touch."),
    source=columns_of(Party)["strength"],
)
next_due = NextDue(
    name="next_due",
    label=_("Next due"),
    help=_("The day of the first task or promise about it that is open and not private."),
    source=columns_of(Party)["next_due"],
)
contact_points = Part(
    name="contact_points",
    label=_("Ways to reach"),
    model=ContactPoint,
    parent="party",
    fields="channel value label primary verified invalid opted_out",
    search="value",
    tells="email phone website",
)
addresses = Part(
    name="addresses",
    label=_("Addresses"),
    model=PostalAddress,
    parent="party",
    fields="place label primary",
    extra=(Place(name="place", label=_("Address")),),
    tells="address",
)
reached: dict[str | Promise, str] = {
    _("Reached by"): "email phone website contact_points",
    _("Address"): "address addresses",
}

person = RecordType(
    key="parties.person",
    model=Party,
    where={"kind": "person"},
    without="parent employees founded revenue sector",
    label=_("Person"),
    plural=_("People"),
    slug="people",
    icon="users",
    face="round",
    lead="job_title organisation life_cycle",
    section=CUSTOMERS,
    columns="name organisation job_title email phone life_cycle last_contact owner",
    facts="organisation job_title email phone life_cycle language address birthday source tags owner",
    form={
        _("Person"): "name given_name family_name organisation job_title birthday",
        **reached,
        _("Relation"): "life_cycle source tags language time_zone owner",
        _("More"): "about external_id",
    },
    kinds=[phone, address, strength, next_due],
    parts=[contact_points, addresses],
    references={"organisation": "parties.organisation"},
    customer="id",
    search="name email phone",
    sorts="name updated_at strength",
    match="external_id, email, name",
    prepare=prepare_party,
    timeline="organisation",
    views={"new": NewParty},
)

organisation = RecordType(
    key="parties.organisation",
    model=Party,
    where={"kind": "organisation"},
    without="given_name family_name job_title organisation birthday",
    label=_("Organisation"),
    plural=_("Organisations"),
    slug="organisations",
    icon="building-2",
    face="square",
    lead="sector life_cycle",
    section=CUSTOMERS,
    columns="name sector address employees life_cycle last_contact owner",
    facts="sector parent website email phone address employees founded revenue life_cycle source tags owner",
    form={
        _("Organisation"): "name sector parent employees founded revenue",
        **reached,
        _("Relation"): "life_cycle source tags language time_zone owner",
        _("More"): "about external_id",
    },
    kinds=[phone, address, founded, strength, next_due],
    parts=[contact_points, addresses],
    references={"parent": "parties.organisation"},
    customer="id",
    search="name email phone website",
    sorts="name updated_at strength",
    match="external_id, name",
    prepare=prepare_party,
    timeline="parent",
    views={"new": NewParty},
)

party = RecordType(
    key="parties.party",
    model=Party,
    covers="parties.person parties.organisation",
    label=_("Customer"),
    plural=_("Customers"),
    slug="customers",
    icon="contact",
    listed=False,
    columns="name kind email phone owner",
    form={},
    kinds=[phone, address, strength, next_due],
    search="name",
    sorts="name",
)

mentions.LINKED.append(party.key)

relationship = RecordType(
    key="parties.relationship",
    model=Relationship,
    label=_("Relationship"),
    plural=_("Relationships"),
    slug="relationships",
    icon="link",
    section=CUSTOMERS,
    title="note",
    columns="party role other since until left",
    form={_("Relationship"): "party role other since until left note"},
    references={"party": "parties.party", "other": "parties.party"},
    sorts="",
    within="party",
    timeline="party other",
    listed=False,
)

consent = RecordType(
    key="parties.consent",
    model=Consent,
    label=_("Consent"),
    plural=_("Consents"),
    slug="consents",
    icon="badge-check",
    section=CUSTOMERS,
    title="source",
    columns="party channel purpose basis given_at withdrawn_at source",
    form={_("Consent"): "party channel purpose basis source wording given_at withdrawn_at"},
    references={"party": "parties.party"},
    sorts="",
    within="party",
    timeline="party",
    prepare=prepare_consent,
    listed=False,
)

"""Parties and what hangs on them: one table for people and organisations, because a customer may be either."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bodega.kernel.columns import BinaryOrdered, CurrencyField, KeyField, MoneyField, OptionField, TagsField
from bodega.kernel.stored import ALIVE, SEEN_BY, Child, Protected, external_once, seen_by, seen_with_parent

PERSON, ORGANISATION = "person", "organisation"


class Party(Protected):
    """A person or an organisation. The first e-mail, phone and address are copies of the primary contact points."""

    kind = BinaryOrdered(max_length=12, choices=[(PERSON, _("Person")), (ORGANISATION, _("Organisation"))])
    name = models.CharField(_("name"), max_length=300)
    name_key = KeyField(of="name")
    given_name = models.CharField(_("given name"), max_length=150, blank=True, default="")
    family_name = models.CharField(_("family name"), max_length=150, blank=True, default="")
    job_title = models.CharField(_("job title"), max_length=150, blank=True, default="")
    organisation = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="staff",
        verbose_name=_("organisation"),
        db_index=False,
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subsidiaries",
        verbose_name=_("part of"),
        db_index=False,
    )
    email = models.EmailField(_("e-mail"), blank=True, default="")
    phone = BinaryOrdered(_("phone"), max_length=40, blank=True, default="")
    website = models.URLField(_("website"), max_length=500, blank=True, default="")
    address_street = models.TextField(blank=True, default="")
    address_postcode = models.CharField(max_length=20, blank=True, default="")
    address_city = models.CharField(max_length=100, blank=True, default="")
    address_region = models.CharField(max_length=100, blank=True, default="")
    address_country = BinaryOrdered(max_length=2, blank=True, default="")
    address_lat = models.FloatField(null=True, blank=True)
    address_lon = models.FloatField(null=True, blank=True)
    sector = OptionField(_("sector"), options="parties.sector")
    life_cycle = OptionField(_("life-cycle stage"), options="parties.life_cycle")
    source = OptionField(_("source"), options="parties.source")
    employees = models.IntegerField(_("employees"), null=True, blank=True)
    founded = models.IntegerField(_("founded in"), null=True, blank=True)
    revenue = MoneyField(_("revenue a year"), null=True, blank=True)
    revenue_currency = CurrencyField()
    revenue_base = models.BigIntegerField(null=True, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True, default="")
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True, default="")
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    tags = TagsField(_("tags"))
    last_contact = models.DateTimeField(_("last contact"), null=True, blank=True, editable=False)
    strength = models.FloatField(_("relationship"), null=True, blank=True, editable=False)
    next_due = models.DateField(_("next due"), null=True, blank=True, editable=False)
    about = models.TextField(_("about"), blank=True, default="")

    class Meta:
        constraints = [
            external_once("party_external", "kind"),
            models.CheckConstraint(condition=models.Q(kind__in=[PERSON, ORGANISATION]), name="party_kind"),
            models.CheckConstraint(
                condition=models.Q(kind=ORGANISATION) | models.Q(parent=None), name="party_person_has_no_parent"
            ),
        ]
        indexes = [
            *seen_by("party"),
            models.Index(fields=["kind", "name_key", "id"], name="party_name", condition=ALIVE),
            models.Index(fields=["kind", "owner", "name_key", "id"], name="party_owner", condition=ALIVE),
            models.Index(fields=["kind", "updated_at", "id"], name="party_updated", condition=ALIVE),
            models.Index(fields=["kind", "strength", "id"], name="party_strength", condition=ALIVE),
            models.Index(
                fields=["kind", "next_due", "id"],
                name="party_next_due",
                condition=ALIVE & models.Q(next_due__isnull=False),
            ),
            models.Index(
                fields=["organisation", "name_key"],
                name="party_organisation",
                condition=ALIVE & models.Q(organisation__isnull=False),
            ),
            models.Index(
                fields=["address_lat", "address_lon"],
                name="party_place",
                condition=ALIVE & models.Q(address_lat__isnull=False),
            ),
            models.Index(fields=["parent"], name="party_parent", condition=models.Q(parent__isnull=False)),
            models.Index(fields=["kind", "email"], name="party_email", condition=ALIVE),
            # With what access asks at its end, a team's share of a country is counted without reading the rows.
            models.Index(
                fields=["kind", "address_country", "name_key", "id", "owner", *SEEN_BY],
                name="party_by_country",
                condition=ALIVE,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ContactPoint(models.Model):
    """One way to reach a party: normalised, so that an incoming call or message finds its people by one look-up."""

    CHANNELS = [("email", _("E-mail")), ("phone", _("Phone")), ("handle", _("Handle")), ("web", _("Website"))]

    party = models.ForeignKey(Party, models.CASCADE, related_name="contact_points")
    order = models.IntegerField(default=0)
    channel = models.CharField(_("channel"), max_length=10, choices=CHANNELS)
    value = BinaryOrdered(_("address or number"), max_length=300)
    label = models.CharField(_("label"), max_length=40, blank=True, default="")
    primary = models.BooleanField(_("primary"), default=False)
    verified = models.BooleanField(_("verified"), default=False)
    invalid = models.BooleanField(_("invalid"), default=False)
    opted_out = models.BooleanField(_("opted out"), default=False)

    class Meta:
        indexes = [models.Index(fields=["value", "channel"], name="contact_point_value")]


class PostalAddress(models.Model):
    """One of the addresses of a party."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="addresses")
    order = models.IntegerField(default=0)
    label = models.CharField(_("label"), max_length=40, blank=True, default="")
    primary = models.BooleanField(_("primary"), default=False)
    place_street = models.TextField(blank=True, default="")
    place_postcode = models.CharField(max_length=20, blank=True, default="")
    place_city = models.CharField(max_length=100, blank=True, default="")
    place_region = models.CharField(max_length=100, blank=True, default="")
    place_country = BinaryOrdered(max_length=2, blank=True, default="")
    place_lat = models.FloatField(null=True, blank=True)
    place_lon = models.FloatField(null=True, blank=True)


class Relationship(Child):
    """How one party stands to another, from when to when."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="relationships", verbose_name=_("of"))
    other = models.ForeignKey(Party, models.CASCADE, related_name="related_by", verbose_name=_("with"))
    role = OptionField(_("role"), options="parties.role")
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    left = models.BooleanField(_("has left"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    class Meta:
        constraints = [external_once("relationship_external")]
        indexes = seen_with_parent("relationship")

    def __str__(self) -> str:
        return f"#{self.pk}"


class Consent(Child):
    """That a party allows, or no longer allows, to be reached in a channel for a purpose; the newest counts."""

    BASES = [
        ("consent", _("Consent")),
        ("contract", _("Contract")),
        ("legitimate_interest", _("Legitimate interest")),
        ("legal_obligation", _("Legal obligation")),
    ]

    party = models.ForeignKey(Party, models.CASCADE, related_name="consents", verbose_name=_("of"))
    channel = OptionField(_("channel"), options="parties.channel")
    purpose = OptionField(_("purpose"), options="parties.purpose")
    basis = models.CharField(_("basis"), max_length=24, choices=BASES, default="consent")
    source = models.CharField(_("source"), max_length=200, blank=True, default="")
    wording = models.TextField(_("wording"), blank=True, default="")
    given_at = models.DateTimeField(_("given"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["party", "channel", "purpose"], name="consent_party"),
            *seen_with_parent("consent"),
        ]
        constraints = [external_once("consent_external")]

    def __str__(self) -> str:
        return f"#{self.pk}"

"""Pipelines with their stages, and the deals in them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bodega.kernel.columns import BinaryOrdered, CurrencyField, FixedField, KeyField, MoneyField, OptionField, TagsField
from bodega.kernel.stored import ALIVE, SEEN_BY, Protected, Record, Tally, external_once, seen_by

OPEN, WON, LOST = "open", "won", "lost"
STATUSES = [(OPEN, _("Open")), (WON, _("Won")), (LOST, _("Lost"))]
TONES = [
    ("", _("Grey")),
    ("info", _("Blue")),
    ("plum", _("Plum")),
    ("warn", _("Amber")),
    ("good", _("Green")),
    ("bad", _("Red")),
]


class Pipeline(Record):
    """A way of selling: a row of stages."""

    name = models.CharField(_("name"), max_length=100)
    name_key = KeyField(of="name")
    order = models.IntegerField(_("order"), default=0)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        constraints = [external_once("pipeline_external")]

    def __str__(self) -> str:
        return self.name


class Stage(Record):
    """Where a deal can stand. People name stages as they like; code branches on `status`."""

    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="stages", verbose_name=_("pipeline"))
    name = models.CharField(_("name"), max_length=100)
    name_key = KeyField(of="name")
    order = models.IntegerField(_("order"), default=0)
    status = models.CharField(_("status"), max_length=5, choices=STATUSES, default=OPEN)
    probability = FixedField(_("probability"), places=2, default=0, help_text=_("Of winning, in percent"))
    rotting_days = models.IntegerField(_("days until it goes stale"), null=True, blank=True)
    tone = models.CharField(_("colour"), max_length=6, choices=TONES, default="", blank=True)

    class Meta:
        constraints = [external_once("stage_external")]

    def __str__(self) -> str:
        return self.name


class Deal(Protected):
    """Something that may be sold to somebody. `status`, `pipeline` and `stage_since` follow from the stage."""

    name = models.CharField(_("name"), max_length=300)
    name_key = KeyField(of="name")
    account = models.ForeignKey(
        "parties.Party",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deals",
        verbose_name=_("account"),
        db_index=False,
    )
    contact = models.ForeignKey(
        "parties.Party",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contact_deals",
        verbose_name=_("contact"),
        db_index=False,
    )
    pipeline = models.ForeignKey(
        Pipeline, models.PROTECT, related_name="deals", verbose_name=_("pipeline"), blank=True, db_index=False
    )
    stage = models.ForeignKey(
        Stage, models.PROTECT, related_name="deals", verbose_name=_("stage"), blank=True, db_index=False
    )
    status = BinaryOrdered(_("status"), max_length=5, choices=STATUSES, default=OPEN, editable=False)
    stage_since = models.DateTimeField(_("in this stage since"), editable=False)
    amount = MoneyField(_("amount"), null=True, blank=True)
    amount_currency = CurrencyField()
    amount_base = models.BigIntegerField(null=True, blank=True)
    probability = FixedField(_("probability"), places=2, null=True, blank=True)
    opened_on = models.DateField(_("opened"), null=True, blank=True)
    expected_on = models.DateField(_("expected"), null=True, blank=True)
    closed_on = models.DateField(_("closed"), null=True, blank=True)
    source = OptionField(_("source"), options="parties.source")
    lost_reason = OptionField(_("lost because of"), options="sales.lost_reason")
    next_step = models.CharField(_("next step"), max_length=300, blank=True, default="")
    tags = TagsField(_("tags"))
    last_contact = models.DateTimeField(_("last contact"), null=True, blank=True, editable=False)
    next_due = models.DateField(_("next due"), null=True, blank=True, editable=False)
    about = models.TextField(_("about"), blank=True, default="")

    class Meta:
        constraints = [external_once("deal_external")]
        indexes = [
            *seen_by("deal"),
            models.Index(fields=["name_key", "id"], name="deal_name", condition=ALIVE),
            # The board: its cards in order, and behind them all that its counts and sums need.
            models.Index(
                fields=["stage", "-stage_since", "-id", "owner", "amount_currency", "amount", *SEEN_BY],
                name="deal_board",
                condition=ALIVE,
            ),
            # The forecast: all that it adds up, so that the rows themselves, which are wide, are not read.
            models.Index(
                fields=["stage", "owner", "expected_on", "amount_currency", "amount", *SEEN_BY],
                name="deal_forecast",
                condition=ALIVE,
            ),
            models.Index(fields=["owner", "name_key", "id"], name="deal_owner", condition=ALIVE),
            models.Index(fields=["amount_base", "id"], name="deal_amount", condition=ALIVE),
            models.Index(
                fields=["account", "status"], name="deal_account", condition=ALIVE & models.Q(account__isnull=False)
            ),
            models.Index(fields=["contact"], name="deal_contact", condition=ALIVE & models.Q(contact__isnull=False)),
            models.Index(fields=["expected_on", "id"], name="deal_expected", condition=ALIVE),
            models.Index(
                fields=["next_due", "id"], name="deal_next_due", condition=ALIVE & models.Q(next_due__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DealTally(Tally):
    """What the deals of a stage come to, by who may see them."""

    stage_id = models.BigIntegerField()
    amount_currency = CurrencyField()
    amount = models.BigIntegerField()
    amount_many = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["owner_id"], name="deal_tally_owner"),
            # All that a report adds up, in the order of its lines: else they would be sorted first.
            models.Index(
                fields=[
                    "stage_id",
                    "amount_currency",
                    "owner_id",
                    "team_set",
                    "territory_id",
                    "private",
                    "many",
                    "amount",
                    "amount_many",
                ],
                name="deal_tally_stage",
            ),
        ]


class DealLine(models.Model):
    """One product of a deal. The price is of one piece, in the currency of the deal."""

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="lines")
    order = models.IntegerField(default=0)
    product = models.ForeignKey(
        "products.Product", models.PROTECT, related_name="+", verbose_name=_("product"), null=True, blank=True
    )
    description = models.CharField(_("description"), max_length=300, blank=True, default="")
    quantity = FixedField(_("quantity"), places=3, default=1)
    unit_price = FixedField(_("unit price"), places=6, null=True, blank=True)
    discount = FixedField(_("discount in percent"), places=2, null=True, blank=True)


class StageStay(models.Model):
    """How long a deal stood in a stage; the last one has no end yet."""

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="stays")
    order = models.IntegerField(default=0)
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+", verbose_name=_("stage"))
    entered = models.DateTimeField(_("from"))
    left = models.DateTimeField(_("until"), null=True, blank=True)
    days = FixedField(_("days"), places=2, null=True, blank=True)

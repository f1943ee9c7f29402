"""What a saved view remembers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bodega.kernel.columns import BinaryOrdered, KeyField, ReferencesField
from bodega.kernel.stored import ALIVE, Protected, external_once, seen_by

LIST, BOARD, CALENDAR, GALLERY, MAP = "list", "board", "calendar", "gallery", "map"
SHAPES = [
    (LIST, _("List")),
    (BOARD, _("Board")),
    (CALENDAR, _("Calendar")),
    (GALLERY, _("Gallery")),
    (MAP, _("Map")),
]


class View(Protected):
    """Names of fields with blanks between them; what is empty is as the type has it. `asked` is all of it by the
    stable keys of fields, which survives new names."""

    type = BinaryOrdered(_("records"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    name_key = KeyField(of="name")
    shape = BinaryOrdered(_("shown as"), max_length=12, choices=SHAPES, default=LIST)
    question = models.TextField(
        _("question"), blank=True, default="", help_text=_("As above a list: status:open amount>10k owner:me.")
    )
    sort = models.CharField(
        _("sorted by"),
        max_length=250,
        blank=True,
        default="",
        help_text=_("Fields with commas between them, with a dash before one that is to fall."),
    )
    columns = models.TextField(
        _("columns"), blank=True, default="", help_text=_("The names of fields, with blanks between them.")
    )
    by = BinaryOrdered(
        _("by"),
        max_length=80,
        blank=True,
        default="",
        help_text=_("The name of a field: the date of a calendar, what a list is grouped by (expected_on.month)."),
    )
    show = BinaryOrdered(
        _("how much is shown"),
        max_length=12,
        blank=True,
        default="",
        help_text=_("Of a calendar: month, week or agenda."),
    )
    asked = models.JSONField(null=True, editable=False)
    roles = ReferencesField(_("opened first by"), to="kernel.role", null=True)

    class Meta:
        verbose_name = _("view")
        verbose_name_plural = _("views")
        constraints = [external_once("view_external")]
        indexes = [
            *seen_by("view"),
            models.Index(fields=["type", "name_key", "id"], name="view_of_type", condition=ALIVE),
        ]

    def __str__(self) -> str:
        return self.name

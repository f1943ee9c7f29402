"""The hours of a week and the holidays, as they are kept."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bodega.kernel.columns import KeyField, ReferencesField
from bodega.kernel.stored import Record, external_once

HOURS = _("As 9-12:30, 13:30-18. Empty where nobody works.")


def hours(label: object, usual: str = "09:00-17:00") -> models.CharField[str, str]:
    return models.CharField(label, max_length=120, blank=True, default=usual, help_text=HOURS)  # type: ignore[arg-type]


class WorkingTime(Record):
    """Whose it is: the people that it names, else the members of its teams; the usual one is everybody else's."""

    name = models.CharField(_("name"), max_length=100)
    name_key = KeyField(of="name")
    time_zone = models.CharField(
        _("time zone"), max_length=60, blank=True, default="", help_text=_("Each person's own, where it is empty.")
    )
    monday = hours(_("Monday"))
    tuesday = hours(_("Tuesday"))
    wednesday = hours(_("Wednesday"))
    thursday = hours(_("Thursday"))
    friday = hours(_("Friday"))
    saturday = hours(_("Saturday"), "")
    sunday = hours(_("Sunday"), "")
    holidays = models.TextField(
        _("holidays"), blank=True, default="", help_text=_("One in each line: 2026-12-25 Christmas Day.")
    )
    is_usual = models.BooleanField(_("for everybody else"), default=False)
    teams = ReferencesField(_("teams"), to="kernel.team")
    users = ReferencesField(_("people"), to="kernel.user")

    class Meta:
        verbose_name = _("working time")
        verbose_name_plural = _("working times")
        constraints = [external_once("working_time_external")]

    def __str__(self) -> str:
        return self.name

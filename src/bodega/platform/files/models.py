"""What is known of an uploaded file; its bytes are in the store."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bodega.kernel.columns import BinaryOrdered, KeyField
from bodega.kernel.stored import ALIVE, Protected, external_once, seen_by


class File(Protected):
    name = models.CharField(_("name"), max_length=255)
    name_key = KeyField(of="name")
    size = models.BigIntegerField(_("size in bytes"), default=0, editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, default="", editable=False)
    """Which bytes they are. Who could enter it would be handed whatever lies there."""
    about_type = BinaryOrdered(max_length=60, default="", db_default="", blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            *seen_by("file"),
            models.Index(fields=["name_key", "id"], name="file_name", condition=ALIVE),
            models.Index(fields=["about_type", "about_id"], name="file_about"),
        ]
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [external_once("file_external")]

    def __str__(self) -> str:
        return self.name

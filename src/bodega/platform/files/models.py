"""What is known of an uploaded file; its bytes are in the store."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bodega.kernel.columns import KeyField
from bodega.kernel.stored import Protected, external_once, seen_by


class File(Protected):
    name = models.CharField(_("name"), max_length=255)
    name_key = KeyField(of="name")
    size = models.BigIntegerField(_("size in bytes"), default=0, editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, default="", editable=False)
    """Which bytes they are. Who could enter it would be handed whatever lies there."""

    class Meta:
        indexes = seen_by("file")
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [external_once("file_external")]

    def __str__(self) -> str:
        return self.name

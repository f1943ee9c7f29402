"""Comments, and the threads that they make."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bodega.kernel.columns import BinaryOrdered
from bodega.kernel.stored import ALIVE, Record, external_once


class Comment(Record):
    """What a colleague says about a record. One without a `thread` begins one; the others answer it. Who wrote it is no
    owner: what somebody said is not handed over."""

    about_type = BinaryOrdered(max_length=60, default="")
    about_id = models.BigIntegerField(null=True)
    thread = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("in answer to"), db_index=False
    )
    text = models.TextField(_("comment"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("written by"),
        db_index=False,
    )
    edited_at = models.DateTimeField(_("edited"), null=True, editable=False)
    resolved = models.BooleanField(_("resolved"), default=False, editable=False)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("resolved by"),
        db_index=False,
    )

    class Meta:
        constraints = [external_once("comment_external")]
        indexes = [
            models.Index(
                fields=["about_type", "about_id", "resolved", "-id"],
                name="comment_threads",
                condition=ALIVE & models.Q(thread=None),
            ),
            models.Index(fields=["thread", "-id"], name="comment_answers"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

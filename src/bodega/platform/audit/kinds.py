"""What the audit log tells of: a closed list, so that whoever reads it knows what there is, and what is missing."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """Each with the words that people read; docs/guide/audit.md says when an entry of it is written."""

    SIGNED_IN = "signed-in", _("Signed in")
    REFUSED = "sign-in-refused", _("Sign-in refused")
    SIGNED_OUT = "signed-out", _("Signed out")
    PASSWORD_CHANGED = "password-changed", _("Password changed")
    LINK_MADE = "link-made", _("Sign-in link made")
    TOKEN_MADE = "token-made", _("Token made")
    TOKEN_ENDED = "token-ended", _("Token ended")
    RIGHTS_CHANGED = "rights-changed", _("Rights changed")
    SETTINGS_CHANGED = "settings-changed", _("Settings changed")
    EXPORTED = "exported", _("Export made")
    LOOKED = "looked", _("Marked field looked at")
    LOOKING_AS = "looking-as", _("Began to look as another")
    LOOKED_AS = "looked-as", _("Ceased to look as another")
    PURGED = "purged", _("Purged for good")
    PAUSED = "paused", _("Work paused")
    RESUMED = "resumed", _("Work resumed")
    DISCARDED = "discarded", _("Event discarded")
    CONFIGURED = "configured", _("Configuration changed")

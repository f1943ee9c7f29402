"""How people like their pages: what each arranges for themselves, so without version, history and right to it."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bodega.kernel.actors import User

MOST = 60_000
"""Letters of all that one person keeps: it is read with every request of theirs."""


SAMPLE = "sample until"
"""Kept for who has the sample company before them: when it was loaded."""


@transaction.atomic
def keep(user: User, name: str, value: Any) -> None:
    """Remember a wish under its name, as in `columns sales.deal`; an empty one is forgotten. What another request of
    the same person keeps meanwhile stays. It is read as `user.preferences.get(name)`. Raises ValidationError."""
    held = User.objects.select_for_update().values_list("preferences", flat=True).get(pk=user.pk)
    kept = {**held, name: value}
    if value in ("", None, [], {}):
        kept.pop(name)
    if len(json.dumps(kept)) > MOST:
        raise ValidationError(_("That is more than can be remembered for one person."))
    user.preferences = kept
    User.objects.filter(pk=user.pk).update(preferences=kept)

"""Whether those who stay on an open page still are signed in."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models.functions import Now

from bodega.kernel.actors import User
from bodega.platform.accounts.models import Session


def alive(keys: Collection[str]) -> dict[str, User]:
    """By the keys of sessions that have not ended, the people whose they are and who still may sign in."""
    found = Session.objects.filter(
        session_key__in=keys, expire_date__gt=Now(), user__is_active=True, user__deleted_at=None
    )
    return {one.session_key: one.user for one in found.select_related("user") if one.user is not None}


def stamp(user: User) -> str:
    """Changes with what ends a session without removing it: a new password."""
    return user.get_session_auth_hash()

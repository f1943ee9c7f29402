"""Where else somebody is signed in, and ending it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from bodega.kernel.actors import Actor, User
from bodega.lib import clock
from bodega.platform.accounts.models import Session
from bodega.platform.accounts.signing_in import FROM, UNTIL
from bodega.platform.audit import log as audit


class Stay(NamedTuple):
    """One browser in which somebody is signed in; `since` is None, and `address` empty, where it is not known."""

    since: datetime | None
    address: str
    is_here: bool


def stays(user: User, *, here: str | None) -> Sequence[Stay]:
    """All that have not ended, this one first, then the latest. `here` is the key of this browser's session."""
    found = Session.objects.filter(user=user, expire_date__gt=clock.now())
    told = [stay(session, is_here=session.session_key == here) for session in found]
    return sorted(told, key=lambda one: (not one.is_here, -(one.since.timestamp() if one.since else 0)))


def stay(session: Session, *, is_here: bool) -> Stay:
    data = session.get_decoded()
    longest = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    since = datetime.fromisoformat(data[UNTIL]) - longest if UNTIL in data else None
    return Stay(since, data.get(FROM, ""), is_here)


@transaction.atomic
def end(user: User, *, here: str | None, actor: Actor) -> int:
    """Ends all of this person's sessions but the one with the key `here`; returns how many."""
    count, _tables = Session.objects.filter(user=user).exclude(session_key=here).delete()
    audit.note(audit.Kind.SIGNED_OUT, actor=actor, details={"sessions": count})
    return count

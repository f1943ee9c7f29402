"""Forgetting sign-ins that failed long ago, and sessions that have ended."""

from __future__ import annotations

from datetime import timedelta

from bodega.lib import clock
from bodega.platform.accounts.models import Attempt, Session
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.declare import every, job


@every("03:45")
@job()
def forget_attempts(context: Context) -> int:
    """Removes failed sign-ins of yesterday and before; returns how many."""
    return Attempt.objects.filter(at__lt=clock.now() - timedelta(days=1)).delete()[0]


@every("03:50")
@job()
def forget_sessions(context: Context) -> int:
    """Removes sessions that nobody can come back to; returns how many."""
    return Session.objects.filter(expire_date__lt=clock.now()).delete()[0]

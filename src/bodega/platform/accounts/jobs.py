"""Forgetting sign-ins that failed long ago."""

from __future__ import annotations

from datetime import timedelta

from bodega.lib import clock
from bodega.platform.accounts.models import Attempt
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.declare import every, job


@every("03:45")
@job()
def forget_attempts(context: Context) -> int:
    """Removes failed sign-ins of yesterday and before; returns how many."""
    return Attempt.objects.filter(at__lt=clock.now() - timedelta(days=1)).delete()[0]

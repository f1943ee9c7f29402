"""A copy every night, where the settings ask for some to be kept."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from bodega.platform.copies.backup import backup, name_now, prune
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.declare import every, job
from bodega.platform.jobs.models import Priority


@every("02:10")
@job(lease=600, priority=Priority.LOW)
def back_up(context: Context) -> str:
    """Write a copy and remove all but the newest ones; returns its path, or nothing where none is asked for."""
    if not settings.BODEGA_BACKUP_KEEP:
        return ""
    path = Path(settings.BODEGA_BACKUP_DIR) / name_now()
    backup(path, tell=lambda name, rows: context.progress(rows, text=name))
    prune(path.parent, keep=settings.BODEGA_BACKUP_KEEP)
    return str(path)

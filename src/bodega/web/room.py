"""How much room there is, and how much the database takes."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.db import connection

LOW = 512 * 1024**2
"""Bytes of free disk below which writes are about to be refused."""


def free_space(folder: Path) -> int:
    """Bytes free on the disk of `folder`, or of the nearest folder above it that there is."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def database_size() -> int:
    """Bytes; of SQLite with its write-ahead log."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            size: int = cursor.fetchone()[0]
            return size
    name = str(connection.settings_dict["NAME"])
    return sum(path.stat().st_size for path in (Path(name), Path(f"{name}-wal")) if path.exists())

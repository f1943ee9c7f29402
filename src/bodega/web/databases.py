"""How the two databases are opened."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# Write-ahead log and IMMEDIATE: readers never wait, writers queue instead of failing with "database is locked".
# synchronous=FULL keeps every acknowledged write through a power cut; NORMAL is faster and may lose the last moment.
SQLITE_PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "mmap_size": "268435456",
    "cache_size": "-64000",
    "temp_store": "MEMORY",
    "journal_size_limit": "67108864",
}

# Pages ask many small things: a statement that starts helpers, or compiles itself first, costs more than it saves.
# Disks have no arms any more: by default PostgreSQL would rather read a table from its beginning than use an index.
POSTGRES_OPTIONS = "-c max_parallel_workers_per_gather=0 -c jit=off -c random_page_cost=1.1"

ASKED_BEFORE = 3
"""So often PostgreSQL is asked the same statement before it keeps its plan."""


def database(url: str) -> dict[str, Any]:
    """Django's description of the database at `sqlite:///path` or `postgresql://user:password@host:port/name?option=…`."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path)[1:], options)
    # A pooler between that gives each transaction another connection may lose what was prepared.
    asked = None if options.pop("prepare", "") == "no" else ASKED_BEFORE
    return {
        "ENGINE": "bodega.platform.postgres",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": options.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "application_name": "bodega",
            "options": POSTGRES_OPTIONS,
            "prepare_threshold": asked,
            **options,
        },
    }


def _sqlite(path: str, options: dict[str, str]) -> dict[str, Any]:
    pragmas = SQLITE_PRAGMAS | options
    return {
        "ENGINE": "bodega.platform.sqlite",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "".join(f"PRAGMA {name}={value};" for name, value in pragmas.items()),
        },
    }

"""What can be wrong with an installation, and how it is mended; `bodega doctor` prints it."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.core.checks import Error, run_checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from bodega.kernel.actors import system
from bodega.kernel.models import Parked
from bodega.lib import clock
from bodega.platform.administration import records
from bodega.platform.audit import guard
from bodega.platform.jobs.models import Job, State, Worker
from bodega.surfaces.search.making import is_whole
from bodega.web import assets
from bodega.web.config import Config

GIB = 1024**3
SILENCE = timedelta(minutes=1)


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's: `state` is ok, warn or bad; `mend` says what to do, and is empty where all is well."""

    state: str
    about: str
    text: str
    mend: str = ""


Findings = Iterator[Finding]


def examine(config: Config) -> Findings:
    """Looks at everything, in an order in which what is wrong first explains what is wrong later."""
    yield from at_programs()
    for look in (at_data_dir, at_secret, at_address):
        yield from look(config)
    try:
        yield from at_database()
        behind = [*at_migrations()]
        yield from behind
        if not any(finding.state == "bad" for finding in behind):
            yield from at_tables()
    except DatabaseError as error:
        yield Finding(
            "bad", "database", f"can't be used: {error}".strip(), "check BODEGA_DATABASE_URL and that the server runs"
        )
    yield from at_declarations()
    yield from at_static_files()


def at_programs() -> Findings:
    yield Finding("ok", "python", sys.version.split()[0])
    if sqlite3.sqlite_version_info < (3, 38):
        mend = "use a Python with SQLite 3.38 or newer, or PostgreSQL (BODEGA_DATABASE_URL)"
        yield Finding("bad", "sqlite", f"{sqlite3.sqlite_version} is too old", mend)


def at_data_dir(config: Config) -> Findings:
    folder = config.data_dir
    if not folder.is_dir():
        yield Finding("bad", "data folder", f"{folder} is not there", "run: bodega init")
        return
    try:
        probe = folder / ".doctor"
        probe.touch()
        probe.unlink()
    except OSError as error:
        yield Finding(
            "bad", "data folder", f"{folder} can't be written to: {error.strerror}", f"give this user {folder}"
        )
    free = shutil.disk_usage(folder).free
    state = "bad" if free < GIB // 2 else "warn" if free < 2 * GIB else "ok"
    yield Finding(
        state, "data folder", f"{folder}, {free / GIB:,.1f} GB free", "" if state == "ok" else "make room on this disk"
    )


def at_secret(config: Config) -> Findings:
    if config.secret_key:
        yield Finding("ok", "secret key", "given")
    elif not config.secret_file.exists():
        yield Finding("bad", "secret key", "is not there: every process signs with its own", "run: bodega init")
    elif stat.S_IMODE(config.secret_file.stat().st_mode) & 0o077:
        yield Finding("bad", "secret key", "can be read by others", f"run: chmod 600 {config.secret_file}")
    else:
        yield Finding("ok", "secret key", str(config.secret_file))


def at_address(config: Config) -> Findings:
    is_here = (urlsplit(config.base_url).hostname or "") in ("localhost", "127.0.0.1", "::1")
    if not is_here and not config.is_secure:
        mend = "put a server with HTTPS before it and set BODEGA_BASE_URL to https://…"
        yield Finding("warn", "address", f"{config.base_url}: passwords travel in the clear", mend)
    elif not is_here and config.demo:
        yield Finding("bad", "address", f"{config.base_url}: everybody knows the demo's sign-in", "unset BODEGA_DEMO")
    else:
        yield Finding("ok", "address", config.base_url)


def at_database() -> Findings:
    yield from at_sqlite() if connection.vendor == "sqlite" else at_postgres()


def at_sqlite() -> Findings:
    version, mode = sqlite3.sqlite_version, value_of("PRAGMA journal_mode")
    yield Finding("ok", "database", f"SQLite {version}, {connection.settings_dict['NAME']}")
    if mode != "wal":
        mend = "put the data folder on a local disk: network disks can't keep a write-ahead log"
        yield Finding("bad", "database", f"journal mode is {mode}, not wal", mend)
    if not value_of("PRAGMA foreign_keys"):
        yield Finding("bad", "database", "does not check references", "take foreign_keys out of BODEGA_DATABASE_URL")


def at_postgres() -> Findings:
    number = int(value_of("SHOW server_version_num"))
    yield Finding("ok", "database", f"PostgreSQL {value_of('SHOW server_version')}, {connection.settings_dict['NAME']}")
    if number < 150000:
        yield Finding("bad", "database", "is older than PostgreSQL 15", "upgrade the server")
    if (encoding := value_of("SHOW server_encoding")) != "UTF8":
        yield Finding(
            "bad",
            "database",
            f"its encoding is {encoding}",
            "make it anew: createdb --encoding=UTF8 --template=template0",
        )


def value_of(query: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def at_migrations() -> Findings:
    executor = MigrationExecutor(connection)
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        mend = "run: bodega upgrade (or bodega init, where nothing is there yet)"
        yield Finding("bad", "tables", f"{len(plan)} steps behind this version", mend)
    else:
        yield Finding("ok", "tables", "up to date")


def at_tables() -> Findings:
    admins = records.user.rows(system("bodega doctor")).filter(is_admin=True, is_active=True).count()
    if not admins:
        yield Finding("bad", "people", "nobody is an administrator", "run: bodega user add LOGIN --admin")
    else:
        yield Finding("ok", "people", f"{admins} administrator{'s' if admins > 1 else ''}")
    yield from at_workers()
    if not guard.stands():
        mend = "run: bodega audit guard, and then: bodega audit verify"
        yield Finding("bad", "audit log", "the database would let its entries be changed", mend)
    if not is_whole():
        yield Finding("warn", "search", "not every record was read in yet", "wait for a worker, or run: bodega reindex")


def at_workers() -> Findings:
    alive = Worker.objects.filter(seen_at__gte=clock.now() - SILENCE).count()
    if alive:
        yield Finding("ok", "workers", f"{alive} at work")
    else:
        yield Finding(
            "warn", "workers", "none at work: jobs and reactions wait", "run: bodega serve (or bodega worker)"
        )
    if failed := Job.objects.filter(state=State.FAILED).count():
        yield Finding("warn", "jobs", f"{failed} failed", "see the page of jobs, and try them again there")
    if parked := Parked.objects.count():
        yield Finding(
            "warn", "events", f"{parked} are parked after an error", "see the page of parked events, and try them again"
        )


def at_declarations() -> Findings:
    problems = run_checks()
    for problem in problems:
        state = "bad" if isinstance(problem, Error) or problem.is_serious() else "warn"
        yield Finding(state, "start-up checks", f"{problem.id}: {problem.msg}", problem.hint or "tell the makers")
    if not problems:
        yield Finding("ok", "start-up checks", "nothing found")


def at_static_files() -> Findings:
    needed = ("bodega/", "django_htmx/")
    missing = [part for part in needed if not any(name.startswith(part) for name in assets.files())]
    if missing:
        yield Finding("bad", "static files", f"{' and '.join(missing)} are not there", "install Bodega again")
    else:
        yield Finding("ok", "static files", f"{len(assets.files())}, version {assets.version()}")

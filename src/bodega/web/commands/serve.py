"""`bodega serve`: pages, jobs and the clock under one small supervisor."""

from __future__ import annotations

from argparse import Namespace

from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from bodega.kernel import records
from bodega.kernel.actors import system
from bodega.web.cli import Refusal
from bodega.web.commands.web import open_port
from bodega.web.supervisor import Child, address, supervise, web_children


def run(options: Namespace) -> int:
    with open_port(options.host, options.port) as listening:
        migrate()
        print(f"Bodega is on {address(listening)} (end it with Ctrl-C)", flush=True)
        worker = Child("worker", ["worker", "--supervised", "--threads", str(options.threads)])
        return supervise([*web_children(listening, options.workers), worker])


def migrate() -> None:
    """Brings the tables up to this version; says so, since it may take a while."""
    try:
        executor = MigrationExecutor(connection)
        if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
            print(f"Bringing the database up to date: {len(plan)} steps", flush=True)
            call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as problem:
        raise Refusal(f"the database can't be used: {problem}") from None
    if not records.user.rows(system("bodega serve")).exists():
        print("Nobody can sign in yet. Add an administrator: bodega init", flush=True)
    connection.close()

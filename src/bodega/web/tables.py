"""Whether the database has the tables of this version of the program."""

from __future__ import annotations

from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from bodega.web.cli import Refusal


def steps_behind() -> int:
    """How many migrations are missing. Raises Refusal where the database can't be reached."""
    try:
        executor = MigrationExecutor(connection)
        return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except OperationalError as problem:
        raise Refusal(f"the database can't be used: {str(problem).strip()}") from None


def bring_up_to_date() -> None:
    """Says so where there is something to do, since it may take a while."""
    if steps := steps_behind():
        print(f"Bringing the database up to date: {steps} steps", flush=True)  # noqa: T201  (said to whoever started us)
        call_command("migrate", verbosity=0, interactive=False)


def require_up_to_date() -> None:
    if steps := steps_behind():
        raise Refusal(
            f"the database is {steps} steps behind this version. Bring it up to date: bodega manage migrate"
            " (bodega serve does it by itself)"
        )

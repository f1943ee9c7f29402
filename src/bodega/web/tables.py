"""Whether the database has the tables of this version of the program."""

from __future__ import annotations

from django.core.management import call_command

from bodega.platform.upgrading import steps
from bodega.web.cli import Refusal


def steps_behind() -> int:
    """How many migrations are missing."""
    return len(steps.missing())


def make() -> None:
    """The tables of this version, in a database that has none or has them already."""
    call_command("migrate", verbosity=0, interactive=False)
    steps.write_down()


def make_or_require() -> None:
    """Makes them where there are none; where they are those of an older version, somebody has to say so."""
    if not steps_behind():
        return
    if not steps.is_empty():
        require_up_to_date()
    print("Making the tables", flush=True)  # noqa: T201  (said to whoever started us, since it takes a moment)
    make()


def require_up_to_date() -> None:
    if behind := steps_behind():
        mend = "Make the tables: bodega init" if steps.is_empty() else "Bring it up to date: bodega upgrade"
        raise Refusal(f"the database is {behind} steps behind this version. {mend}")

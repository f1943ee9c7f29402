"""`bodega demo`: loads the sample company, once, where a demo was asked for."""

from __future__ import annotations

from argparse import Namespace
from time import perf_counter

from django.conf import settings
from django.core.management import call_command

from bodega.kernel.actors import system
from bodega.platform.accounts.signing_in import SAMPLE
from bodega.platform.administration import records
from bodega.platform.audit import guard
from bodega.web import tables
from bodega.web.cli import Refusal
from bodega.web.sample.company import PASSWORD
from bodega.web.sample.load import load


def run(options: Namespace) -> int:
    if not settings.BODEGA_DEMO:
        raise Refusal("the sample company is for a demo only: set BODEGA_DEMO=yes. For your own data: bodega init")
    tables.make_or_require()
    was_there = is_there()
    if was_there and not options.reset:
        print("The sample company is there, as it was left")
    else:
        load_it(throw_away=was_there)
    print(f"Sign in at {settings.BODEGA_BASE_URL} as anna@example.com with the password {PASSWORD}")
    return 0


def is_there() -> bool:
    """Whether the sample company works here. Raises Refusal where other people do: it doesn't mix with real data."""
    people = records.user.rows(system("bodega demo"))
    if people.filter(external_id__startswith=SAMPLE).exists():
        return True
    if people.exists():
        raise Refusal("people work with this installation. Give the demo a folder of its own: BODEGA_DATA_DIR=demo")
    return False


def load_it(*, throw_away: bool) -> None:
    started = perf_counter()
    if throw_away:
        print("Throwing away what is there")
        with guard.lifted():
            call_command("flush", verbosity=0, interactive=False)
    load(lambda step: print(step, flush=True))
    print(f"Loaded in {perf_counter() - started:.0f} s")

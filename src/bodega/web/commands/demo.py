"""`bodega demo`: loads the sample company, once."""

from __future__ import annotations

from argparse import Namespace
from time import perf_counter

from django.conf import settings
from django.core.management import call_command

from bodega.web import tables
from bodega.web.cli import Refusal
from bodega.web.sample.company import PASSWORD
from bodega.web.sample.load import NotHere, is_there, load, require_demo


def run(options: Namespace) -> int:
    try:
        require_demo()
        tables.bring_up_to_date()
        was_there = is_there()
    except NotHere as why:
        raise Refusal(str(why)) from None
    if was_there and not options.reset:
        print("The sample company is there, as it was left")
    else:
        load_it(throw_away=was_there)
    print(f"Sign in at {settings.BODEGA_BASE_URL} as anna@example.com with the password {PASSWORD}")
    return 0


def load_it(*, throw_away: bool) -> None:
    started = perf_counter()
    if throw_away:
        print("Throwing away what is there")
        call_command("flush", verbosity=0, interactive=False)
    load(print)
    print(f"Loaded in {perf_counter() - started:.0f} s")

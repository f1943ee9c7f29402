"""`bodega demo`: loads the sample company, once."""

from __future__ import annotations

from argparse import Namespace
from time import perf_counter

from django.conf import settings
from django.core.management import call_command

from bodega.web.cli import Refusal
from bodega.web.sample.company import PASSWORD
from bodega.web.sample.load import NotHere, load


def run(options: Namespace) -> int:
    started = perf_counter()
    print("Making the tables")
    call_command("migrate", verbosity=0, interactive=False)
    try:
        is_new = load(print)
    except NotHere as why:
        raise Refusal(str(why)) from None
    print(f"Loaded in {perf_counter() - started:.0f} s" if is_new else "The sample company is there, as it was left")
    print(f"Sign in at {settings.BODEGA_BASE_URL} as anna@example.com with the password {PASSWORD}")
    return 0

"""`bodega init`: an empty installation with its first administrator; asks nothing where there is no terminal."""

from __future__ import annotations

import sys
from argparse import Namespace

from django.db import connection

from bodega.kernel.actors import system
from bodega.platform.accounts import actions as accounts
from bodega.platform.administration import records
from bodega.platform.seeding import seed_everything
from bodega.web import tables
from bodega.web.cli import Refusal
from bodega.web.commands.user import asked_password, told

ACTOR = system("bodega init", surface="command")


def run(options: Namespace) -> int:
    print(f"Making the tables in {place()}")
    tables.make()
    if people := records.user.rows(ACTOR).filter(is_active=True).count():
        raise Refusal(
            f"there is an installation here already, and {people} may sign in. Add more: bodega user add LOGIN"
        )
    login = options.login or asked("Sign-in name of the administrator", default="admin")
    name = options.name or asked("Their name", default=login)
    password, is_random = asked_password(options.password)
    seed_everything(actor=ACTOR)
    with told():
        accounts.add(login, name=name, password=password, is_admin=True, actor=ACTOR)
    print(f"{name} may sign in as {login}" + (f" with the password {password} (shown once)" if is_random else ""))
    print("Start with: bodega serve")
    return 0


def place() -> str:
    about = connection.settings_dict
    return str(
        about["NAME"] if connection.vendor == "sqlite" else f"{about['NAME']} on {about['HOST'] or 'this machine'}"
    )


def asked(question: str, *, default: str) -> str:
    if not sys.stdin.isatty():
        return default
    return input(f"{question} [{default}]: ").strip() or default

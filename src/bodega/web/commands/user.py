"""`bodega user`: adds people, lists them, changes a password, ends an access."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from getpass import getpass

from django.core.exceptions import ValidationError

from bodega.kernel.actors import User, system
from bodega.platform.accounts import actions as accounts
from bodega.platform.administration import records
from bodega.web.cli import Refusal

ACTOR = system("bodega user", surface="command")


def run(options: Namespace) -> int:
    with told():
        return TODO[options.todo](options)


def list_people(options: Namespace) -> int:
    for user in records.user.rows(ACTOR).order_by("name_key", "pk"):
        notes = [
            note for note, is_so in (("administrator", user.is_admin), ("may not sign in", not user.is_active)) if is_so
        ]
        print(f"{user.login:32}{user.name}" + (f" ({', '.join(notes)})" if notes else ""))
    return 0


def add(options: Namespace) -> int:
    password, is_random = asked_password(options.password)
    name = options.name or options.login
    accounts.add(options.login, name=name, email=options.email, is_admin=options.admin, password=password, actor=ACTOR)
    return say(f"{name} may sign in as {options.login}", password if is_random else "")


def change_password(options: Namespace) -> int:
    user = found(options.login)
    password, is_random = asked_password(options.password)
    accounts.set_password(user, password=password, actor=ACTOR)
    return say(f"{user.name} has a new password", password if is_random else "")


def deactivate(options: Namespace) -> int:
    user = accounts.set_active(found(options.login), is_active=False, actor=ACTOR)
    return say(f"{user.name} may no longer sign in")


def activate(options: Namespace) -> int:
    user = accounts.set_active(found(options.login), is_active=True, actor=ACTOR)
    return say(f"{user.name} may sign in again")


TODO: dict[str, Callable[[Namespace], int]] = {
    "list": list_people, "add": add, "password": change_password, "deactivate": deactivate, "activate": activate,
}  # fmt: skip


def say(done: str, password: str = "") -> int:
    print(done + (f" with the password {password} (shown once)" if password else ""))
    return 0


def found(login: str) -> User:
    if user := accounts.person(login):
        return user
    raise Refusal(f"nobody signs in as '{login}'. `bodega user list` shows who does.")


def asked_password(given: str | None) -> tuple[str, bool]:
    """The password, and whether it is a random one that must be shown: given, typed at the terminal, or made."""
    if given is not None:
        return given, False
    if sys.stdin.isatty() and (typed := getpass("Password (empty for a random one): ")):
        return typed, False
    return accounts.random_password(), True


@contextmanager
def told() -> Iterator[None]:
    """Says what was refused in words for the terminal."""
    try:
        yield
    except ValidationError as error:
        by_field = error.message_dict if hasattr(error, "error_dict") else {"password": error.messages}
        raise Refusal("; ".join(f"{field}: {' '.join(words)}" for field, words in by_field.items())) from None

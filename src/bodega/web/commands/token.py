"""`bodega token`: makes, lists and ends the tokens by which programs use the API."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from datetime import datetime, timedelta

from bodega.kernel.actors import system
from bodega.kernel.scope import scope
from bodega.lib import clock
from bodega.platform.tokens import actions
from bodega.web.cli import Refusal
from bodega.web.commands.user import found, told

ACTOR = system("bodega token", surface="command")


def run(options: Namespace) -> int:
    with told(), scope():
        return TODO[options.todo](options)


def list_tokens(options: Namespace) -> int:
    user = found(options.login) if options.login else None
    for token in actions.live(actor=ACTOR, user=user):
        may = "read and write" if token.may_write else "read"
        types = f" {' '.join(token.types)}" if token.types else ""
        used, until = day(token.used_at) or "never", day(token.expires_at) or "it is ended"
        told = f"{may}{types}, last used {used}, good until {until}"
        print(f"{token.pk:<6}{token.prefix}…  {token.user.login:24}{token.name} ({told})")
    return 0


def day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""


def add(options: Namespace) -> int:
    until = clock.now() + timedelta(days=options.days) if options.days else None
    token, secret = actions.make(
        found(options.login),
        name=options.name,
        may_write=options.write,
        types=options.types.split(),
        expires_at=until,
        actor=ACTOR,
    )
    print(f"Token {token.pk} for {options.login}, shown once:\n{secret}")
    return 0


def end(options: Namespace) -> int:
    token = actions.live(actor=ACTOR).filter(pk=options.id).first()
    if token is None:
        raise Refusal(f"there is no token {options.id}. `bodega token list` shows those there are.")
    actions.end(token, actor=ACTOR)
    print(f"Nobody comes in by “{token.name}” any more")
    return 0


TODO: dict[str, Callable[[Namespace], int]] = {"list": list_tokens, "add": add, "end": end}

"""Who comes in by a token, and with which rights."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.db import DatabaseError, transaction

from bodega.kernel.actors import RIGHTS, VERBS, Actor, Levels, User, actor_of
from bodega.kernel.scope import arranged
from bodega.lib import clock
from bodega.platform.accounts import signing_in
from bodega.platform.audit import log as audit
from bodega.platform.tokens.actions import digest, told
from bodega.platform.tokens.models import Token

logger = logging.getLogger(__name__)
LATELY = timedelta(minutes=1)
"""A token's last use is written down no more often than this."""


def bearer(secret: str, *, address: str) -> tuple[User, Actor] | None:
    """The person whose token it is, as far as the token goes; None for a wrong, ended or expired one.

    Raises signing_in.TooMany where too many wrong ones came from this address.
    """
    hashed = digest(secret)
    token = token_of(hashed)
    now = clock.now()
    if token is None or (token.expires_at and token.expires_at <= now):
        signing_in.refuse_guessing(hashed, address)
        known = token or Token.objects.select_related("user").filter(digest=hashed).first()
        about = audit.of_user(known.user) if known else audit.NOTHING
        signing_in.refuse(hashed, address, surface="api", about=about, **(told(known) if known else {}))
        return None
    if not signing_in.Backend().user_can_authenticate(token.user):
        return None
    if token.used_at is None or token.used_at < now - LATELY:
        note_use(token)
    actor = actor_of(token.user, surface="api")
    return token.user, narrowed(actor=actor, may_write=token.may_write, types=token.types)


def token_of(hashed: str) -> Token | None:
    """The token with that digest and its person: asked for once, as ending one changes what administrators arrange."""
    found: dict[str, Token] = arranged("tokens", dict)
    if hashed not in found:
        token = Token.objects.select_related("user").filter(digest=hashed, ended_at=None).first()
        if token is None:
            return None
        found[hashed] = token
    return found[hashed]


def note_use(token: Token) -> None:
    """Write down that it was used. What was asked for is answered even where nothing can be written."""
    try:
        with transaction.atomic():
            token.used_at = clock.now()
            Token.objects.filter(pk=token.pk).update(used_at=token.used_at)
    except DatabaseError as error:
        logger.warning("use of a token not noted", extra={"token": token.pk, "why": type(error).__name__})


def narrowed(*, actor: Actor, may_write: bool, types: Sequence[str]) -> Actor:
    """The actor with fewer rights: every door narrows with them, so no list, count or reference tells more."""
    if may_write and not types:
        return actor
    everything = {"*": dict.fromkeys((*VERBS, *RIGHTS), frozenset({"all"}))}
    levels: Levels = everything if actor.is_admin else actor.levels
    return actor.via(is_admin=False, levels=levels, types=frozenset(types), only_reads=not may_write)

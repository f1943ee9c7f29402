"""Making a token, which is shown once, and ending one."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bodega.kernel import registry
from bodega.kernel.actors import User
from bodega.kernel.scope import rearranged
from bodega.lib import clock
from bodega.platform.audit import log as audit
from bodega.platform.tokens.models import Token

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

logger = logging.getLogger(__name__)
MARK = "bodega_"
"""How every token begins, so that programs which look for secrets in the wrong places know one."""
SHOWN = len(MARK) + 6


@transaction.atomic
def make(
    user: User,
    *,
    name: str,
    actor: Actor,
    may_write: bool = False,
    types: Sequence[str] = (),
    expires_at: datetime | None = None,
) -> tuple[Token, str]:
    """A new token of that person and its secret, 256 random bits that are kept nowhere. Raises ValidationError."""
    require_own(user.pk, actor=actor)
    unknown = {*types} - {type_.key for type_ in registry.every_type()}
    if unknown:
        raise ValidationError({"types": _("There is no record type “%(type)s”.") % {"type": min(unknown)}})
    if not name.strip():
        raise ValidationError({"name": _("Say what the token is for.")})
    secret = MARK + secrets.token_urlsafe(32)
    made = Token.objects.create(
        user=user, name=name.strip()[:100], prefix=secret[:SHOWN], digest=digest(secret), may_write=may_write,
        types=[*types], made_at=clock.now(), expires_at=expires_at,
    )  # fmt: skip
    details = {**told(made), "may_write": may_write, "types": [*types], "until": expires_at and expires_at.isoformat()}
    audit.note(audit.Kind.TOKEN_MADE, actor=actor, about=audit.of_user(user), details=details)
    logger.info("token made", extra={"token": made.pk, "user": user.pk})
    return made, secret


def end(token: Token, *, actor: Actor) -> None:
    """From now on nobody comes in by it."""
    require_own(token.user_id, actor=actor)
    with transaction.atomic():
        Token.objects.filter(pk=token.pk, ended_at=None).update(ended_at=clock.now())
        audit.note(audit.Kind.TOKEN_ENDED, actor=actor, about=audit.of_user(token.user), details=told(token))
        rearranged()
    logger.info("token ended", extra={"token": token.pk, "user": token.user_id})


def told(token: Token) -> dict[str, Any]:
    """What the audit log calls it."""
    return {"token": token.pk, "name": token.name, "prefix": token.prefix}


def live(*, actor: Actor, user: User | None = None) -> QuerySet[Token]:
    """The tokens that have not been ended, the newest first: of one person, or of everybody."""
    if user is not None or not actor.is_admin:
        require_own(user.pk if user else None, actor=actor)
    found = Token.objects.filter(ended_at=None).select_related("user").order_by("-pk")
    return found.filter(user=user) if user else found


def require_own(user_id: int | None, *, actor: Actor) -> None:
    if not actor.is_admin and (user_id is None or actor.user_id != user_id):
        raise PermissionDenied(_("This is another person's token."))


def digest(secret: str) -> str:
    """What is stored of a secret. It has 256 random bits, so that a slow hash would protect nothing further."""
    return hashlib.sha256(secret.encode()).hexdigest()

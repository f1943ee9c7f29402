"""Looking at the program as somebody else: an administrator, for an hour at most, without changing anything."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bodega.kernel import access
from bodega.kernel.actors import Actor, User
from bodega.lib import clock
from bodega.platform.accounts.signing_in import looked_up
from bodega.platform.administration import records
from bodega.platform.audit import log as audit

LONGEST = timedelta(hours=1)
KEY = "looking as"
"""Under this name a session has whose eyes it looks through, and until when: seconds since 1970."""

Kept = MutableMapping[str, Any]
"""What a session keeps."""


class Looking(NamedTuple):
    """An administrator, and whose eyes they look through. That person is called by both names meanwhile, so that
    whatever is recorded tells of both; `name` is their own."""

    looker: User
    person: User
    name: str


@transaction.atomic
def begin(session: Kept, user: User, *, actor: Actor) -> None:
    """From the next request on the session shows what this person sees. Raises PermissionDenied, ValidationError."""
    access.require(records.user, actor, "change")
    if user.pk == actor.user_id:
        raise ValidationError(_("This is you: you see it as you do already."))
    if not user.is_active:
        raise ValidationError(_("%(name)s can no longer sign in, and sees nothing.") % {"name": user.name})
    session[KEY] = [user.pk, (clock.now() + LONGEST).timestamp()]
    audit.note(audit.Kind.LOOKING_AS, actor=actor, about=audit.of_user(user))


def in_session(session: Kept, looker: User) -> Looking | None:
    """Whose eyes the session looks through now: nobody's once the hour is over, or one of the two may not any more."""
    pk, until = session.get(KEY) or (None, 0)
    if pk is None or until < clock.now().timestamp() or not (looker.is_active and looker.is_admin):
        return None
    person = looked_up(pk)
    if person is None or not person.is_active or person.deleted_at:
        return None
    name, person.name = person.name, _("%(who)s as %(name)s") % {"who": looker.name, "name": person.name}
    return Looking(looker, person, name)


@transaction.atomic
def end(session: Kept, looking: Looking, *, actor: Actor) -> None:
    """Back to one's own eyes."""
    session.pop(KEY, None)
    about = audit.About(records.user.key, looking.person.pk, looking.name)
    audit.note(audit.Kind.LOOKED_AS, actor=actor, about=about)

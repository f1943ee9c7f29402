"""Adding people who may sign in, their passwords, ending and reopening an access, handing their records over."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bodega.kernel import access, change, registry
from bodega.kernel.actors import Actor, User, system
from bodega.kernel.record import RecordType
from bodega.platform.accounts.models import Session
from bodega.platform.accounts.signing_in import SAMPLE
from bodega.platform.administration import records
from bodega.platform.audit import log as audit


def person(login: str) -> User | None:
    """The person with that sign-in name, in whatever case it is written."""
    return User.objects.filter(login__iexact=login.strip()).first()


@transaction.atomic
def add(login: str, *, name: str, actor: Actor, password: str = "", email: str = "", is_admin: bool = False) -> User:
    """A new person; without a password they get in by a link. Raises ValidationError, by field, or of the password."""
    if person(login):
        raise ValidationError({"login": _("Somebody signs in with this name already.")})
    values = {"login": login, "name": name, "email": email, "is_admin": is_admin}
    user: User = change.create(records.user, values, actor=actor)
    if password:
        set_password(user, password=password, actor=actor)
    return user


@transaction.atomic
def set_password(user: User, *, password: str, actor: Actor) -> None:
    """Gives a person a new password, which ends their sessions. Past the history, which must not hold it.

    Raises ValidationError where the password is too easy to guess.
    """
    if actor.user_id != user.pk:
        access.require(records.user, actor, "change")
    validate_password(password, user)
    User.objects.filter(pk=user.pk).update(password=make_password(password))
    audit.note(audit.Kind.PASSWORD_CHANGED, actor=actor, about=audit.of_user(user))


def share_password(user_ids: Collection[int], *, password: str, actor: Actor) -> None:
    """Gives the people of a sample company one password that everybody knows, hashed once; it works in a demo only."""
    access.require(records.user, actor, "change")
    sample = User.objects.filter(pk__in=user_ids, external_id__startswith=SAMPLE)
    sample.update(password=make_password(password))
    audit.note(audit.Kind.PASSWORD_CHANGED, actor=actor, details={"users": [*user_ids]})


def link_token(user: User, *, actor: Actor) -> str:
    """What lets the person choose a password once, for three days or until they have signed in."""
    access.require(records.user, actor, "change")
    audit.note(audit.Kind.LINK_MADE, actor=actor, about=audit.of_user(user))
    return default_token_generator.make_token(user)


def invited(user_id: int, token: str) -> User | None:
    """Whose link it is, as long as it is good."""
    user = User.objects.filter(pk=user_id, is_active=True, deleted_at=None).first()
    return user if user and default_token_generator.check_token(user, token) else None


@transaction.atomic
def set_active(user: User, *, is_active: bool, actor: Actor) -> User:
    """Ends a person's access and their sessions, or opens it again; what they did stays theirs."""
    changed: User = change.save(user, {"is_active": is_active}, type_=records.user, actor=actor)
    if not is_active:
        Session.objects.filter(user=user).delete()
    return changed


def owned(user: User, *, actor: Actor) -> list[tuple[RecordType, int]]:
    """How many records of each type the person owns."""
    types = [one for one in registry.every_type() if "owner" in one.fields() and not one.admin and not one.covers]
    counts = [(one, one.rows(actor).filter(owner=user).count()) for one in types]
    return [(one, count) for one, count in counts if count]


def random_password() -> str:
    return secrets.token_urlsafe(16)


def arrange(user: User, *, language: str, time_zone: str, actor: Actor) -> User:
    """How a person's own pages are: theirs to choose, whatever they may change of others."""
    own = system(actor.name, surface=actor.surface, on_behalf_of=actor)
    values = {"language": language, "time_zone": time_zone}
    arranged: User = change.save(user, values, type_=records.user, actor=own)
    return arranged

"""Who may sign in: adding people, their passwords, ending and reopening an access."""

from __future__ import annotations

import secrets

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bodega.kernel import access, change, records
from bodega.kernel.actors import Actor, User


def person(login: str) -> User | None:
    """The person with that sign-in name, in whatever case it is written."""
    return User.objects.filter(login__iexact=login.strip()).first()


@transaction.atomic
def add(login: str, *, name: str, password: str, actor: Actor, email: str = "", is_admin: bool = False) -> User:
    """A new person who may sign in. Raises ValidationError, by field; what is wrong with the password is under no field."""
    if person(login):
        raise ValidationError({"login": _("Somebody signs in with this name already.")})
    values = {"login": login, "name": name, "email": email, "is_admin": is_admin}
    user: User = change.create(records.user, values, actor=actor)
    set_password(user, password=password, actor=actor)
    return user


@transaction.atomic
def set_password(user: User, *, password: str, actor: Actor) -> None:
    """Gives a person a new password, which ends their sessions. Past the history, which must not hold it.

    Raises ValidationError where the password is too easy to guess.
    """
    access.require(records.user, actor, "change")
    validate_password(password, user)
    User.objects.filter(pk=user.pk).update(password=make_password(password))


def set_active(user: User, *, is_active: bool, actor: Actor) -> User:
    """Ends a person's access, or opens it again; what they did stays theirs."""
    changed: User = change.save(user, {"is_active": is_active}, type_=records.user, actor=actor)
    return changed


def random_password() -> str:
    return secrets.token_urlsafe(12)

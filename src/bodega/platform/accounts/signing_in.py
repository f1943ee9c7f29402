"""Signing in: who may, and how often one may try. Counted in the database, so that all processes count together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from math import ceil
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.backends import ModelBackend
from django.db import transaction
from django.db.models import BigIntegerField, Count, Min, Q, QuerySet, Subquery
from django.utils.crypto import salted_hmac

from bodega.kernel.actors import User, actor_of
from bodega.kernel.raw import Slot, Statement, columns_of, instance
from bodega.kernel.scope import arrangement, remembered
from bodega.lib import clock
from bodega.platform.accounts.models import Attempt
from bodega.platform.audit import log as audit

WINDOW = timedelta(minutes=15)
PER_PERSON, PER_LOGIN, PER_ADDRESS = 8, 60, 60
"""Failures within the window: of one name from one address, of one name from anywhere, from one address for any name.
The second is high, so that nobody can lock somebody else out by guessing a few times."""
UNTIL, FROM = "until", "from"
"""Under these names a session has when it ends, however much it is used, and the address it was begun from."""
SAMPLE = "sample:"
"""The external ids of the sample company's people begin so; their passwords are known to everybody."""


class TooMany(Exception):
    """Too many failures; `minutes` is how long to wait."""

    def __init__(self, minutes: int) -> None:
        super().__init__(minutes)
        self.minutes = minutes


class Backend(ModelBackend):
    """Who may sign in: people who are active, not in the trash, and not of a sample company that nobody asked for."""

    def user_can_authenticate(self, user: Any) -> bool:
        is_sample = user.external_id.startswith(SAMPLE) and not settings.BODEGA_DEMO
        return bool(user.is_active and user.deleted_at is None and not is_sample)

    def get_user(self, user_id: int) -> User | None:
        """The person of a session, who came with it; or looked up."""
        user = remembered(("person", user_id), lambda: looked_up(user_id))
        return user if user and self.user_can_authenticate(user) else None


def looked_up(user_id: int) -> User | None:
    return next(map(person_of, person().ask(pk=user_id)), None)


@cache
def person() -> Statement:
    """A row of everything, made into SQL once."""
    rows = User.objects.filter(pk=Slot("pk", output_field=BigIntegerField()))
    return Statement(with_arrangement(rows), personal())


def personal(before: str = "") -> list[str]:
    """The columns that make a person, and the number by which a request knows whether an administrator has changed
    anything."""
    return [*(before + name for name in columns_of(User)), "arrangement"]


def with_arrangement(rows: QuerySet[Any]) -> Any:
    return rows.annotate(arrangement=Subquery(arrangement().values("version")))


def person_of(row: Sequence[Any]) -> User:
    """Who stands in a row of `personal` columns."""
    user: User = instance(User, dict(zip(columns_of(User), row, strict=False)))
    user.arranged = row[-1]
    return user


def sign_in(given: str, password: str, *, address: str) -> User | None:
    """The person with that name and password, or None, whichever of the two is wrong. Raises TooMany."""
    given = given.replace("\0", "").strip()
    name = guessed(given)
    refuse_guessing(name, address)
    user = authenticate(username=given, password=password)
    if isinstance(user, User):
        Attempt.objects.filter(login=name, address=address).delete()
        return user
    meant = User.objects.filter(login__iexact=given).first()
    refuse(name, address, surface="page", about=audit.of_user(meant) if meant else audit.NOTHING)
    return None


def knows_password(user: User, password: str, *, address: str) -> bool:
    """Whether who has signed in knows the password as well: guessing it is as slow as before. Raises TooMany."""
    name = guessed(user.login)
    refuse_guessing(name, address)
    if user.check_password(password):
        return True
    refuse(name, address, surface="page", about=audit.of_user(user))
    return False


def guessed(given: str) -> str:
    """What is kept of a name that failed."""
    return salted_hmac("sign-in", given.lower(), algorithm="sha256").hexdigest()


@transaction.atomic
def refuse(guess: str, address: str, *, surface: str, about: audit.About, **details: Any) -> None:
    """Count a failure and write it down; not what was typed, which may have been a password."""
    Attempt.objects.create(login=guess, address=address, at=clock.now())
    audit.note(audit.Kind.REFUSED, actor=None, surface=surface, about=about, details=details)


@transaction.atomic
def begin(request: Any, user: User) -> None:
    """From here on the browser is this person's, which is written down."""
    request.session.flush()  # whoever signs in again begins anew; Django would keep the key
    login(request, user)
    request.session[FROM] = request.META.get("REMOTE_ADDR", "")
    audit.note(audit.Kind.SIGNED_IN, actor=actor_of(user))


@transaction.atomic
def end(request: Any) -> None:
    """From here on the browser is nobody's."""
    audit.note(audit.Kind.SIGNED_OUT, actor=actor_of(request.user))
    logout(request)


def refuse_guessing(name: str, address: str) -> None:
    recent = Attempt.objects.filter(at__gt=clock.now() - WINDOW)
    counts = recent.filter(Q(login=name) | Q(address=address)).aggregate(
        person=Count("pk", filter=Q(login=name, address=address)),
        login=Count("pk", filter=Q(login=name)),
        address=Count("pk", filter=Q(address=address)),
        first=Min("at"),
    )
    if counts["person"] >= PER_PERSON or counts["login"] >= PER_LOGIN or counts["address"] >= PER_ADDRESS:
        raise TooMany(minutes_left(counts["first"]))


def minutes_left(first: datetime) -> int:
    return max(1, ceil((first + WINDOW - clock.now()).total_seconds() / 60))

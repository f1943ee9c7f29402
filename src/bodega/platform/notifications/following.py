"""Following a record: being told of what happens to it, as long as one may see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import BigIntegerField, Case, TextField, When
from django.utils.translation import gettext as _

from bodega.kernel import access
from bodega.kernel.actors import Actor, User, actor_of
from bodega.kernel.drafts import Gone
from bodega.kernel.raw import Slot, Statement
from bodega.kernel.record import RecordType
from bodega.platform.notifications.models import Follow

MOST = 20
"""Followers that are shown."""


def follow(type_: RecordType, pk: int, *, actor: Actor) -> None:
    """From now on. Raises Gone for what one may not see."""
    if not type_.raw([pk], ["id"], actor=actor):
        raise Gone(_("There is no such record that you may see."))
    if actor.user_id is None:
        raise PermissionDenied(_("Only people follow records."))
    Follow.objects.bulk_create([Follow(user_id=actor.user_id, type=type_.key, record_id=pk)], ignore_conflicts=True)


def enlist(type_key: str, followers: Iterable[tuple[int, int]]) -> None:
    """By number and person: who hears of a record from now on, as they take part in it."""
    rows = [Follow(user_id=user, type=type_key, record_id=pk) for pk, user in sorted(followers)]
    Follow.objects.bulk_create(rows, ignore_conflicts=True)


def unfollow(type_: RecordType, pk: int, *, actor: Actor) -> None:
    """Also of what one may not see any more."""
    Follow.objects.filter(user_id=actor.user_id or 0, type=type_.key, record_id=pk).delete()


def followers(type_: RecordType, record: Any) -> list[User]:
    """Who follows a record, and still may see it, by name (three queries; one, where nobody does)."""
    ids = [user for (user,) in following().ask(type=type_.key, record=record.pk)]
    found = {user.pk: user for user in User.objects.filter(pk__in=ids)} if ids else {}
    return seeing([found[pk] for pk in ids], type_, record)


@cache
def following() -> Statement:
    """The ids of those who follow a record and are still here, by name."""
    kind, pk = Slot("type", output_field=TextField()), Slot("record", output_field=BigIntegerField())
    rows = Follow.objects.filter(type=kind, record_id=pk, user__is_active=True, user__deleted_at=None)
    return Statement(rows.order_by("user__name_key", "user_id")[:MOST], ["user_id"])


def seeing(users: Sequence[User], type_: RecordType, record: Any) -> list[User]:
    """Those of the people who may see the record, asked for all of them at once."""
    conditions = {f"u{user.pk}": access.visible(type_, actor_of(user), deleted=True) for user in users}
    asked = {name: Case(When(one, then=True), default=False) for name, one in conditions.items() if one}
    told = type_.every().filter(pk=record.pk).values(**asked).get() if asked else {}
    return [user for user in users if told.get(f"u{user.pk}", True)]

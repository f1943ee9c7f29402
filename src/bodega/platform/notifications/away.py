"""While somebody is away, a deputy hears of what they would have heard, as far as the deputy may see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from django.conf import settings

from bodega.kernel.actors import User
from bodega.lib import clock
from bodega.platform.notifications.models import ASSIGNED, DEPUTISED, DUE, REMINDED, SOON, Notification

AWAY = "away"
"""Under this name a person's preferences hold `first` and `last` day away, and the number of the `deputy`."""
PASSED_ON = frozenset({ASSIGNED, DUE, SOON, REMINDED})


def deputy_of(user: User) -> int | None:
    """Who stands in for somebody today."""
    held = user.preferences.get(AWAY) or {}
    today = clock.today(ZoneInfo(user.time_zone or settings.TIME_ZONE)).isoformat()
    return held["deputy"] if held and held["first"] <= today <= held["last"] else None


def for_deputies(rows: Sequence[Notification]) -> Iterator[Notification]:
    """What deputies hear: the same, and for whom. A deputy who is away passes nothing on."""
    passed = [(deputy, row) for row in rows if row.kind in PASSED_ON and (deputy := deputy_of(row.user))]
    if not passed:
        return
    there = {
        user.pk: user
        for user in User.objects.filter(pk__in={pk for pk, _row in passed}, is_active=True, deleted_at=None)
    }
    for deputy, row in passed:
        if deputy in there:
            yield Notification(
                user=there[deputy], kind=DEPUTISED, once=f"{row.once[:60]}:for:{row.user.pk}", at=row.at, type=row.type,
                record_id=row.record_id, about_type=row.about_type, about_id=row.about_id, by_id=row.user.pk,
                by=row.user.name, many=row.many, text=row.text, url=row.url,
            )  # fmt: skip

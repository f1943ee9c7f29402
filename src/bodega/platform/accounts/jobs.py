"""Handing over what somebody owned, and forgetting sign-ins that failed long ago."""

from __future__ import annotations

from datetime import timedelta

from bodega.kernel import change
from bodega.kernel.actors import User, actor_of
from bodega.kernel.drafts import Draft
from bodega.lib import clock
from bodega.platform.accounts.actions import owned
from bodega.platform.accounts.models import Attempt
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.declare import every, job

CHUNK = 2_000


@every("03:45")
@job()
def forget_attempts(context: Context) -> int:
    """Removes failed sign-ins of yesterday and before; returns how many."""
    return Attempt.objects.filter(at__lt=clock.now() - timedelta(days=1)).delete()[0]


@job()
def hand_over(context: Context, *, user_id: int, to_id: int, by_id: int) -> int:
    """Gives all that one person owns to another, as one batch that can be taken back; returns how many records."""
    people = User.objects.in_bulk([user_id, to_id, by_id])
    actor = actor_of(people[by_id], surface="job", batch=f"handover:{user_id}:{context.job.pk}")
    waiting = owned(people[user_id], actor=actor)
    total, done = sum(count for _type, count in waiting), 0
    for type_, _count in waiting:
        rows = type_.rows(actor, "change").filter(owner=user_id).order_by("pk").values_list("pk", flat=True)
        after = 0
        while ids := [*rows.filter(pk__gt=after)[:CHUNK]]:
            change.save_many(type_, [Draft(pk, {"owner": to_id}) for pk in ids], actor=actor)
            done, after = done + len(ids), ids[-1]
            context.progress(done, total=total, text=str(type_.plural))
    return done

"""What the pages leave to the background: a change to more records than a person waits for."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from bodega.kernel import change, history, query, registry
from bodega.kernel.actors import Actor, actor_of, system
from bodega.kernel.drafts import Draft
from bodega.kernel.record import RecordType
from bodega.kernel.scope import look_again
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.declare import job
from bodega.platform.jobs.models import Priority
from bodega.platform.notifications import telling
from bodega.surfaces.html.deeds import DEEDS

CHUNK = 100
"""Records of one transaction: whoever writes one of them meanwhile, or on SQLite any other, waits for it."""


def on_behalf(user: int, *, batch: str = "") -> Actor:
    """Whoever asked for it, with the rights they have now; asked again for each step of what takes long."""
    look_again()
    person = registry.type_of("kernel.user").rows(system("bulk")).get(pk=user)
    return actor_of(person, surface="bulk", batch=batch)


@job(priority=Priority.LOW)
def undo_many(context: Context, *, batch: str, user: int) -> int:
    """Take back all that was done in a batch; may be run again. Returns how many records are as they were."""

    def tell(done: int, total: int) -> None:
        context.progress(done, total=total)

    return history.undo_batch(batch, actor=on_behalf(user), progress=tell).records


@job(priority=Priority.LOW)
def do_to_many(
    context: Context, *, type_key: str, question: Any, act: str, values: dict[str, Any], user: int, batch: str
) -> dict[str, int]:
    """Change or delete all that a question means, with the rights that its user has now; may be run again.

    Walks by id, so that what is changed does not move the walk. Returns how many were done, how many could not be, and
    the number of its last change.
    """
    total, last, before = 0, 0, history.written(batch)
    done = {"changed": 0, "problems": 0, "act": 0}
    while True:
        actor = on_behalf(user, batch=batch)
        type_ = registry.type_for(type_key, actor=actor)
        rows = query.ask(type_, query.Question.from_json(question), actor=actor).order_by("pk")
        total = total or rows.count()
        if not (ids := [*rows.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]]):
            tell(context, type_, user, done["changed"], actor=actor)
            return done
        found = do(type_, ids, act, values, before=before, actor=actor)
        done["changed"] += len(found.changed) + len(found.created)
        done["problems"] += len(found.problems)
        done["act"] = max([done["act"], *found.change_ids])
        last = ids[-1]
        context.progress(done["changed"] + done["problems"], total=total, text=str(type_.plural))


def tell(context: Context, type_: RecordType, user: int, many: int, *, actor: Actor) -> None:
    """Whoever asked for it hears that it is done."""
    with translation.override(actor.language):
        text = _("%(plural)s: %(n)s changed") % {"plural": type_.plural, "n": many}
        telling.finished(user, text, f"/{type_.slug}/", once=f"job:{context.job.pk}")


def do(
    type_: RecordType, ids: Sequence[int], act: str, values: Mapping[str, Any], *, before: Sequence[Any], actor: Actor
) -> change.Outcome:
    """An action of the type, what an app brought, `delete`, or a change to these values in their JSON form."""
    doing = next((action for action in type_.actions if action.name == act), None)
    if doing:
        done: change.Outcome = doing(ids, actor=actor)
        return done
    if deed := DEEDS.get(act):
        read = {kind.name: kind.from_json(values[kind.name]) for kind in deed.kinds(sys.maxsize)}
        return deed.do(type_, ids, read, before=before, actor=actor)
    if act == "delete":
        return change.delete(type_, ids, actor=actor)
    known = {name: kind for name, kind in type_.fields().items() if kind.entered}
    given = {name: known[name].from_json(value) for name, value in values.items() if name in known}
    return change.save_many(type_, [Draft(pk, given) for pk in ids], actor=actor)

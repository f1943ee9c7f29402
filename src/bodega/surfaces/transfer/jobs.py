"""Imports in the background."""

from __future__ import annotations

from datetime import timedelta

from bodega.kernel.actors import Actor, actor_of
from bodega.kernel.scope import forget
from bodega.platform.jobs.context import Context, Stopped
from bodega.platform.jobs.declare import enqueue, every, job
from bodega.platform.jobs.models import Priority
from bodega.platform.notifications import telling
from bodega.surfaces.transfer import runs, store
from bodega.surfaces.transfer.models import ImportRun, State
from bodega.surfaces.transfer.perform import perform, take_back

KEPT = timedelta(days=30)


@job(priority=Priority.LOW)
def run_import(context: Context, *, run_id: int) -> None:
    """Tries or does an import, from where it stands."""

    def watch(run: ImportRun) -> None:
        context.progress(run.line, total=run.lines, text=run.name)
        if context.stopping or not as_able(actor, acting(run)):
            raise Stopped

    run = runs.of(run_id)
    if run.state in (State.TRYING, State.RUNNING) and run.user:
        actor = acting(run)
        try:
            perform(run, actor=actor, watch=watch)
        except (ValueError, runs.Overtaken):
            pass  # the run itself says what is wrong, to the one who sees it
        telling.finished(run.user.pk, run.name, f"/import/{run.pk}/", once=f"import:{run.pk}:{context.job.pk}")


def acting(run: ImportRun) -> Actor:
    """Whoever began it, with the rights they have now."""
    forget()
    user = runs.of(run.pk).user
    if user is None:
        raise LookupError(run.pk)
    return actor_of(user)


def as_able(then: Actor, now: Actor) -> bool:
    """Whether somebody still has the rights that they had. Where not, the chunk is taken back, and read again with
    those of now. An administrator, who may be importing people and roles, has all rights before and after."""
    return now == then or (now.is_admin and then.is_admin)


@job(priority=Priority.LOW)
def undo_import(context: Context, *, run_id: int) -> None:
    run = runs.of(run_id)
    if run.state == State.UNDOING and run.user:
        take_back(run, actor=acting(run), progress=lambda done, total: context.progress(done, total=total))


@every("04:10")
@job(priority=Priority.LOW)
def forget_files(context: Context) -> int:
    """Removes what is kept of old imports beside the records: it is a copy of what customers told."""
    return store.drop(runs.forget(KEPT))


def enqueue_run(run: ImportRun) -> None:
    enqueue(run_import, key=f"import:{run.pk}:{run.state}:{run.phase}", run_id=run.pk)


def enqueue_undo(run: ImportRun) -> None:
    enqueue(undo_import, key=f"import:{run.pk}:undo", run_id=run.pk)

"""Runs an import from where it stands to its end, however often it was broken off."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from bodega.kernel import history
from bodega.lib import clock
from bodega.lib.tables import BadRow, Row, Table
from bodega.surfaces.transfer import runs
from bodega.surfaces.transfer.importer import Importer, Watch
from bodega.surfaces.transfer.mapping import Step, one_of, read_step
from bodega.surfaces.transfer.models import MEND, TIE, ImportRun, State
from bodega.surfaces.transfer.plan import Plan, bind
from bodega.surfaces.transfer.store import open_kept

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

CHUNK = 2_000
USUALLY, RARELY = gc.get_threshold(), (200_000, 50, 10)
Item = Row | BadRow
Progress = Callable[[int, int], None]


@contextmanager
def rare_collections() -> Iterator[None]:
    """Fewer searches for cycles of garbage: an import makes millions of values and no cycle; they cost a quarter."""
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*USUALLY)


def unwatched(run: ImportRun) -> None:
    """Nobody looks at the progress."""


def perform(run: ImportRun, *, actor: Actor, watch: Watch = unwatched, size: int = CHUNK) -> ImportRun:
    """Import, or, if the run is being tried, check the file and take everything back; `size` lines at a time.

    `watch` is called in the transaction of each chunk; what it raises takes the chunk back and ends the call. Raises
    ValueError for a file or a mapping that cannot be used, and Overtaken where somebody has stopped the run.
    """
    dry = run.state == State.TRYING
    try:
        while True:
            step = read_step(run.step)
            acting = actor.via(surface="import", batch=run.batch)
            plan = read_through(run, step, actor=acting, dry=dry, watch=watch, size=size)
            if dry or run.phase == TIE or not plan.own:
                break
            runs.begin(run, TIE, state=State.RUNNING)
    except ValueError as problem:
        stopped = State.DRAFT if dry else State.FAILED
        runs.change(run, state=stopped, only_from=(run.state,), error=str(problem), finished_at=clock.now())
        raise
    runs.change(run, state=State.TRIED if dry else State.DONE, only_from=(run.state,), finished_at=clock.now())
    return run


def read_through(run: ImportRun, step: Step, *, actor: Actor, dry: bool, watch: Watch, size: int) -> Plan:
    """One reading, from the line where the run stands."""
    columns, items = source(run, step, start=run.line)
    plan = bind(step, columns, actor=actor)
    ties = run.phase == TIE
    with rare_collections(), closing(Importer(plan.tie() if ties else plan, run, actor=actor, dry=dry)) as importer:
        if plan.own and not ties:
            for chunk in chunks(source(run, step)[1], size):
                importer.note_names(chunk)
        for chunk in chunks(items, size, plan=plan):
            importer.take(chunk, watch=watch)
    return plan


def source(run: ImportRun, step: Step, *, start: int = 0) -> tuple[Sequence[str], Iterable[Item]]:
    """The columns and the lines to read: those of the file, or those that failed."""
    if run.phase == MEND:
        return run.columns, runs.failed_lines(run, start=start)
    table = open_kept(run.file, step, start=start)
    return table.columns, wanted(table, step) if step.only else table


def wanted(table: Table, step: Step) -> Iterator[Item]:
    """The lines that have something in all the columns that the step asks for, and those that cannot be read."""
    for name in step.only:
        one_of(name, table.columns, "only")
    places = [table.columns.index(name) for name in step.only]
    return (item for item in table if isinstance(item, BadRow) or all(str(item[1][at]).strip() for at in places))


def chunks(items: Iterable[Item], size: int, *, plan: Plan | None = None) -> Iterator[list[Item]]:
    """Lists of lines to deal with together; lines that tell of one record are not parted."""
    chunk: list[Item] = []
    for item in items:
        if len(chunk) >= size and not (plan and plan.parts and same_record(plan, chunk[-1], item)):
            yield chunk
            chunk = []
        chunk.append(item)
    if chunk:
        yield chunk


def same_record(plan: Plan, one: Item, other: Item) -> bool:
    if isinstance(one, BadRow) or isinstance(other, BadRow) or not plan.match:
        return False
    readers = [bound.read for bound in plan.bound if bound.head in plan.match]
    return all(read(one[1]) == read(other[1]) for read in readers)


def take_back(run: ImportRun, *, actor: Actor, progress: Progress) -> history.Undone:
    """Undo what the run has written, but for what somebody has changed since. May be called again after a break."""
    found = history.undo_batch(run.batch, actor=actor.via(surface="import"), progress=progress)
    runs.change(run, state=State.UNDONE, only_from=(State.UNDOING,), finished_at=clock.now())
    return found

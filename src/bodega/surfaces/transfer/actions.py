"""What can be done with an import: begin it, map it, try it, run it, mend it, stop it, undo it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from bodega.kernel import access
from bodega.kernel.registry import type_of
from bodega.lib import clock
from bodega.lib.tables import BadRow, Table, open_table
from bodega.platform.files.content import plain_name
from bodega.surfaces.transfer import jobs, runs
from bodega.surfaces.transfer.guessing import guess
from bodega.surfaces.transfer.mapping import Feed, MappingError, Step, read_step, unknown
from bodega.surfaces.transfer.models import MEND, READ, ImportRun, State
from bodega.surfaces.transfer.plan import bind, known_type
from bodega.surfaces.transfer.store import Kept, drop, keep, keep_file, keep_rows, open_kept

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

FRESH = (State.DRAFT, State.TRIED)
STOPPED = (State.FAILED, State.CANCELLED)
SAMPLE = 200


class Busy(Exception):
    """The run is in a state in which this cannot be done; says which."""


@dataclass(frozen=True)
class Preview:
    """What the page shows of a file: some texts of each column, what was noticed, and the mapping as it stands."""

    samples: Mapping[str, Sequence[str]]
    notes: Sequence[str]
    step: Step


def start(source: BinaryIO, *, name: str, type_key: str, actor: Actor, sheet: str = "") -> ImportRun:
    """Take in a file for a record type and guess the mapping. Raises ValueError, PermissionDenied."""
    require(type_key, actor=actor)
    kept, step = keep(source), Step(type_key, sheet=sheet)
    try:
        table = open_kept(kept.file, step)
    except ValueError:
        drop(runs.unneeded(kept.file))
        raise
    guessed = replace(guess(table.columns, known_type(type_key, actor=actor)), sheet=sheet)
    return make_run(kept, guessed, table, name=name, state=State.DRAFT, actor=actor)


def begin(step: Step, *, folder: Path, actor: Actor, dry: bool = False) -> ImportRun:
    """The run of a step of a recipe or of a command; where the same one was broken off, that one.

    Raises ValueError, PermissionDenied.
    """
    require(step.type, actor=actor)
    kept = keep_rows(step.rows) if step.rows else keep_file(folder / step.file)
    found = None if dry else runs.unfinished(digest_of(kept, step), actor=actor)
    if found is not None:
        resume(found)
        return found
    table = open_kept(kept.file, step)
    bind(step, table.columns, actor=actor)
    name = Path(step.file).name or str(type_of(step.type).plural)
    return make_run(kept, step, table, name=name, state=State.TRYING if dry else State.RUNNING, actor=actor)


def columns_of(path: Path, *, sheet: str = "") -> Sequence[str]:
    """The headings of a file. Raises ValueError where there is no table to read."""
    if not path.is_file():
        raise ValueError(_("%(path)s is not there.") % {"path": path})
    with open_table(path, sheet=sheet or None) as table:
        return table.columns


def make_run(kept: Kept, step: Step, table: Table, *, name: str, state: State, actor: Actor) -> ImportRun:
    return runs.make(
        type=step.type,
        file=kept.file,
        name=plain_name(name)[:200],
        size=kept.size,
        lines=table.height or kept.lines,
        digest=digest_of(kept, step),
        step=step.written(),
        columns=table.columns,
        state=state,
        user_id=actor.user_id,
    )


def digest_of(kept: Kept, step: Step) -> str:
    """The same for the same file with the same mapping."""
    return hashlib.sha256(f"{kept.file}{json.dumps(step.written(), sort_keys=True)}".encode()).hexdigest()


def require(type_key: str, *, actor: Actor) -> None:
    type_ = known_type(type_key, actor=actor)
    if not (access.may(type_, actor, "create") or access.may(type_, actor, "change")):
        raise PermissionDenied(access.denial(type_, "create"))
    access.require(type_, actor, "many")


def preview(run: ImportRun) -> Preview:
    """Raises ValueError where the file cannot be read."""
    step = read_step(run.step)
    table = open_kept(run.file, step)
    rows = [item[1] for item in table.sample(SAMPLE) if not isinstance(item, BadRow)]
    samples = {
        column: [*dict.fromkeys(text for row in rows if (text := str(row[at]).strip()))][:3]
        for at, column in enumerate(table.columns)
    }
    return Preview(samples, table.notes, step)


def remap(run: ImportRun, step: Step, *, actor: Actor) -> None:
    """Give a run that is not running another mapping. Raises MappingError, Busy."""
    bind(step, run.columns, actor=actor)
    digest = digest_of(Kept(run.file, run.size, run.lines), step)
    if not runs.change(run, only_from=(*FRESH, State.FAILED), step=step.written(), digest=digest):
        raise Busy(_("This import has begun; undo it, and begin another one."))


def set_off(run: ImportRun, *, dry: bool = False) -> None:
    """Let a run be tried or done from its beginning, or go on where it was stopped. Raises Busy."""
    if not dry and run.state in STOPPED:
        resume(run)
        return
    with transaction.atomic():
        claim(run, State.TRYING if dry else State.RUNNING, only_from=FRESH)
        runs.begin(run, READ, state=State(run.state))


def resume(run: ImportRun) -> None:
    """Go on where a run was broken off or stopped. Raises Busy."""
    claim(run, State.RUNNING, only_from=(State.RUNNING, *STOPPED))


def set_to_mend(run: ImportRun, values: Sequence[tuple[str, str, str]] = ()) -> None:
    """Let the lines that failed be read once more, with texts replaced: (column, wrong, right).

    Raises Busy, or MappingError for a column that is not mapped.
    """
    step = read_step(run.step)
    for column, wrong, right in values:
        step = replace(step, feeds=with_value(step.feeds, column, wrong, right))
    with transaction.atomic():
        claim(run, State.RUNNING, only_from=(State.DONE,))
        runs.begin(run, MEND, state=State.RUNNING)
        runs.change(run, step=step.written())


def set_to_undo(run: ImportRun) -> None:
    """Raises Busy. A run that still goes on somewhere stops before its next chunk."""
    claim(run, State.UNDOING, only_from=(State.DONE, State.RUNNING, State.UNDOING, *STOPPED))


def claim(run: ImportRun, state: State, *, only_from: Sequence[State]) -> None:
    if not runs.change(run, only_from=only_from, state=state, error="", finished_at=None):
        raise Busy(_("This cannot be done now: the import is %(state)s.") % {"state": State(run.state).label})


def with_value(feeds: Sequence[Feed], column: str, wrong: str, right: str) -> tuple[Feed, ...]:
    sources = [feed.source for feed in feeds if feed.source]
    if column not in sources:
        raise MappingError("values", unknown(column, sources))
    return tuple(
        replace(feed, values={**feed.values, wrong.strip(): right.strip()}) if feed.source == column else feed
        for feed in feeds
    )


# ---- in the background --------------------------------------------------------------------------------------------


@transaction.atomic
def dry_run(run: ImportRun) -> None:
    set_off(run, dry=True)
    jobs.enqueue_run(run)


@transaction.atomic
def launch(run: ImportRun) -> None:
    set_off(run)
    jobs.enqueue_run(run)


@transaction.atomic
def mend(run: ImportRun, values: Sequence[tuple[str, str, str]]) -> None:
    set_to_mend(run, values)
    jobs.enqueue_run(run)


@transaction.atomic
def undo(run: ImportRun) -> None:
    set_to_undo(run)
    jobs.enqueue_undo(run)


def cancel(run: ImportRun) -> bool:
    """Stop a run before its next chunk; what came in stays, and it can go on later. False when it was not running."""
    stopped = runs.change(run, only_from=(State.RUNNING,), state=State.CANCELLED, finished_at=clock.now())
    return stopped or runs.change(run, only_from=(State.TRYING,), state=State.DRAFT)

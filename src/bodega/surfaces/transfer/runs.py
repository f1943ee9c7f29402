"""The tables of imports: where a run stands, what was wrong, what may be sent again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, Min, Q, QuerySet
from django.utils.translation import gettext as _

from bodega.kernel.raw import insert
from bodega.lib import clock
from bodega.lib.tables import BadRow, Row
from bodega.platform.files.models import File
from bodega.platform.files.store import is_attached
from bodega.surfaces.transfer.models import MEND, READ, TIE, ImportIssue, ImportRun, State
from bodega.surfaces.transfer.plan import Line, as_text

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

COUNTS = ("created", "changed", "same", "failed")
UNFINISHED = (State.RUNNING, State.FAILED, State.CANCELLED)
SETTLED = (State.DRAFT, State.TRIED, State.DONE, State.UNDONE)
AT_ONCE = 2_000


class Overtaken(Exception):
    """Somebody else has moved, stopped or undone the run; what was just done is taken back."""


def visible(*, actor: Actor) -> QuerySet[ImportRun]:
    """One's own imports; for an administrator, all."""
    runs = ImportRun.objects.order_by("-pk")
    return runs if actor.is_admin else runs.filter(user_id=actor.user_id or 0)


def find(run_id: int, *, actor: Actor) -> ImportRun:
    """Raises PermissionDenied for a run that is not there or is somebody else's."""
    run = visible(actor=actor).filter(pk=run_id).first()
    if run is None:
        raise PermissionDenied(_("There is no import %(id)s that you may see.") % {"id": run_id})
    return run


def of(run_id: int) -> ImportRun:
    """For jobs, which nobody but the program itself gives numbers."""
    return ImportRun.objects.select_related("user").get(pk=run_id)


def forget(kept: timedelta) -> list[str]:
    """Drop the refused lines of imports that are older; returns their files, but for those that somebody else needs."""
    old = Q(state__in=SETTLED, made_at__lt=clock.now() - kept)
    ImportIssue.objects.filter(run__in=ImportRun.objects.filter(old)).delete()
    needed, attached = ImportRun.objects.exclude(old).values("file"), File.objects.values("sha256")
    files = ImportRun.objects.filter(old).exclude(file__in=needed).exclude(file__in=attached)
    return [*files.order_by().values_list("file", flat=True).distinct()]


def unneeded(file: str) -> list[str]:
    """The file, unless an import or a record has it."""
    return [] if ImportRun.objects.filter(file=file).exists() or is_attached(file) else [file]


def make(**values: Any) -> ImportRun:
    return ImportRun.objects.create(made_at=clock.now(), **values)


def unfinished(digest: str, *, actor: Actor) -> ImportRun | None:
    """The run of the same file with the same mapping that was broken off."""
    return visible(actor=actor).filter(digest=digest, state__in=UNFINISHED, user_id=actor.user_id or 0).first()


def change(run: ImportRun, *, only_from: Iterable[str] = (), **values: Any) -> bool:
    """Write some columns of a run; False where it is no longer in one of the states `only_from`."""
    rows = ImportRun.objects.filter(pk=run.pk)
    done = bool((rows.filter(state__in=[*only_from]) if only_from else rows).update(**values))
    run.refresh_from_db()
    return done


def begin(run: ImportRun, phase: str, *, state: State) -> None:
    """Start a reading of the file (or of the lines that failed) from its top."""
    zero: dict[str, Any] = dict.fromkeys(COUNTS, 0) if phase == READ else {}
    with transaction.atomic():
        if phase == READ:
            ImportIssue.objects.filter(run=run).delete()
        change(run, state=state, phase=phase, line=0, error="", finished_at=None, **zero)


def advance(run: ImportRun, items: Sequence[Row | BadRow], lines: Sequence[Line]) -> None:
    """Move the run past these lines and keep what was wrong with them. Raises Overtaken."""
    bad = [item for item in items if isinstance(item, BadRow)]
    tally = Counter(line.result for line in lines) + Counter(failed=len(bad))
    last = max(item.number if isinstance(item, BadRow) else item[0] for item in items)
    if run.phase == TIE:
        tally = Counter(failed=tally["failed"])
    elif run.phase == MEND:
        numbers = [*(line.number for line in lines), *(item.number for item in bad)]
        ImportIssue.objects.filter(run=run, line__in=numbers).delete()
        tally["failed"] -= len(items)
    rows = ImportRun.objects.filter(pk=run.pk, state=run.state, phase=run.phase, line=run.line)
    moved = rows.update(line=last + 1, **{name: F(name) + tally[name] for name in COUNTS})
    if not moved:
        raise Overtaken(_("This import was stopped, or somebody else is running it."))
    keep_issues(run, lines, bad)
    run.line = last + 1
    for name in COUNTS:
        setattr(run, name, getattr(run, name) + tally[name])


def keep_issues(run: ImportRun, lines: Iterable[Line], bad: Iterable[BadRow]) -> None:
    found: list[Sequence[Any]] = [
        (run.pk, item.number, "", "", "row", item.problem, json.dumps(item.raw)) for item in bad
    ]
    for line in lines:
        for number, (column, value, code, message) in enumerate(line.problems):
            raw = None if number else json.dumps([as_text(cell) for cell in line.cells])
            found.append((run.pk, line.number, column[:200], kept(value), code[:30], kept(message, 2_000), raw))
    if found:
        insert(ImportIssue, ["run_id", "line", "column", "value", "code", "message", "raw"], found)


def kept(text: str, length: int = 300) -> str:
    """What both databases can hold of a text out of a file."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()[:length]


@dataclass(frozen=True)
class Problem:
    """Lines that fail for one reason. `lines` are the first few of them."""

    column: str
    value: str
    message: str
    count: int
    lines: Sequence[int]


def problems(run: ImportRun, *, limit: int = 50) -> list[Problem]:
    """What is wrong, the most frequent first."""
    rows = ImportIssue.objects.filter(run=run).values_list("column", "value", "message").order_by()
    grouped = rows.annotate(count=Count("line", distinct=True), first=Min("line")).order_by("-count", "first")[:limit]
    return [
        Problem(column, value, message, count, lines=examples(run, column, value, message))
        for column, value, message, count, _first in grouped
    ]


def examples(run: ImportRun, column: str, value: str, message: str) -> list[int]:
    same = ImportIssue.objects.filter(run=run, column=column, value=value, message=message)
    return [*same.order_by("line").values_list("line", flat=True)[:5]]


def failed_lines(run: ImportRun, *, start: int = 0) -> Iterator[Row | BadRow]:
    """The lines that failed, as they stood in the file, from line `start` on."""
    rows = ImportIssue.objects.filter(run=run, raw__isnull=False)
    while some := [*rows.filter(line__gte=start).order_by("line")[:AT_ONCE]]:
        for issue in some:
            raw = json.loads(issue.raw or "")
            yield BadRow(issue.line, issue.message, raw) if isinstance(raw, str) else (issue.line, raw)
        start = some[-1].line + 1


def failing(run: ImportRun, lines: Iterable[int]) -> set[int]:
    """Those of the lines that something is wrong with."""
    return {*ImportIssue.objects.filter(run=run, line__in=[*lines]).values_list("line", flat=True)}


def messages(run: ImportRun, lines: Sequence[int]) -> dict[int, str]:
    """What is wrong with each of these lines."""
    found: dict[int, list[str]] = {}
    for line, column, message in (
        ImportIssue.objects.filter(run=run, line__in=lines).order_by("pk").values_list("line", "column", "message")
    ):
        found.setdefault(line, []).append(f"{column}: {message}" if column else message)
    return {line: " ".join(told) for line, told in found.items()}

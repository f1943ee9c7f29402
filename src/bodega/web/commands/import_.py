"""`bodega import`: brings in records from files. Exit code 0: all is in; 1: some lines failed; 2: unusable input."""

from __future__ import annotations

import json
import sys
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction

from bodega.kernel.actors import Actor, User, actor_of, system
from bodega.kernel.scope import scope
from bodega.lib.text import shorten
from bodega.platform.accounts import actions as accounts
from bodega.platform.administration import records
from bodega.surfaces.transfer import actions, errors, runs
from bodega.surfaces.transfer.guessing import guess
from bodega.surfaces.transfer.importer import Watch
from bodega.surfaces.transfer.mapping import Feed, Step
from bodega.surfaces.transfer.models import ImportRun, State
from bodega.surfaces.transfer.perform import perform, take_back
from bodega.surfaces.transfer.plan import known_type
from bodega.surfaces.transfer.recipe import read_recipe
from bodega.web.cli import Refusal

UNUSABLE = 2
SHOWN = 12
ATTEMPTS = 3
SECONDS_BETWEEN_REPORTS = 5.0


def run(options: Namespace) -> int:
    try:
        with scope():
            return do(options, actor=importer(options.login))
    except (ValueError, PermissionDenied, actions.Busy, runs.Overtaken) as problem:
        print(f"bodega: {problem}", file=sys.stderr)
        return UNUSABLE


def do(options: Namespace, *, actor: Actor) -> int:
    if options.undo:
        return undo(runs.find(options.undo, actor=actor), options, actor=actor)
    if options.mend or options.resume:
        return again(runs.find(options.mend or options.resume, actor=actor), options, actor=actor)
    steps, folder = asked(options, actor=actor)
    with taken_back() if options.dry_run and len(steps) > 1 else nullcontext():
        done = [bring(step, folder, options, actor=actor, alone=len(steps) == 1) for step in steps]
        return finish(done, options)


def importer(login: str | None) -> Actor:
    """The person in whose name it is done."""
    user: User | None = accounts.person(login) if login else first_administrator()
    if user is None:
        missing = f"nobody signs in as '{login}'" if login else "there is no administrator yet; see `bodega init`"
        raise Refusal(f"{missing}. `bodega user list` shows who there is.")
    return actor_of(user, surface="import")


def first_administrator() -> User | None:
    everybody = records.user.rows(system("bodega import", surface="command"))
    found: User | None = everybody.filter(is_admin=True, is_active=True).order_by("pk").first()
    return found


def asked(options: Namespace, *, actor: Actor) -> tuple[Sequence[Step], Path]:
    """The steps that the command names, and where their files are."""
    if options.recipe and len(options.words) == 1:
        return read_recipe(options.recipe), Path(options.words[0])
    if options.recipe or len(options.words) != 2:
        raise ValueError("say TYPE and FILE, or --recipe RECIPE.toml and FOLDER; `bodega import --help` says more")
    type_key, file = options.words
    return [mapped(type_key, Path(file), options, actor=actor)], Path()


def mapped(type_key: str, file: Path, options: Namespace, *, actor: Actor) -> Step:
    """The columns go where their headings say, unless the command says otherwise."""
    columns = actions.columns_of(file, sheet=options.sheet)
    step = guess(columns, known_type(type_key, actor=actor))
    feeds = {feed.source: feed for feed in step.feeds}
    for given in options.map:
        source, _equals, target = given.rpartition("=")
        name, _colon, by = target.partition(":")
        feeds = {key: feed for key, feed in feeds.items() if key != source and (not name or feed.field != name)}
        if name:
            feeds[source] = Feed(name.strip(), source=source, by=by.strip())
    match = tuple(options.match.replace(",", " ").split()) if options.match is not None else None
    say(", ".join(f"{feed.source} → {feed.field}" for feed in feeds.values()) or "no column goes anywhere")
    return replace(
        step, feeds=tuple(feeds.values()), match=match, mode=options.mode, file=str(file), sheet=options.sheet
    )


def bring(step: Step, folder: Path, options: Namespace, *, actor: Actor, alone: bool) -> Done:
    """One step. A trial of a recipe does all steps and takes them back together, since they refer to each other."""
    made = actions.begin(step, folder=folder, actor=actor, dry=options.dry_run and alone)
    if made.line:
        say(f"{made.name}: going on at line {made.line:,}")
    carry_out(made, actor=actor)
    return told(made, options, alone=alone)


def carry_out(made: ImportRun, *, actor: Actor) -> None:
    """To the end. What a killed process sent off may be committed a moment later: then once more from there."""
    for attempt in range(ATTEMPTS):
        try:
            with counted(made) as watch:
                perform(made, actor=actor, watch=watch)
        except runs.Overtaken:
            made.refresh_from_db()
            if attempt == ATTEMPTS - 1 or made.state != State.RUNNING:
                raise
        else:
            return


def again(made: ImportRun, options: Namespace, *, actor: Actor) -> int:
    """Go on with a run, or read the lines that failed once more."""
    if options.mend:
        actions.set_to_mend(made, [replacement(text) for text in options.value])
    else:
        actions.resume(made)
    carry_out(made, actor=actor)
    return finish([told(made, options, alone=True)], options)


def replacement(text: str) -> tuple[str, str, str]:
    column, _colon, rest = text.partition(":")
    wrong, equals, right = rest.partition("=")
    if not equals:
        raise ValueError(f"“{text}” is not COLUMN: WRONG = RIGHT")
    return column.strip(), wrong.strip(), right.strip()


def undo(made: ImportRun, options: Namespace, *, actor: Actor) -> int:
    actions.set_to_undo(made)
    found = take_back(made, actor=actor, progress=lambda done, total: say(f"{done:,} of {total:,} acts taken back"))
    for type_key, pk, why in (found.problems or [])[:20]:
        say(f"{type_key} #{pk} stays: {why}")
    kept = len(found.problems or [])
    print(
        json.dumps({"undone": found.records, "kept": kept})
        if options.json
        else f"{found.records:,} undone, {kept:,} kept"
    )
    return 1 if kept else 0


@dataclass(frozen=True)
class Done:
    """One step as it ended."""

    run: ImportRun
    problems: Sequence[runs.Problem] = ()
    counts: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        about = {"run": self.run.pk, "type": self.run.type, "file": self.run.name, **self.counts}
        found = [
            {
                "column": one.column,
                "value": one.value,
                "problem": one.message,
                "count": one.count,
                "lines": [*one.lines],
            }
            for one in self.problems
        ]
        return about | {"problems": found}


def told(made: ImportRun, options: Namespace, *, alone: bool) -> Done:
    """Say how a step ended, and write the lines that failed."""
    problems = runs.problems(made)
    say(
        f"{made.name} → {made.type}: "
        + ", ".join(f"{getattr(made, name):,} {name}" for name in runs.COUNTS)
        + f" (run {made.pk})"
    )
    for one in problems[:SHOWN]:
        lines = f"{one.count:,} lines" if one.count > 1 else f"line {one.lines[0]}"
        say(f"  {lines}: " + (f"{one.column}: " if one.column else "") + shorten(one.message, 200))
    if len(problems) > SHOWN:
        say("  … and more; --errors writes all lines that failed to a file, --json lists what is wrong with them")
    if made.failed and options.errors:
        write_errors(made, options.errors if alone else options.errors / f"{made.pk}-{Path(made.name).stem}.csv")
    return Done(made, problems, {name: getattr(made, name) for name in runs.COUNTS})


def write_errors(made: ImportRun, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        errors.write_errors(made, file)
    say(f"  the lines that failed are in {path}; mend them there, or with: bodega import --mend {made.pk} --value …")


def finish(done: Sequence[Done], options: Namespace) -> int:
    counts = {name: sum(one.counts[name] for one in done) for name in runs.COUNTS}
    tried = " (a trial: nothing has been written)" if options.dry_run else ""
    if options.json:
        print(
            json.dumps(
                counts | {"dry_run": options.dry_run, "steps": [one.as_json() for one in done]}, ensure_ascii=False
            )
        )
    else:
        print(", ".join(f"{number:,} {name}" for name, number in counts.items()) + tried)
    return 1 if counts["failed"] else 0


@contextmanager
def taken_back() -> Iterator[None]:
    """Everything inside is written and taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def counted(made: ImportRun) -> Iterator[Watch]:
    """Reports of progress at the terminal, now and then."""
    begun, first, last = time.monotonic(), made.line, [time.monotonic()]

    def watch(run: ImportRun) -> None:
        now = time.monotonic()
        if now - last[0] >= SECONDS_BETWEEN_REPORTS:
            last[0] = now
            speed = (run.line - first) / (now - begun)
            say(f"{run.name}: line {run.line:,} of {run.lines:,}, {speed:,.0f} lines a second")

    yield watch


def say(text: str) -> None:
    """To the person at the terminal, without what a file could do to it."""
    print("".join(sign if sign.isprintable() else "�" for sign in text), file=sys.stderr, flush=True)

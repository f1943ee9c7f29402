"""What is exported comes in again and changes nothing: every type, CSV and Excel, whatever stands in its texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bodega.kernel import change, query, registry
from bodega.kernel.change import Draft
from bodega.kernel.record import RecordType
from bodega.surfaces.export import answer
from bodega.surfaces.transfer import actions, runs
from bodega.surfaces.transfer.guessing import guess
from bodega.surfaces.transfer.models import ImportRun
from bodega.surfaces.transfer.perform import perform
from tests import specimens
from tests.personas import People

pytestmark = pytest.mark.slow

HOSTILE = [
    "=1+1", "@SUM(1+9)*cmd|' /C calc'!A0", "'=1", "''x", "-x", "\t=1", "a;=1", "a\n=1", "a\r\n- b", 'say "no", no',
    " lead", "trail ", "\ufeffbom", "_x0041_", "9" * 30, "#1", "1e5", "\x01",
]  # fmt: skip


def exported(type_: RecordType, people: People, folder: Path, *, format: str = "csv", **asked: Any) -> Path:  # noqa: A002
    found = answer.asked(type_, query.Question(), actor=people.anna, format=format, **asked)
    path = folder / found.filename
    path.write_bytes(b"".join(answer.contents(found)))
    return path


def brought(type_: RecordType, path: Path, people: People) -> ImportRun:
    step = replace(guess(actions.columns_of(path), type_), file=str(path))
    run = perform(actions.begin(step, folder=Path(), actor=people.anna), actor=people.anna)
    assert [(one.column, one.value, one.message) for one in runs.problems(run)] == []
    return run


def counts(run: ImportRun) -> tuple[int, ...]:
    return run.created, run.changed, run.same, run.failed


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_nothing_has_changed(type_: RecordType, people: People, tmp_path: Path, format: str) -> None:  # noqa: A002
    for number in (1, 2, 3):
        specimens.create(type_, number, actor=people.anna)
    there = type_.rows(people.anna).count()
    run = brought(type_, exported(type_, people, tmp_path, format=format, bom=format == "csv"), people)
    assert counts(run) == (0, 0, there, 0)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("key", ["parties.person", "sales.deal"])
def test_hostile_texts_neither(key: str, people: People, tmp_path: Path, format: str) -> None:  # noqa: A002
    type_ = registry.type_of(key)
    made = save(
        type_, [{"name": text, "next_step" if key == "sales.deal" else "about": text} for text in HOSTILE], people
    )
    run = brought(type_, exported(type_, people, tmp_path, format=format), people)
    assert counts(run) == (0, 0, len(made), 0)


def save(type_: RecordType, values: Sequence[dict[str, Any]], people: People) -> list[int]:
    usual = specimens.values(type_, 1, actor=people.anna)
    drafts = [Draft(None, usual | one | {"external_id": str(at)}) for at, one in enumerate(values)]
    found = change.save_many(type_, drafts, actor=people.anna)
    assert found.problems == []
    return found.created

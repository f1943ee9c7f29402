"""What must be true of a database after kills, asked by plain SQL: the program itself is not asked about itself."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from tests.proofs.engines import Engine
from tests.proofs.work import Deed, Editor

TABLES = {
    "parties.person": "parties_party WHERE kind = 'person'",
    "parties.organisation": "parties_party WHERE kind = 'organisation'",
    "sales.deal": "sales_deal",
    "sales.stage": "sales_stage",
    "activity.note": "activity_note",
    "kernel.option": "kernel_option",
}
"""The record types that are written in the proof, and where their rows are."""
UNTOLD = (
    "SELECT h.type, h.record_id, c.id FROM kernel_changerow h JOIN kernel_change c ON c.id = h.change_id"
    " LEFT JOIN activity_entry e ON e.change_id = c.id AND e.type = h.type AND e.record_id = h.record_id"
    " WHERE c.verb IN ('created', 'moved', 'won', 'lost', 'reopened') AND c.surface <> 'import'"
    " AND h.type IN ('parties.person', 'sales.deal', 'activity.note')"
    " GROUP BY h.type, h.record_id, c.id HAVING count(e.id) <> 1"
)
"""What happened outside of imports and has no entry in a timeline, or more than one."""


def everything(engine: Engine, editors: Sequence[Editor], *, files: int, lines: int, bulk: Sequence[int]) -> None:
    creations_are_there(engine, [deed for editor in editors for deed in editor.deeds if deed.what == "create"])
    for editor in editors:
        edits_are_there(engine, editor.deeds)
    notes_are_there(engine, [deed for editor in editors for deed in editor.deeds if deed.what == "note"])
    imports_are_whole(engine, files, lines)
    jobs_are_done(engine)
    bulk_changes_are_whole(engine, bulk, lines)
    history_is_whole(engine)
    events_were_delivered(engine)
    timelines_are_whole(engine)
    database_is_sound(engine)


def left_to_do(engine: Engine) -> list[str]:
    """Changes without a position, reactions that are behind, jobs that wait or run."""
    head = one(engine, "SELECT coalesce(max(position), 0) FROM kernel_consumer WHERE name = 'sequencer'")
    waiting = one(engine, "SELECT count(*) FROM kernel_change WHERE position IS NULL")
    behind = engine.run(f"SELECT name, position FROM kernel_consumer WHERE position < {head} - 200")
    jobs = engine.run(
        "SELECT name, state FROM jobs_job WHERE state = 'running' OR (state = 'queued' AND schedule IS NULL)"
    )
    missing = one(engine, f"SELECT count(*) FROM ({UNTOLD}) AS missing")
    return [
        *[f"{waiting} changes"] * bool(waiting),
        *map(str, behind),
        *map(str, jobs),
        *[f"{missing} untold"] * bool(missing),
    ]


# ---- what people did -------------------------------------------------------------------------------------------------


def creations_are_there(engine: Engine, deeds: Iterable[Deed]) -> None:
    """Every acknowledged person once, with their ways to be reached; those without an answer once or not at all."""
    rows = engine.run("SELECT name, id FROM parties_party WHERE external_id = '' AND kind = 'person'")
    found: dict[str, list[int]] = {}
    for name, pk in rows:
        found.setdefault(name, []).append(pk)
    for deed in deeds:
        there = found.pop(deed.value, [])
        assert there == [deed.record] if deed.acknowledged else len(there) <= 1, f"{deed}: {there}"
    assert found == {}
    none(
        engine,
        "SELECT p.id FROM parties_party p WHERE p.kind = 'person' AND"
        " (SELECT count(*) FROM parties_contactpoint c WHERE c.party_id = p.id) <> 2",
    )


def edits_are_there(engine: Engine, deeds: Iterable[Deed]) -> None:
    """Of each record what was acknowledged last, or what was sent after that; and each of them in its history."""
    by_record: dict[tuple[str, int], list[Deed]] = {}
    for deed in deeds:
        if deed.what in ("change", "move"):
            by_record.setdefault((deed.what, deed.record), []).append(deed)
    for (what, pk), sent in by_record.items():
        table, column = ("parties_party", "job_title") if what == "change" else ("sales_deal", "stage_id")
        now = str(engine.run(f"SELECT {column} FROM {table} WHERE id = {pk}")[0][0])
        last = max((at for at, deed in enumerate(sent) if deed.acknowledged), default=None)
        if last is not None:
            assert now in [deed.value for deed in sent[last:]], f"{what} {pk} is {now}: {sent}"
        if what == "change":
            told = values_told(engine, pk, "job_title")
            assert [deed for deed in sent if deed.acknowledged and told.count(deed.value) != 1] == []


def values_told(engine: Engine, pk: int, name: str) -> list[str]:
    """The values that a field of a person has had, by its history."""
    rows = engine.run(f"SELECT new FROM kernel_changerow WHERE type = 'parties.person' AND record_id = {pk}")
    news = [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in rows]
    return [new[name] for new in news if new and name in new]


def notes_are_there(engine: Engine, deeds: Iterable[Deed]) -> None:
    found: dict[str, list[int]] = {}
    for text, about in engine.run("SELECT text, about_id FROM activity_note"):
        found.setdefault(text, []).append(about)
    for deed in deeds:
        there = found.pop(deed.value, [])
        assert there == [deed.record] if deed.acknowledged else len(there) <= 1, f"{deed}: {there}"
    assert found == {}


def imports_are_whole(engine: Engine, files: int, lines: int) -> None:
    """Every line of every file is one person, and every run is done.

    Of a command that was killed in the moment after its last line, a second run has found everything there.
    """
    wanted = {f"f{number} l{line}" for number in range(files) for line in range(lines)}
    rows = [row[0] for row in engine.run("SELECT external_id FROM parties_party WHERE external_id <> ''")]
    assert len(rows) == len(wanted)
    assert {*rows} == wanted
    runs = engine.run(
        "SELECT created, changed, same, failed, state FROM transfer_importrun WHERE type = 'parties.person'"
    )
    made = (lines, 0, 0, 0, "done")
    assert runs.count(made) == files, runs
    assert {*runs} <= {made, (0, 0, lines, 0, "done")}


def jobs_are_done(engine: Engine) -> None:
    """No job has failed or has a lease still."""
    none(engine, "SELECT name, error FROM jobs_job WHERE state = 'failed' OR lease_until IS NOT NULL")


def bulk_changes_are_whole(engine: Engine, files: Sequence[int], lines: int) -> None:
    """The people of these files were changed by a job, each once, and nobody else: an import makes version 1."""
    rows = engine.run("SELECT external_id FROM parties_party WHERE language = 'de' AND version = 2 ORDER BY id")
    assert Counter(row[0].split()[0] for row in rows) == {f"f{number}": lines for number in files}
    none(
        engine,
        "SELECT id FROM parties_party WHERE external_id <> '' AND (version > 2 OR version = 2 AND language = '')",
    )


# ---- what the program keeps ------------------------------------------------------------------------------------------


def history_is_whole(engine: Engine) -> None:
    """A line of history for each version of a record, and for each line its record and its act."""
    for type_key, rows in TABLES.items():
        where = rows.partition(" WHERE ")[2] or "1 = 1"
        table = rows.partition(" ")[0]
        none(
            engine,
            f"SELECT r.id, r.version, count(h.version), min(h.version), max(h.version) FROM {table} r"
            f" LEFT JOIN kernel_changerow h ON h.type = '{type_key}' AND h.record_id = r.id"
            f" WHERE {where} GROUP BY r.id, r.version"
            " HAVING count(h.version) <> r.version OR min(h.version) <> 1 OR max(h.version) <> r.version",
        )
        none(
            engine,
            f"SELECT h.record_id FROM kernel_changerow h WHERE h.type = '{type_key}'"
            f" AND h.record_id NOT IN (SELECT id FROM {table} WHERE {where})",
        )
    none(
        engine,
        "SELECT c.id, c.count, count(h.record_id) FROM kernel_change c"
        " LEFT JOIN kernel_changerow h ON h.change_id = c.id"
        " GROUP BY c.id, c.count HAVING c.count <> count(h.record_id)",
    )
    none(engine, "SELECT change_id FROM kernel_changerow WHERE change_id NOT IN (SELECT id FROM kernel_change)")


def events_were_delivered(engine: Engine) -> None:
    """The acts are numbered without a gap, nobody has a number twice, and nothing was put aside."""
    numbers = [row[0] for row in engine.run("SELECT position FROM kernel_change ORDER BY position")]
    assert numbers == [*range(1, len(numbers) + 1)]
    none(engine, "SELECT * FROM kernel_parked")


def timelines_are_whole(engine: Engine) -> None:
    """Everything that people did stands once on the timeline of what it is about."""
    none(engine, UNTOLD)
    none(
        engine,
        "SELECT e.id, e.type, e.record_id, count(t.id) FROM activity_entry e LEFT JOIN activity_timelinerow t"
        " ON t.entry_id = e.id AND t.subject_type ="
        " CASE e.type WHEN 'activity.note' THEN 'parties.person' ELSE e.type END"
        " WHERE e.type IN ('parties.person', 'sales.deal', 'activity.note')"
        " GROUP BY e.id, e.type, e.record_id HAVING count(t.id) <> 1",
    )


def database_is_sound(engine: Engine) -> None:
    """By the database's own tools: each index has each row, each page can be read."""
    if engine.word == "sqlite":
        assert engine.run("PRAGMA integrity_check") == [("ok",)]
        none(engine, "PRAGMA foreign_key_check")
        return
    engine.run("CREATE EXTENSION IF NOT EXISTS amcheck")
    engine.run(
        "SELECT bt_index_check(c.oid, true) FROM pg_class c JOIN pg_am m ON m.oid = c.relam"
        " WHERE m.amname = 'btree' AND c.relkind = 'i' AND c.relpersistence = 'p'"
    )
    none(
        engine,
        "SELECT c.relname, v.msg FROM pg_class c, verify_heapam(c.oid) v"
        " WHERE c.relkind = 'r' AND c.relpersistence = 'p'",
    )


def one(engine: Engine, statement: str) -> int:
    return int(engine.run(statement)[0][0])


def none(engine: Engine, statement: str) -> None:
    found = engine.run(statement)
    assert found == [], found[:5]

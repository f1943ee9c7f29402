"""What SQLite's planner is told of tables that several record types share, so that its plans are the same everywhere.

Such a table has a column that tells the types apart by a few values. SQLite takes every column for selective until it
has counted, and would read half of a million rows by it rather than look up fifty ids. So the counts are given, not
gathered: they hold in a new installation as well, and no plan changes from one day to the next.
"""

from __future__ import annotations

from typing import Any

from bodega.kernel.registry import DECLARED

ROWS = 1_000_000
ALIKE = 10
"""How many rows have a value in common, wherever nothing else is known; SQLite's own guess."""

CUSTOM = ("kernel_customrecord", "type_id")
"""The table of all types that an administrator makes."""


def describe(cursor: Any) -> None:
    """Write the statistics of every shared table that is there. Read by connections that are opened afterwards."""
    columns = {CUSTOM, *((type_.model._meta.db_table, name) for type_ in DECLARED.values() for name in type_.where)}
    found = [(table, *row) for table, column in sorted(columns) for row in counts(cursor, table, column)]
    if not found:
        return
    cursor.execute("ANALYZE django_migrations")  # makes the table of statistics, which nothing else may
    for table in {row[0] for row in found}:
        cursor.execute("DELETE FROM sqlite_stat1 WHERE tbl = %s", [table])
    cursor.executemany("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%s, %s, %s)", found)


def counts(cursor: Any, table: str, column: str) -> list[tuple[str, str]]:
    """For the indexes that begin with the column: all rows, then how many share each longer beginning of the key."""
    cursor.execute("SELECT name FROM pragma_index_list(%s)", [table])
    found = []
    for (index,) in cursor.fetchall():
        cursor.execute("SELECT name FROM pragma_index_info(%s) ORDER BY seqno", [index])
        first, *rest = [name for (name,) in cursor.fetchall()]
        if first == column:
            found.append((index, " ".join(map(str, [ROWS, ROWS // 2, *[ALIKE] * (len(rest) - 1), *[1] * bool(rest)]))))
    return found

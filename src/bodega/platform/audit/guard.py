"""What keeps entries as they are: triggers by which the database itself refuses to change or remove one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.db import connection

WHY = "entries of the audit log are neither changed nor removed"
EVENTS = ("UPDATE", "DELETE")
POSTGRES = (
    # An empty table may be emptied, as before a copy is restored into it.
    f"""
    CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'TRUNCATE' AND NOT EXISTS (SELECT FROM audit_entry) THEN RETURN NULL; END IF;
        RAISE EXCEPTION '{WHY}';
    END $$
    """,
    """
    CREATE TRIGGER audit_keep BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_keep_all BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
    """,
)
SQLITE = tuple(
    f"CREATE TRIGGER audit_keep_{event.lower()} BEFORE {event} ON audit_entry BEGIN SELECT RAISE(ABORT, '{WHY}'); END"
    for event in EVENTS
)
MAKE: Mapping[str, Sequence[str]] = {"postgresql": POSTGRES, "sqlite": SQLITE}
LIFT: Mapping[str, Sequence[str]] = {
    "postgresql": [f"DROP TRIGGER IF EXISTS {name} ON audit_entry" for name in ("audit_keep", "audit_keep_all")],
    "sqlite": [f"DROP TRIGGER IF EXISTS audit_keep_{event.lower()}" for event in EVENTS],
}


COUNT: Mapping[str, str] = {
    "postgresql": "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'audit_entry'::regclass AND tgenabled IN ('O', 'A')",
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'",
}


def make(run: Callable[[str], object], vendor: str) -> None:
    """Whoever has Django make the table anew on SQLite makes the triggers anew: they go with the old one."""
    for statement in [*LIFT[vendor], *MAKE[vendor]]:
        run(statement)


def lift(run: Callable[[str], object], vendor: str) -> None:
    for statement in LIFT[vendor]:
        run(statement)


def stands() -> bool:
    """Whether the triggers are there and fire."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT[connection.vendor])
        return bool(cursor.fetchone()[0] == len(LIFT[connection.vendor]))


@contextmanager
def lifted() -> Iterator[None]:
    """Inside, all may be thrown away: for a sample company that is loaded anew."""
    with connection.cursor() as cursor:
        lift(cursor.execute, connection.vendor)
    yield
    with connection.cursor() as cursor:
        make(cursor.execute, connection.vendor)

"""How SQLite is changed: references are looked over where rows were moved, and not where nothing was."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, migrations, models
from django.db.migrations import RunPython
from django.db.models import Index
from django.test.utils import CaptureQueriesContext

from bodega.platform.jobs.models import Job
from bodega.platform.upgrading.patience import patient

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]
BY_LEASE = Index(fields=["lease", "id"], name="job_by_lease")


def step(*operations: Any) -> migrations.Migration:
    return type("Migration", (migrations.Migration,), {"operations": operations})("x", "jobs")


def looks_over(step: migrations.Migration, *, remake: bool = False) -> bool:
    """Makes an index, or the whole table anew, and takes it back."""
    with CaptureQueriesContext(connection) as asked, patient(step), connection.schema_editor() as editor:
        if remake:
            given, wider = Job._meta.get_field("text"), models.CharField(max_length=300, default="")
            wider.set_attributes_from_name("text")
            editor.alter_field(Job, given, wider, strict=True)
        editor.add_index(Job, BY_LEASE)
        editor.remove_index(Job, BY_LEASE)
    return any("foreign_key_check" in one["sql"] for one in asked.captured_queries)


def test_where_nothing_moved_nothing_is_looked_over() -> None:
    assert not looks_over(step())


def test_a_table_made_anew_is() -> None:
    assert looks_over(step(), remake=True)


def test_so_is_what_code_has_written() -> None:
    assert looks_over(step(RunPython(RunPython.noop)))


def test_references_hold_again_afterwards() -> None:
    looks_over(step())
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)

"""How PostgreSQL is changed while people work: indexes beside them, and begun again where they were broken off."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection, migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddIndex
from django.db.models import Index

from bodega.platform.jobs.models import Job
from bodega.platform.upgrading.patience import clear, patient

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
BY_LEASE = Index(fields=["lease", "id"], name="job_by_lease")


@pytest.fixture(autouse=True)
def dropped() -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS job_by_lease")


def usual() -> type[BaseDatabaseSchemaEditor]:
    return connection.SchemaEditorClass


def is_valid() -> bool | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('job_by_lease')")
        found = cursor.fetchone()
    return found[0] if found else None


def writing() -> psycopg.Connection:
    """Somebody who is in the middle of writing to the table of jobs."""
    about = connection.settings_dict
    other = psycopg.connect(
        dbname=about["NAME"], user=about["USER"], host=about["HOST"], port=about["PORT"], password=about["PASSWORD"]
    )
    other.execute("LOCK TABLE jobs_job IN ROW EXCLUSIVE MODE")
    return other


def test_outside_of_a_transaction_an_index_is_made_and_dropped_beside_the_work() -> None:
    with patient(), connection.schema_editor(atomic=False, collect_sql=True) as editor:
        editor.add_index(Job, BY_LEASE)
        editor.remove_index(Job, BY_LEASE)
    assert [" ".join(said.split()[:3]) for said in editor.collected_sql] == [
        "CREATE INDEX CONCURRENTLY",
        "DROP INDEX CONCURRENTLY",
    ]


def test_what_waits_for_a_lock_gives_up_soon_and_has_changed_nothing() -> None:
    with writing(), patient(), pytest.raises(Exception, match="lock timeout"), connection.schema_editor() as editor:
        editor.add_index(Job, BY_LEASE)
    assert is_valid() is None


def test_an_index_that_was_broken_off_is_made_again() -> None:
    step = type("Migration", (migrations.Migration,), {"operations": [AddIndex("job", BY_LEASE)]})("x", "jobs")
    with patient(), connection.schema_editor(atomic=False) as editor:
        editor.add_index(Job, BY_LEASE)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass('job_by_lease')")
    assert is_valid() is False
    clear(step)
    with patient(), connection.schema_editor(atomic=False) as editor:
        editor.add_index(Job, BY_LEASE)
    assert is_valid() is True


def test_only_inside_it_is_so() -> None:
    before = usual()
    with patient():
        assert usual() is not before
    assert usual() is before

"""A copy holds one moment of everything; what is restored from it answers the same; what is damaged is refused."""

from __future__ import annotations

import gzip
import io
import json
import random
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, connections, transaction

from bodega.kernel import change, registry
from bodega.kernel.actors import system
from bodega.kernel.kinds import Address
from bodega.kernel.models import Change
from bodega.kernel.record import RecordType
from bodega.platform.copies.archive import FORMAT, Damaged, Reader
from bodega.platform.copies.backup import backup, check, name_now, prune, take
from bodega.platform.copies.digests import digests
from bodega.platform.copies.jobs import back_up
from bodega.platform.copies.places import InUse, SqlitePlace
from bodega.platform.copies.restore import Unfit, restore
from bodega.platform.copies.shape import LEFT_OUT, UnknownSteps, shape_of
from bodega.platform.files import store
from bodega.platform.files.models import File
from bodega.platform.indexes import building
from bodega.platform.jobs.models import Job
from bodega.platform.jobs.run import run_waiting
from tests import specimens
from tests.personas import People, employed, known

pytestmark = pytest.mark.slow

AWKWARD = "\\N\\ \ttab\nline\r\v\b\f '\"%s\x1c\x1d\x1e\x1f ü\u2028 田 👩‍👩‍👧‍👦 \\\\n"
ODD_DATA = {"é": 1e16, "b": [0.5, -1e-7, 2**70, None, True], "aa": {"\\": AWKWARD, "": "\\N"}, "a": "\n"}


@pytest.fixture
def people(transactional_db: None) -> People:
    """People outside of a test's transaction: a copy is taken by a connection of its own."""
    employed(system("tests"))
    return known()


def fill(people: People) -> list[RecordType]:
    """Records of every type, an administrator's own among them, some of them changed and deleted; files; odd values."""
    anna = people.anna
    for key in ("parties.organisation", "parties.person", "products.product"):
        specimens.create(registry.type_of(key), 90, actor=anna)
    types = [*registry.DECLARED.values(), specimens.custom_type(anna)]
    for type_ in types:
        if type_.form and type_.key not in ("files.file", "kernel.type", "kernel.field"):
            for number in (1, 2, 3):
                specimens.create(type_, number, actor=anna)
    odd = specimens.create(registry.type_of("parties.person"), 95, actor=anna)
    given = {"about": AWKWARD, "tags": ["\\", "a\tb"], "address": Address(city="Ü", lat=-0.1 + 0.3, lon=1e-7)}
    change.save(odd, given, actor=anna, type_=registry.type_of("parties.person"))
    change.delete(registry.type_of("parties.person"), [odd.pk], actor=anna)
    Job.objects.create(name="odd", payload=ODD_DATA, run_at=Change.objects.latest("pk").at, created_at=odd.created_at)
    apps.get_model("api", "KeptAnswer").objects.create(
        user_id=anna.user_id, key="odd", call="", status=200, headers={}, body=bytes(range(256)), at=odd.created_at
    )
    store.upload([b"some ", b"bytes"], "some.txt", actor=anna)
    return types


def answers(types: list[RecordType], people: People) -> dict[str, Any]:
    """What every type answers to somebody who sees everything, and to somebody who sees nothing."""
    return {
        f"{type_.key} {actor.name}": [
            (row.id, row.values) for row in type_.read(type_.rows(actor).order_by("pk"), type_.fields())
        ]
        for type_ in types
        for actor in (people.anna, people.cleo)
    }


def taken() -> bytes:
    file = io.BytesIO()
    take(file, level=1)
    return file.getvalue()


def test_what_is_restored_answers_the_same(people: People) -> None:
    types = fill(people)
    copy, before, asked = taken(), digests(), answers(types, people)
    person_type = registry.type_of("parties.person")
    change.delete(person_type, [*person_type.rows(people.anna).values_list("pk", flat=True)], actor=people.anna)
    store.path_of(File.objects.get().sha256).unlink()
    assert digests() != before
    restore(io.BytesIO(copy))
    assert digests() == before
    assert answers(types, people) == asked
    with store.opened(File.objects.get()) as kept:
        assert kept.read() == b"some bytes"


def test_every_table_is_in_it_but_for_those_left_out_with_a_reason(people: People) -> None:
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert {table.name for table in shape_of(connection).tables} == tables - {*LEFT_OUT}


def test_an_id_is_not_given_again(people: People) -> None:
    lost = Job.objects.create(name="lost", run_at="2026-01-01T00:00Z", created_at="2026-01-01T00:00Z").pk
    Job.objects.all().delete()
    restore(io.BytesIO(taken()))
    assert Job.objects.create(name="new", run_at="2026-01-01T00:00Z", created_at="2026-01-01T00:00Z").pk == lost + 1


@pytest.mark.slow
def test_indexes_and_references_are_there_again(people: People) -> None:
    fill(people)
    field = registry.type_of("kernel.field")
    given = {"type": "products.product", "name": "Extra", "word": "extra", "kind": "text", "indexed": True}
    change.create(field, given, actor=people.anna)
    run_waiting()
    before = schema()
    for wanted in building.wanted():
        building.run(building.create_sql(wanted))
    indexed = schema()
    assert len(indexed) == len(before | indexed)
    restore(io.BytesIO(taken()))
    assert schema() == indexed


def schema() -> set[Any]:
    """Every index and reference there is."""
    queries = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger', 'table')",
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL"
        " SELECT conname, conrelid::regclass || pg_get_constraintdef(oid) FROM pg_constraint",
    }
    with connection.cursor() as cursor:
        cursor.execute(queries[connection.vendor])
        return {*cursor.fetchall()}


def test_it_is_one_moment_while_others_write(people: People) -> None:
    """Two tables are written together; whenever the copy is taken, it has as many of one as of the other."""
    stop, started = Event(), Event()

    def write() -> None:
        while not stop.is_set():
            with transaction.atomic():
                specimens.create(registry.type_of("products.product"), len(seen), actor=people.anna)
                seen.append(1)
            started.set()
        connections.close_all()

    seen: list[int] = []
    writer = Thread(target=write)
    writer.start()
    try:
        started.wait(30)
        copies = [taken() for _ in range(5)]
    finally:
        stop.set()
        writer.join()
    for copy in copies:
        rows = {name: held.rows for name, held in check(io.BytesIO(copy)).tables.items()}
        told = rows_of(copy, "kernel_changerow").count(b"products.product")
        assert rows["products_product"] == told > 0


def rows_of(copy: bytes, table: str) -> bytes:
    return next((b"".join(blocks) for name, blocks in Reader(io.BytesIO(copy)).tables() if name == table), b"")


# ---- what is not whole -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_copy_that_was_cut_short_is_refused_and_nothing_is_written(people: People) -> None:
    fill(people)
    copy, before = taken(), digests()
    for size in {0, 1, 511, 512, 5000, len(copy) // 2, len(copy) - 1500, copy.rindex(b"digests.json.gz")}:
        with pytest.raises(Damaged):
            check(io.BytesIO(copy[:size]))
    with pytest.raises(Damaged):
        restore(io.BytesIO(copy[: len(copy) - 2048]))
    assert digests() == before


@pytest.mark.slow
def test_a_copy_in_which_a_byte_is_wrong_is_refused_or_the_same(people: People) -> None:
    """A wrong byte in the padding between parts says nothing; anywhere else it shows."""
    fill(people)
    copy, chance, found = taken(), random.Random(7), 0
    whole = check(io.BytesIO(copy))
    for _ in range(150):
        wrong, at = bytearray(copy), chance.randrange(len(copy))
        wrong[at] ^= 1 << chance.randrange(8)
        try:
            assert check(io.BytesIO(wrong)) == whole
        except Damaged:
            found += 1
    assert found > 50


def test_a_stored_file_that_is_not_what_it_was_is_refused(people: People) -> None:
    fill(people)
    with pytest.raises(Damaged, match="the stored file"):
        check(io.BytesIO(taken().replace(b"some bytes", b"SOME bytes")))


@pytest.mark.parametrize("content", [b"", b"not a copy", b"\0" * 10240, bytes(range(256)) * 40], ids=range(4))
def test_what_never_was_a_copy_is_refused(content: bytes) -> None:
    with pytest.raises(Damaged):
        check(io.BytesIO(content))


def test_another_program_s_tar_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.tar"
    with tarfile.open(path, "w") as tar:
        tar.add(__file__, "about.txt")
    with path.open("rb") as file, pytest.raises(Damaged, match=r"about\.txt stands where"):
        check(file)


def test_a_copy_of_a_newer_version_is_refused(people: People) -> None:
    with pytest.raises(Damaged, match="made by a newer version"):
        check(io.BytesIO(retold(taken(), format=FORMAT + 1)))
    with pytest.raises(UnknownSteps, match="kernel 9999_from_the_future"):
        restore(io.BytesIO(retold(taken(), steps=[["kernel", "9999_from_the_future"]])))


def retold(copy: bytes, **told: Any) -> bytes:
    """The copy with other words at its beginning."""
    made = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(copy)) as tar, tarfile.open(fileobj=made, mode="w") as out:
        for member in tar:
            content = tar.extractfile(member).read()  # type: ignore[union-attr]
            if member.name == "about.json.gz":
                content = gzip.compress(json.dumps(json.loads(gzip.decompress(content)) | told).encode())
                member.size = len(content)
            out.addfile(member, io.BytesIO(content))
    return made.getvalue()


@pytest.mark.postgres
def test_what_this_database_cannot_hold_is_told_with_its_table(people: People) -> None:
    before, copy = digests(), changed(taken(), "kernel_role", lambda lines: lines.replace(b"Nothing", b"No\0thing"))
    with pytest.raises(Unfit, match=r"kernel_role does not fit .* invalid byte sequence"):
        restore(io.BytesIO(copy))
    assert digests() == before


@pytest.mark.postgres
def test_a_reference_to_what_is_not_there_is_told(people: People) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE kernel_user SET manager_id = 987654 WHERE id = %s", [people.cleo.user_id])
        cursor.execute("SET session_replication_role = DEFAULT")
    with pytest.raises(Unfit, match=r"refers to what is not in it: .*manager_id.*987654"):
        restore(io.BytesIO(taken()))


def changed(copy: bytes, table: str, edit: Callable[[bytes], bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(copy)) as tar, tarfile.open(fileobj=made, mode="w") as out:
        for member in tar:
            content = tar.extractfile(member).read()  # type: ignore[union-attr]
            if member.name.startswith(f"tables/{table}/"):
                content = gzip.compress(edit(gzip.decompress(content)))
                member.size = len(content)
            out.addfile(member, io.BytesIO(content))
    return made.getvalue()


# ---- files -----------------------------------------------------------------------------------------------------------


def test_a_copy_appears_whole_private_and_alone(people: People, tmp_path: Path) -> None:
    path = tmp_path / "new" / "copy.tar"
    contents = backup(path)
    assert [*path.parent.iterdir()] == [path]
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open("rb") as file:
        assert check(file) == contents


def test_where_it_cannot_be_written_nothing_is_left(people: People, tmp_path: Path, monkeypatch: Any) -> None:
    def full(_draft: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        backup(tmp_path / "copy.tar")
    assert [*tmp_path.iterdir()] == []


def test_a_file_that_is_dropped_meanwhile_is_left_out(people: People, monkeypatch: Any) -> None:
    monkeypatch.setattr("bodega.platform.copies.backup.stored_files", lambda: [Path("/nowhere/at/all")])
    assert check(io.BytesIO(taken())).files == 0


def test_a_file_of_sqlite_that_others_have_open_keeps_its_place(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    place = SqlitePlace(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as old:
        old.execute("PRAGMA journal_mode=WAL")
        old.execute("CREATE TABLE kernel_user (id)")
        with pytest.raises(InUse, match="end Bodega first"):
            place.begin()
    place.begin()
    sqlite3.connect(place.draft).close()
    assert place.accept() == f"{path}.before_{place.stamp}"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["old.sqlite3", f"old.sqlite3.before_{place.stamp}"]


def test_a_damaged_file_of_sqlite_is_moved_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    path.write_bytes(b"no database" * 1000)
    place = SqlitePlace(f"sqlite:///{path}")
    assert place.has_people()
    place.begin()
    sqlite3.connect(place.draft).close()
    assert Path(place.accept()).read_bytes() == b"no database" * 1000


def test_old_copies_are_removed_and_nothing_else(tmp_path: Path) -> None:
    names = [f"bodega-2026010{day}-021000.tar" for day in range(1, 6)]
    for name in [*names, "bodega.tar", "mine.tar"]:
        (tmp_path / name).touch()
    assert [path.name for path in prune(tmp_path, keep=2)] == names[:3]
    assert {path.name for path in tmp_path.iterdir()} == {*names[3:], "bodega.tar", "mine.tar"}


@pytest.fixture
def nightly(tmp_path: Path) -> Iterator[Path]:
    settings.BODEGA_BACKUP_DIR, settings.BODEGA_BACKUP_KEEP = tmp_path, 1
    yield tmp_path
    settings.BODEGA_BACKUP_KEEP = 0


def test_the_nightly_copy_keeps_as_many_as_the_settings_say(people: People, nightly: Path) -> None:
    (nightly / "bodega-20200101-021000.tar").touch()
    back_up.enqueue()
    assert run_waiting() == 1
    assert [path.name[:9] for path in nightly.iterdir()] == [name_now()[:9]]
    settings.BODEGA_BACKUP_KEEP = 0
    [path.unlink() for path in nightly.iterdir()]
    back_up.enqueue()
    run_waiting()
    assert [*nightly.iterdir()] == []

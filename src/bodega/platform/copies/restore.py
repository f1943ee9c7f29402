"""Filling an empty database from a copy, all or nothing, and finding out that what is there is what was taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor

from bodega.platform.copies.archive import BLOCK, Contents, Damaged, Reader, sound
from bodega.platform.copies.backup import agreed
from bodega.platform.copies.digests import Digest, Telling, digest_of, silent
from bodega.platform.copies.engines import Database, database
from bodega.platform.copies.shape import Shape, Table, shape_at
from bodega.platform.files import store
from bodega.platform.indexes import building

LARGEST = 2**63


class Unfit(Exception):
    """A row of the copy cannot be kept by this database; says of which table and why."""


def restore(file: IO[bytes], *, tell: Telling = silent) -> Contents:
    """Make the tables of the copy in the database of this process, fill them, and bring them up to this version.

    Raises Damaged, Unfit or UnknownSteps, and has then written no row.
    """
    reader = Reader(file)
    shape = shape_at([(app, name) for app, name in reader.about.steps])
    if {table.name: [column.name for column in table.columns] for table in shape.tables} != reader.about.columns:
        raise Damaged("its columns are not those that its version had")
    MigrationExecutor(connection).migrate([*shape.steps])
    target = database(connection)
    try:
        with target.writing():
            contents = filled(target, shape, reader, tell=tell)
    except IntegrityError as problem:
        why = "; ".join(str(problem).strip().splitlines())
        raise Unfit(f"the copy refers to what is not in it: {why}") from problem
    follow()
    target.tidy()
    return contents


def filled(target: Database, shape: Shape, reader: Reader, *, tell: Telling) -> Contents:
    found = {}
    target.empty(shape.tables)
    with target.without_indexes(shape.tables):
        known = {table.name: table for table in shape.tables}
        for name, blocks in reader.tables():
            found[name] = loaded(target, known[name], blocks, tell=tell)
        files = sum(kept(sha256, held) for sha256, held in reader.files())
        contents = agreed(reader.contents(), found, files)
    for table in shape.tables:
        if table.numbered and (last := contents.tables[table.name].last_id):
            target.count_on_from(table, last)
    verify(target, shape, contents, tell=tell)
    return contents


def loaded(target: Database, table: Table, blocks: Iterator[bytes], *, tell: Telling) -> Digest:
    digest = Digest()
    try:
        target.load(table, digest.over(blocks))
    except DatabaseError as problem:
        why = str(problem).strip().partition("\n")[0]
        raise Unfit(f"a row of {table.name} does not fit into this database: {why}") from problem
    tell(table.name, digest.rows)
    return digest


def kept(sha256: str, held: IO[bytes]) -> int:
    """Takes a file into the store; 1, for counting."""
    try:
        found, _size = store.keep(iter(lambda: sound(lambda: held.read(BLOCK)), b""), most=LARGEST)
    except ValidationError as problem:
        raise Damaged(" ".join(problem.messages)) from None
    if found != sha256:
        raise Damaged(f"the stored file {sha256} is not what it was")
    return 1


def verify(target: Database, shape: Shape, contents: Contents, *, tell: Telling) -> None:
    """Compare what the database answers with what was taken."""

    def tell_again(name: str, rows: int) -> None:
        tell(f"{name}, read back", rows)

    for table in shape.tables:
        if str(digest_of(target, table, tell=tell_again, loaded=True)) != contents.tables[table.name].sha256:
            raise Unfit(f"the rows of {table.name} do not come out of this database as they went in")


def follow() -> None:
    """What an installation has beside its rows: the tables of this version, and indexes on custom fields."""
    call_command("migrate", verbosity=0, interactive=False)
    for field in building.wanted():
        building.run(building.drop_sql(field))
        building.run(building.create_sql(field))

"""A small installation that has something of everything, kept with every release for the tests of later ones.

    BODEGA_DATA_DIR=/tmp/kept python -m tests.upgrade.installation keep 0.2.0

writes `kept/0.2.0.tar`, a copy as `bodega backup` makes it, and `kept/0.2.0.json.gz`, what every type answers. It
is run with the release itself, on an empty data folder. The other words are the tests': `load FILE` fills an empty
database with a copy and leaves it at the copy's own version; `answers` prints what every record type answers.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

from bodega.web import config

KEPT = Path(__file__).parent / "kept"
NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
"""When it is made and asked: some fields follow from the day."""
INDEXED = ("text", "integer", "date", "choice")


def fill() -> None:
    from bodega.kernel import change, registry
    from bodega.kernel.actors import system
    from bodega.platform.files import store
    from bodega.web.sample import customers, load, selling, telling
    from tests import specimens

    customers.FIRMS, customers.PEOPLE, customers.TWICE = 16, 40, 1
    selling.DEALS, selling.RENEWALS, telling.NOTES = 24, 4, 60
    load.load(lambda step: None)
    actor = system("tests")
    store.upload([b"What was agreed.\n"], "Agreed.txt", actor=actor)
    fields_of_every_kind(actor)
    for type_ in registry.every_type():
        if type_.form and type_.key != "files.file":
            for number in (1, 2, 3):
                made = specimens.create(type_, number, actor=actor)
            if not type_.admin:
                change.save(made, {type_.title: f"Changed {number}"}, actor=actor, type_=type_)
                change.delete(type_, [made.pk], actor=actor)


def fields_of_every_kind(actor: Any) -> None:
    """On a type of ours and on one that an administrator made; some are found and sorted fast."""
    from bodega.kernel import change, registry
    from bodega.kernel.kinds import CUSTOM_KINDS

    made = {"name": "Thing", "plural": "Things", "slug": "all-things"}
    own = change.create(registry.type_of("kernel.type"), made, actor=actor)
    for key in (own.key, "parties.person"):
        for word in CUSTOM_KINDS:
            given = {"type": key, "name": f"A {word}", "word": f"a_{word}", "kind": word, "indexed": word in INDEXED}
            given |= {"options": ["Red", "Green"]} if word in ("choice", "choices") else {}
            given |= {"target": "products.product"} if word in ("reference", "references") else {}
            change.create(registry.type_of("kernel.field"), given, actor=actor)


def answers() -> dict[str, Any]:
    """Of every record type: its records, trash and all, with every field in the form of history; and its history."""
    from bodega.kernel import registry
    from bodega.kernel.models import ChangeRow

    found = {}
    for type_ in registry.every_type():
        fields = type_.fields()
        rows = type_.read(type_.every().order_by("pk"), fields)
        values = {row.id: {name: kind.to_json(row.values[name]) for name, kind in fields.items()} for row in rows}
        past = ChangeRow.objects.filter(type=type_.key).order_by("record_id", "version")
        told = [list(one) for one in past.values_list("record_id", "version", "old", "new")]
        found[type_.key] = {"records": values, "history": told}
    return found


def written() -> str:
    return json.dumps(answers(), ensure_ascii=False, sort_keys=True, default=str)


def keep(version: str) -> None:
    from django.core.management import call_command

    from bodega.platform.copies.backup import backup

    call_command("migrate", verbosity=0)
    fill()
    backup(KEPT / f"{version}.tar", tell=lambda *_table: None)
    (KEPT / f"{version}.json.gz").write_bytes(gzip.compress(written().encode(), mtime=0))


def load(path: Path) -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from bodega.platform.copies.archive import Reader
    from bodega.platform.copies.engines import database
    from bodega.platform.copies.restore import filled
    from bodega.platform.copies.shape import shape_at

    with path.open("rb") as file:
        reader = Reader(file)
        shape = shape_at([(app, name) for app, name in reader.about.steps])
        MigrationExecutor(connection).migrate([*shape.steps])
        target = database(connection)
        with target.writing():
            filled(target, shape, reader, tell=lambda *_table: None)


def main(word: str, given: str = "") -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bodega.web.settings")
    config.load().prepare()
    django.setup()
    from bodega.kernel.scope import scope
    from bodega.lib import clock

    with clock.fixed(NOW), scope():
        if word == "keep":
            keep(given)
        elif word == "load":
            load(Path(given))
        else:
            sys.stdout.write(written())


if __name__ == "__main__":
    main(*sys.argv[1:])

"""How the database goes about what the pages ask: opens each once, and explains every statement behind it.

python -m bench.plans      (prints flags as JSON; BODEGA_DATABASE_URL says which database)
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import Any

from tests.proofs.engines import LARGE
from tests.proofs.installation import ROOT, Failed, Installation

PAGES = (
    "/people/",
    "/people/?sort=-name",
    "/organisations/",
    "/deals/",
    "/people/?q=address.country%3ANO+name%3Aann",
    "/deals/board/",
)
PEOPLE = ("admin", "seller9")
SCAN = re.compile(rf"(?:Seq Scan on|SCAN) ({'|'.join(LARGE)})\b(?! USING)")


@dataclass(frozen=True)
class Flag:
    """A statement of a page that reads a large table from end to end."""

    page: str
    step: str
    statement: str


def flags(installation: Installation) -> list[Flag]:
    """In a process of its own, since it is Django that opens the pages."""
    command = [sys.executable, "-m", "bench.plans"]
    done = subprocess.run(command, cwd=ROOT, env=installation.surroundings, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(done.stderr)
    return [Flag(**found) for found in json.loads(done.stdout)]


def found() -> list[Flag]:
    from django.test import Client  # after Django was set up

    from bodega.kernel import records
    from bodega.kernel.actors import system
    from bodega.kernel.registry import type_of

    everybody = records.user.rows(system("bench"))
    pages = [
        *PAGES,
        *(type_of(key).url(first(key)) for key in ("parties.person", "parties.organisation", "sales.deal")),
    ]
    listed = []
    for login in PEOPLE:
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(everybody.get(login=login))
        for page in pages:
            listed += [Flag(f"{page} ({login})", *flag) for flag in of_page(client, page)]
    return listed


def first(type_key: str) -> int:
    from bodega.kernel.actors import system
    from bodega.kernel.registry import type_of

    return int(type_of(type_key).rows(system("bench")).order_by("pk").values_list("pk", flat=True)[0])


def of_page(client: Any, page: str) -> list[tuple[str, str]]:
    from django.db import connection

    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        client.get(page)
    word = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    marked = []
    with connection.cursor() as cursor:
        for sql, params in asked:
            if sql.startswith("SELECT"):
                cursor.execute(f"{word} {sql}", params)
                steps = (str(row[-1]).strip() for row in cursor.fetchall())
                marked += [(step, sql[:300]) for step in steps if SCAN.search(step)]
    return marked


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bodega.web.settings")
    django.setup()
    print(json.dumps([asdict(flag) for flag in found()]))

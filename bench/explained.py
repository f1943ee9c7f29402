"""Opens each page once and explains every statement behind it; prints which read a large table from end to end.

BODEGA_DATABASE_URL=… python -m bench.explained
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bodega.web.settings")
django.setup()

from django.apps import apps  # noqa: E402  (Django first)
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from bodega.kernel.actors import system  # noqa: E402
from bodega.kernel.registry import type_of  # noqa: E402

ACTOR = system("bench")
PEOPLE = ("admin", "seller9")
LISTS = (
    "/people/ /people/?sort=-name /people/?sort=-updated_at /organisations/ /deals/ /deals/?sort=-amount "
    "/people/?q=address.country%3ANO+name%3Aann /deals/board/ /deals/board/?q=owner%3Ame "
    "/find/?q=lindq /find/?q=person4711 /find/?q=0151+0000+4711 "
    "/api/v1/people/?names=yes&count=yes /api/v1/people/export.csv?fields=name,organisation&q=id%3C5000"
).split()
NEW = ("/people/new/", {"given_name": "Marit", "family_name": "Lindqvist", "email": "person4711@firm1.example"})
"""What is written, and taken back."""
RECORDS = ("parties.person", "parties.organisation", "sales.deal")
MANY = 10_000
"""A table with more rows is large; a smaller one is read from end to end for good reasons."""
SCAN = re.compile(r"SCAN (\w+)\b(?! USING)")


def found() -> Iterator[tuple[str, str, str]]:
    """Page, table, statement."""
    large = {model._meta.db_table for model in apps.get_models() if is_large(model)}
    for login in PEOPLE:
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(type_of("kernel.user").rows(ACTOR).get(login=login))
        asked = {page: partial(read, client, page) for page in (*LISTS, *map(first, RECORDS))}
        for page, ask in (asked | {NEW[0]: partial(write, client)}).items():
            for sql, parameters in statements(ask):
                for table in scanned(sql, parameters):
                    if table in large:
                        yield f"{page} ({login})", table, sql[:300]


def is_large(model: Any) -> bool:
    return bool(model._base_manager.order_by().values("pk")[: MANY + 1].count() > MANY)


def first(type_key: str) -> str:
    """The page of the first record: of organisations the one with the most people, by how the company is made."""
    type_ = type_of(type_key)
    return type_.url(type_.rows(ACTOR).order_by("pk").values_list("pk", flat=True)[0])


def read(client: Client, page: str) -> None:
    answer = client.get(page)
    if answer.streaming:
        for _piece in answer.streaming_content:  # type: ignore[attr-defined]
            pass


def write(client: Client) -> None:
    with transaction.atomic():
        client.post(*NEW)
        transaction.set_rollback(True)


def statements(ask: Callable[[], None]) -> list[tuple[str, Any]]:
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        asked.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        ask()
    return [(sql, parameters) for sql, parameters in asked if sql.startswith("SELECT")]


def scanned(sql: str, parameters: Any) -> Iterator[str]:
    """The tables that a statement reads in the order of the disk; on PostgreSQL those it then reads many rows of."""
    word = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN (ANALYZE, FORMAT JSON)"
    with connection.cursor() as cursor:
        cursor.execute(f"{word} {sql}", parameters)
        rows = cursor.fetchall()
    if connection.vendor == "sqlite":
        yield from (scan[1] for row in rows if (scan := SCAN.search(row[-1])))
    else:
        found = json.loads(rows[0][0]) if isinstance(rows[0][0], str) else rows[0][0]
        yield from (node["Relation Name"] for node in nodes(found[0]["Plan"]) if is_scan(node))


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def is_scan(node: dict[str, Any]) -> bool:
    read = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    return str(node["Node Type"]).endswith("Seq Scan") and read > 2 * MANY


if __name__ == "__main__":
    print(json.dumps([*found()]))

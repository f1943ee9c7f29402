"""Nobody does anything over the API that is not theirs to do: every operation is tried by people who may not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bodega.kernel import change, registry
from tests import specimens
from tests.personas import People
from tests.surfaces.api.conftest import Bear
from tests.surfaces.api.program import Program
from tests.surfaces.test_access import digest, worked_with

pytestmark = pytest.mark.slow
CANARY = "Quetzalcoatlus"
OWN = {"tokens_token", "accounts_attempt", "accounts_session", "audit_entry", "audit_head"}
Call = tuple[str, str, Any]


@pytest.fixture
def planted(people: People) -> dict[str, int]:
    """By slug, the number of a record of Dora's."""
    specimens.custom_type(people.anna)
    product = specimens.create(registry.type_of("products.product"), 9, actor=people.anna)
    change.save(product, {"owner": people.dora.user_id}, actor=people.anna, type_=registry.type_of("products.product"))
    found: dict[str, int] = {}
    for type_ in worked_with():
        given = specimens.values(type_, 7, actor=people.anna)
        texts = {name for name, kind in type_.fields().items() if kind.word in ("text", "longtext")} & given.keys()
        given |= {
            name: f"{CANARY} {name}"
            for name in texts - {"time_zone", "language", "sort", "columns", "by", "show", "repeat"}
        }
        made = change.create(type_, given, actor=people.anna)
        if not type_.within:
            change.save(made, {"owner": people.dora.user_id}, actor=people.anna, type_=type_)
        found[type_.slug] = made.pk
    return found


def calls(anna: Program, planted: dict[str, int]) -> Iterator[Call]:
    """Every operation there is, about those records."""
    for path, methods in anna.get("openapi.json")["paths"].items():
        slug = path.removeprefix("/api/v1/").partition("/")[0]
        pk = planted.get(slug, 1)
        address = path.removeprefix("/api/v1/").replace("{id}", str(pk))
        for method in methods:
            key = f"{CANARY}%20name" if method == "get" else "mine"
            body = None if method in ("get", "delete") else body_for(path, pk)
            yield (method, address.replace("{value}", key), body)


def body_for(path: str, pk: int) -> dict[str, Any]:
    if path.endswith("/bulk/"):
        acts = [{"act": "change", "id": str(pk), "values": {"name": "Mine"}}, {"act": "delete", "id": str(pk)}]
        return {"items": [*acts, {"act": "create", "values": {"name": "Mine"}}]}
    if path.endswith("_many/"):
        return {"ids": [str(pk)]} | ({"stage": "2"} if "move" in path else {})
    return {"stage": "2"} if path.endswith("/move/") else {"reason": "price"} if path.endswith("/lose/") else {}


def state() -> dict[str, str]:
    return {table: held for table, held in digest().items() if table not in OWN}


def test_who_may_do_nothing_is_refused_everywhere_and_changes_nothing(
    people: People, bear: Bear, anna: Program, planted: dict[str, int]
) -> None:
    cleo, tried = bear(people.cleo), [*calls(anna, planted)]
    before = state()
    for method, address, body in tried:
        cleo.call(method, address, body)
        about = address.partition("/")[0]
        assert CANARY.encode() not in cleo.body, (method, address)
        assert cleo.status < 500, (method, address)
        if about in planted:
            is_each = address.endswith("/bulk/") and cleo.status == 207
            assert is_each or cleo.status in (403, 404, 422), (method, address, cleo.status)
    assert [table for table, held in state().items() if before[table] != held] == []


def test_another_team_sees_and_changes_nothing_of_it(
    people: People, bear: Bear, anna: Program, planted: dict[str, int]
) -> None:
    ben, tried = bear(people.ben), [*calls(anna, planted)]
    versions = {slug: version_of(anna, slug, pk) for slug, pk in planted.items()}
    for method, address, body in tried:
        ben.call(method, address, body)
        assert (CANARY.encode() in ben.body, ben.status >= 500) == (False, False), (method, address)
    assert {slug: version_of(anna, slug, pk) for slug, pk in planted.items()} == versions


def version_of(anna: Program, slug: str, pk: int) -> int:
    return int(anna.get(f"{slug}/{pk}/")["version"])

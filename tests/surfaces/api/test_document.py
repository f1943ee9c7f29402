"""The document says what there is, for who asks: no more types than they may see, and every name it refers to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import resolve

from bodega.kernel import registry
from tests import specimens
from tests.personas import People
from tests.surfaces.api.conftest import Bear
from tests.surfaces.api.program import Program


def references(held: Any) -> Iterator[str]:
    if isinstance(held, dict):
        yield from [held["$ref"]] if "$ref" in held else []
        held = [*held.values()]
    for inner in held if isinstance(held, list) else ():
        yield from references(inner)


def at(document: Any, pointer: str) -> Any:
    for part in pointer.removeprefix("#/").split("/"):
        document = document[part]
    return document


def slugs(document: Any) -> set[str]:
    return {path.removeprefix("/api/v1/").partition("/")[0] for path in document["paths"]}


def test_it_names_every_type_and_action_and_only_addresses_that_there_are(people: People, anna: Program) -> None:
    specimens.custom_type(people.anna)
    document = anna.get("openapi.json")
    assert document["openapi"] == "3.1.0"
    types = registry.every_type()
    assert slugs(document) >= {type_.slug for type_ in types}
    done = {path for path in document["paths"] if "/do/" in path}
    assert len(done) == sum(len(type_.actions) for type_ in types)
    for path, methods in document["paths"].items():
        view = resolve(path.replace("{id}", "1").replace("{value}", "x")).func.view_class  # type: ignore[attr-defined]
        assert all(hasattr(view, method) for method in methods), path


def test_all_it_refers_to_is_there_and_every_name_is_said_once(anna: Program) -> None:
    document = anna.get("openapi.json")
    assert all(at(document, pointer) for pointer in {*references(document)})
    names = [one["operationId"] for methods in document["paths"].values() for one in methods.values()]
    assert len(names) == len({*names})


def test_it_takes_the_parameters_that_the_calls_take(anna: Program) -> None:
    document = anna.get("openapi.json")
    for path, methods in document["paths"].items():
        view = resolve(path.replace("{id}", "1").replace("{value}", "x")).func.view_class  # type: ignore[attr-defined]
        told = [at(document, one["$ref"]) for one in methods.get("get", {}).get("parameters", ())]
        assert {one["name"] for one in told if one["in"] == "query"} == ({*view.takes} if "get" in methods else set())


def test_it_follows_the_fields_there_are(anna: Program) -> None:
    anna.post("fields/", {"type": "parties.person", "name": "Shoe size", "kind": "integer", "required": False})
    schemas = anna.get("openapi.json")["components"]["schemas"]
    assert schemas["parties.person"]["properties"]["shoe_size"]["anyOf"][0]["type"] == "integer"
    assert "shoe_size" in schemas["parties.person.values"]["properties"]
    assert "password" not in schemas["kernel.user"]["properties"]


def test_it_shows_nobody_more_than_they_may(people: People, bear: Bear) -> None:
    cleo = slugs(bear(people.cleo).get("openapi.json"))
    assert not {"people", "organisations", "deals", "tasks"} & cleo
    reading = bear(people.anna, may_write=False).get("openapi.json")
    assert {method for methods in reading["paths"].values() for method in methods} == {"get"}
    assert {one["key"] for one in bear(people.ben, types=["parties.person"]).get("")["types"]} & {
        "parties.person", "parties.organisation",
    } == {"parties.person"}  # fmt: skip

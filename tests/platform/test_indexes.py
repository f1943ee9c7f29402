"""A custom field that shall be found fast has an index that questions really use, built beside the work of others."""

from __future__ import annotations

import pytest
from django.db import connection

from bodega.apps.products.records import product
from bodega.kernel import change, query
from bodega.kernel.actors import system
from bodega.platform.administration.records import custom_field
from bodega.platform.indexes import building
from bodega.platform.indexes.jobs import keep_indexes
from bodega.platform.jobs.models import Job
from bodega.platform.jobs.run import run_waiting
from tests.personas import People, employed, known


@pytest.fixture
def gate(transactional_db: None) -> People:
    """People outside of a test's transaction: an index cannot be built beside others from within one."""
    employed(system("tests"))
    return known()


def run() -> list[str]:
    """Lets a worker build; returns the names of what it built."""
    asked = keep_indexes.enqueue()
    run_waiting()
    return list(Job.objects.get(pk=asked.pk).result)


def make(people: People, kind: str, **more: object) -> object:
    given = {"type": "products.product", "name": f"A {kind}", "word": f"a_{kind}", "kind": kind, "indexed": True}
    return change.create(custom_field, given | more, actor=people.anna)


@pytest.mark.parametrize(("kind", "value", "asked"), [("integer", 7, "a_integer:7"), ("choice", "red", "a_choice:red")])
def test_a_question_uses_it(gate: People, kind: str, value: object, asked: str) -> None:
    make(gate, kind, **({"options": ["Red", "Green"]} if kind == "choice" else {}))
    assert len(run()) == 1
    change.save_many(product, [change.Draft(None, {"name": f"P{n}"}) for n in range(300)], actor=gate.anna)
    change.create(product, {"name": "Shackle", f"a_{kind}": value}, actor=gate.anna)
    rows = query.ask(product, query.parse(asked, product, actor=gate.anna), actor=gate.anna).values("pk").order_by()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("SET enable_seqscan = off")
    assert (rows.count(), "field_index_" in rows.explain()) == (1, True)


def test_it_goes_with_the_field_and_comes_back(gate: People) -> None:
    made = make(gate, "integer")
    run()
    change.delete(custom_field, [made.pk], actor=gate.anna)  # type: ignore[attr-defined]
    run()
    assert building.existing() == set()
    change.restore(custom_field, [made.pk], actor=gate.anna)  # type: ignore[attr-defined]
    assert (len(run()), len(building.existing())) == (1, 1)


def test_what_is_there_is_left_alone(gate: People) -> None:
    make(gate, "integer")
    assert (len(run()), run()) == (1, [])

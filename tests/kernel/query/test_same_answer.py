"""The database and Python answer every question alike: of all kinds, two-valued, through references, whoever asks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bodega.kernel import change, registry
from bodega.kernel.actors import Actor
from bodega.kernel.kinds import Asking
from bodega.kernel.query import Question, ask, holds
from bodega.kernel.record import RecordType
from tests.kernel.query import trees
from tests.kernel.query.conftest import Harbour

pytestmark = pytest.mark.slow
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])


def leaves(harbour: Harbour) -> st.SearchStrategy[Any]:
    """Conditions on every field of a boat, and on fields of what it refers to, as Anna would type them."""
    boat, product, user = harbour.boat, harbour.product, harbour.boat.fields()["owner"].target  # type: ignore[attr-defined]
    asked = [((kind.key,), kind) for kind in boat.fields().values() if kind.operators]
    place, name = boat.fields()["a_place"], product.fields()["name"]
    asked += [((place.key, part), place.part(part)) for part in ("city", "country")]  # type: ignore[attr-defined]
    asked += [((harbour.key("a_reference"), "name"), name), ((harbour.key("a_references"), "name"), name)]
    asked += [(("owner", "email"), user.fields()["email"])]
    return st.one_of(*(trees.condition(path, kind, harbour.pointed, harbour.people.anna) for path, kind in asked))


def same(type_: RecordType, question: Question, actor: Actor) -> None:
    rows = type_.every(deleted=False)
    found = {row.pk for row in ask(type_, question, actor=actor, rows=rows)}
    asking = Asking(actor, trees.NOW)
    assert found == {row.pk for row in rows if holds(question, type_.image(row), type_, asking=asking)}


@pytest.mark.parametrize("who", ["anna", "ben", "cleo"])
def test_of_every_kind(harbour: Harbour, who: str) -> None:
    actor: Actor = getattr(harbour.people, who)

    @QUIET
    @given(
        st.lists(trees.values(harbour.boat, harbour.pointed), min_size=1, max_size=4),
        st.lists(trees.question(trees.tree(leaves(harbour))), min_size=1, max_size=8),
    )
    def alike(rows: list[dict[str, Any]], questions: list[Question]) -> None:
        with transaction.atomic():
            harbour.add(*rows)
            for question in questions:
                same(harbour.boat, question, actor)
            transaction.set_rollback(True)

    alike()


@pytest.mark.parametrize("who", ["anna", "ben", "cleo"])
def test_of_related_records(harbour: Harbour, who: str) -> None:
    actor: Actor = getattr(harbour.people, who)
    name = trees.condition(("name",), harbour.boat.fields()["name"], harbour.pointed, harbour.people.anna)
    inner = trees.tree(name)
    relation = trees.related(harbour.boat, harbour.key("a_reference"), inner)
    relation |= trees.related(harbour.boat, harbour.key("a_any"), inner)
    owned = [{"owner": harbour.people.anna.user_id}, {"owner": harbour.people.dora.user_id}, {}]

    @QUIET
    @given(
        st.lists(
            st.builds(dict, st.fixed_dictionaries({"name": trees.text.filter(str.strip)}),
                      a_reference=st.sampled_from([*harbour.pointed["reference"], None]),
                      a_any=st.sampled_from([*harbour.anything, None])), max_size=5,
        ),
        st.lists(st.sampled_from(owned), min_size=5, max_size=5),
        st.lists(trees.question(trees.tree(relation | name)), min_size=1, max_size=5),
    )  # fmt: skip
    def alike(rows: list[dict[str, Any]], owners: list[dict[str, Any]], questions: list[Question]) -> None:
        with transaction.atomic():
            harbour.add(*(row | owner for row, owner in zip(rows, owners, strict=False)))
            for question in questions:
                same(harbour.product, question, actor)
            transaction.set_rollback(True)

    alike()


@pytest.mark.parametrize("who", ["anna", "ben", "cleo"])
def test_of_lines(harbour: Harbour, who: str) -> None:
    actor: Actor = getattr(harbour.people, who)
    deal = registry.type_of("sales.deal")
    lines = deal.fields()["lines"]
    inner = trees.tree(st.one_of(*(
        trees.condition((name,), lines.kinds[name], harbour.pointed, harbour.people.anna)  # type: ignore[attr-defined]
        for name in ("product", "description", "quantity")
    )))  # fmt: skip
    line = st.fixed_dictionaries(
        {"product": st.sampled_from([*harbour.pointed["reference"], None])},
        optional={"description": trees.text, "quantity": st.sampled_from([Decimal(1), Decimal("2.25"), Decimal(0)])},
    )

    @QUIET
    @given(
        st.lists(st.lists(line, max_size=3), max_size=4),
        st.lists(trees.question(trees.tree(trees.related(deal, "lines", inner))), min_size=1, max_size=5),
    )
    def alike(rows: list[list[dict[str, Any]]], questions: list[Question]) -> None:
        with transaction.atomic():
            for lines in rows:
                change.create(deal, {"name": "Order", "lines": lines}, actor=harbour.people.anna)
            for question in questions:
                same(deal, question, actor)
            transaction.set_rollback(True)

    alike()

"""Whatever JSON comes in for a field: it is a value that the databases keep, or it is told what is wrong with it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from bodega.kernel import registry
from bodega.kernel.actors import system
from bodega.kernel.kinds import CUSTOM_KINDS, Choosable, Kind
from bodega.surfaces.api.schemas import coming_in
from bodega.surfaces.api.values import read_lines, read_value

ACTOR = system("tests")
WILD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
    | st.sampled_from(["2026-11-22", "2026-11-22T09:30:00+01:00", "0001-01-01T00:00:00+23:59", "12.5", "-0", "1e5", "7",
                       "NaN", "Infinity", "٣", "DE", "red", "99999999999999999999", "20261122", "2026-W01-1"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["amount", "currency", "type", "id", "street", "lat"]) | st.text(), inner)
    | st.fixed_dictionaries({"amount": inner, "currency": st.sampled_from(["EUR", "JPY", "XXX", "eur", ""]) | inner})
    | st.fixed_dictionaries({"type": st.sampled_from(["parties.person", "no.type"]) | inner, "id": inner}),
    max_leaves=8,
)  # fmt: skip


def kind_of(word: str) -> Kind:
    more: dict[str, Any] = {}
    if word in ("choice", "choices"):
        more["fixed"] = (Choosable("red", "Red"), Choosable("green", "Green"))
    if word in ("reference", "references"):
        more["to"] = "parties.organisation"
    return CUSTOM_KINDS[word](name="field", custom="f1", **more)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("word", CUSTOM_KINDS)
@given(wild=WILD)
def test_wild_json_is_a_value_or_is_refused(word: str, wild: Any) -> None:
    kind = kind_of(word)
    try:
        value = read_value(kind, wild, actor=ACTOR)
    except ValidationError:
        return
    kind.pack(value)
    again = kind.to_json(value)
    assert kind.to_json(read_value(kind, again, actor=ACTOR)) == again
    assert "\\u0000" not in json.dumps(again)


@given(wild=WILD)
def test_wild_lines_are_read_or_refused(wild: Any) -> None:
    part = registry.type_of("sales.deal").declared["lines"]
    lines, wrong = read_lines(part, wild, actor=ACTOR, at="/lines")
    assert wrong or isinstance(lines, list)
    assert all(one["pointer"].startswith("/lines") and one["detail"] for one in wrong)


@pytest.mark.parametrize("word", CUSTOM_KINDS)
def test_every_kind_says_what_it_takes(word: str) -> None:
    schema = coming_in(kind_of(word))
    assert schema == {} or schema["anyOf"][-1] == {"type": "null"}

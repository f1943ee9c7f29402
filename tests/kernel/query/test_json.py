"""Programs ask in JSON: the form is exact, and what is wrong with it is told by its path."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bodega.kernel.actors import system
from bodega.kernel.kinds import Asking, Show
from bodega.kernel.query import Question, QuestionError, ask, holds, sentence, write
from bodega.kernel.query.tree import Is
from tests.kernel.query import trees
from tests.kernel.query.conftest import Harbour

IS = {"path": ["name"], "op": "is", "value": "x"}


def test_the_form_of_every_condition() -> None:
    where = {
        "and": [
            {"or": [IS, {"path": ["account", "sector"], "op": "empty"}]},
            {"not": {"words": "acme"}},
            {"was": {"path": ["amount"], "op": "gt", "value": {"amount": "5", "currency": "EUR", "any": True}}},
            {"changed": "stage"},
            {"related": "sales.deal", "through": "account", "quantifier": "none", "where": {"and": []}},
            {
                "related": "sales.deal",
                "through": "account",
                "quantifier": "count",
                "op": "ge",
                "number": 3,
                "where": IS,
            },
            {"path": ["tags"], "op": "has", "value": ["vip", {"param": "tag"}]},
        ]
    }
    given = {"v": 1, "where": where}
    assert Question.from_json(given).to_json() == given


MISTAKES: list[tuple[Any, str]] = [
    (None, ""),
    ({"v": 1}, ""),
    ({"v": 2, "where": IS}, "v"),
    ({"v": True, "where": IS}, "v"),
    ({"v": 1, "where": []}, "where"),
    ({"v": 1, "where": {"and": [IS, {"nand": []}]}}, "where.and[1]"),
    ({"v": 1, "where": {"or": []}}, "where"),
    ({"v": 1, "where": {"not": IS, "and": []}}, "where"),
    ({"v": 1, "where": {"not": {"path": [], "op": "is", "value": "x"}}}, "where.not"),
    ({"v": 1, "where": {"path": ["name"], "op": "like", "value": "x"}}, "where.op"),
    ({"v": 1, "where": {"path": ["name"], "op": "is"}}, "where"),
    ({"v": 1, "where": {"path": ["name"], "op": "is", "value": None}}, "where.value"),
    ({"v": 1, "where": {"path": ["name"], "op": "is", "value": []}}, "where.value"),
    ({"v": 1, "where": {"path": ["name"], "op": "gt", "value": ["a", "b"]}}, "where.value"),
    ({"v": 1, "where": {"path": ["name"], "op": "empty", "value": "x"}}, "where.op"),
    ({"v": 1, "where": {"path": ["name"], "op": "is", "value": "a\x00"}}, "where.value"),
    ({"v": 1, "where": {"path": ["name"], "op": "is", "value": ["a", "\ud800"]}}, "where.value[1]"),
    ({"v": 1, "where": {"path": ["name"], "op": "is", "value": "x" * 6000}}, "where.value"),
    ({"v": 1, "where": {"words": ""}}, "where.words"),
    ({"v": 1, "where": {"related": "sales.deal", "through": "account", "quantifier": "some", "where": IS}}, "where"),
    ({"v": 1, "where": {"related": "sales.deal", "through": "account", "quantifier": "count", "where": IS}}, "where"),
]


@pytest.mark.parametrize(("given", "path"), MISTAKES, ids=[str(at) for at in range(len(MISTAKES))])
def test_a_mistake_is_told_by_its_path(given: Any, path: str) -> None:
    with pytest.raises(QuestionError) as caught:
        Question.from_json(given)
    assert caught.value.path == path


def nested(node: Any, times: int) -> Any:
    return node if times == 0 else {"not": nested(node, times - 1)}


def test_what_is_nested_without_end_is_refused() -> None:
    with pytest.raises(QuestionError):
        Question.from_json({"v": 1, "where": nested(IS, 500)})


def test_parameters_are_given_when_it_is_asked(harbour: Harbour) -> None:
    harbour.add({"name": "Ada"}, {"name": "Bea"})
    question = Question(Is(("name",), "is", ["Ada", {"param": "other"}]))
    with pytest.raises(QuestionError, match=r"The question needs a value for “other”\."):
        ask(harbour.boat, question, actor=harbour.people.anna)
    found = ask(harbour.boat, question.given(other="Bea"), actor=harbour.people.anna)
    assert sorted(row.name for row in found) == ["Ada", "Bea"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | trees.text
    | st.sampled_from(["12", "-30d", "9" * 30]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["relative", "user", "name", "amount", "currency", "type", "id", "status", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=3,
)


@pytest.mark.slow
def test_a_value_that_is_none_of_the_field_is_refused_and_never_reaches_the_database(harbour: Harbour) -> None:
    boat, anna = harbour.boat, harbour.people.anna
    harbour.add({"name": "Ada"})
    image = boat.image(boat.every().get())
    operators = st.sampled_from(["is", "has", "contains", "starts", "lt", "ge"])
    paths = st.sampled_from([kind.key for kind in boat.fields().values()])

    @settings(max_examples=500, deadline=None, suppress_health_check=[*HealthCheck])
    @given(paths, operators, JSON)
    def asked(key: str, operator: str, value: Any) -> None:
        try:
            question = Question.from_json({"v": 1, "where": {"path": [key], "op": operator, "value": value}})
            ask(boat, question, actor=anna).exists()
            holds(question, image, boat, asking=Asking(anna, trees.NOW))
            write(question, boat, show=Show(anna))
            sentence(question, boat, show=Show(anna))
        except QuestionError:
            pass

    asked()


def test_the_program_itself_can_ask(harbour: Harbour) -> None:
    harbour.add({"name": "Ada"})
    mine = Question(Is(("owner",), "is", {"user": "me"}))
    assert ask(harbour.boat, mine, actor=system("tests")).count() == 0
    assert ask(harbour.boat, mine, actor=harbour.people.anna).count() == 1

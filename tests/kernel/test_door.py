"""What goes round the door for reading fails in tests: the watch of `tests.guard` sees it."""

from __future__ import annotations

import pytest

from bodega.apps.sales import panels
from bodega.apps.sales.models import Deal
from bodega.kernel import registry
from tests.personas import People

AROUND = "def look(): return list(Deal.objects.values_list('name', flat=True))"


def test_a_question_that_goes_round_the_door_fails(people: People) -> None:
    made = {"__name__": panels.__name__, "Deal": Deal}
    exec(AROUND, made)  # noqa: S102  (as if a module of the program had it)
    with pytest.raises(AssertionError, match=r"bodega.apps.sales.panels asked without the door: SELECT"):
        made["look"]()  # type: ignore[operator]


def test_what_comes_through_it_does_not(people: People) -> None:
    made = {"__name__": panels.__name__, "rows": registry.type_of("sales.deal").rows(people.ben)}
    exec("def look(): return (rows.count(), list(rows), rows.exists(), list(rows.values('name')))", made)  # noqa: S102
    assert made["look"]() == (0, [], False, [])  # type: ignore[operator]

"""A change can be asked what was before and what became different; a stored record cannot."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bodega.kernel import registry
from bodega.kernel.kinds import Asking
from bodega.kernel.query import QuestionError, ask, holds, parse
from tests.personas import People

WON = {"status": "won", "name": "Boat", "tags": [], "owner": 1}
OPEN = {"status": "open", "name": "Boat", "tags": [], "owner": None}
CASES: list[tuple[str, dict[str, Any], dict[str, Any], bool]] = [
    ("was(status:open) status:won", OPEN, WON, True),
    ("was(status:won)", OPEN, WON, False),
    ("was(-status:won)", OPEN, WON, True),
    ("changed(status)", OPEN, WON, True),
    ("changed(name)", OPEN, WON, False),
    ("-changed(name) changed(owner)", OPEN, WON, True),
    ("changed(status) status:won", {}, WON, True),
    ("was(-status:won)", {}, WON, False),
    ("changed(tags)", {}, WON, False),
    ("was(owner:empty) -owner:empty", OPEN, WON, True),
]


@pytest.mark.parametrize(
    ("typed", "old", "new", "answer"), CASES, ids=[f"{typed} {at}" for at, (typed, *_) in enumerate(CASES)]
)
def test_before_and_after(people: People, typed: str, old: dict[str, Any], new: dict[str, Any], answer: bool) -> None:
    deal = registry.type_of("sales.deal")
    asking = Asking(people.anna, datetime(2026, 11, 21, tzinfo=UTC))
    assert holds(parse(typed, deal, actor=people.anna), new, deal, asking=asking, old=old) is answer


def test_a_stored_record_has_no_before(people: People) -> None:
    deal = registry.type_of("sales.deal")
    question = parse("was(status:open)", deal, actor=people.anna)
    with pytest.raises(QuestionError, match="What was before a change can only be asked of a change"):
        holds(question, WON, deal, asking=Asking(people.anna))
    with pytest.raises(QuestionError, match="What was before a change can only be asked of a change"):
        ask(deal, question, actor=people.anna)


def test_words_are_searched_among_stored_records_only(people: People) -> None:
    deal = registry.type_of("sales.deal")
    with pytest.raises(QuestionError, match="Words can only be searched for among stored records; name a field"):
        holds(parse("boat", deal, actor=people.anna), WON, deal, asking=Asking(people.anna))

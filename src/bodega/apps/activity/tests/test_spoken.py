"""One line about a conversation is read in either language, and never for more than it says."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.apps.activity import wording
from bodega.apps.activity.spoken import Someone, Understood, possible_names, understand

SUNDAY = date(2026, 11, 22)
OUTCOMES = {"reached": "Reached", "no_answer": "No answer", "agreed": "Agreed", "trial": "Wants a trial"}
MIA, MIA_TWO = Someone("parties.person", 1, "Mia Berg"), Someone("parties.person", 2, "Mia Holm")
OLA, BEN = Someone("parties.person", 3, "Ola Nordmann"), Someone("kernel.user", 3, "Ben Ito")
ISDOM = Someone("parties.organisation", 4, "Isdom Bygg AS")
PEOPLE = (MIA, OLA, BEN, ISDOM)


def heard(line: str, people: tuple[Someone, ...] = PEOPLE) -> dict[str, object]:
    found = understand(line, today=SUNDAY, outcomes=OUTCOMES, people=people)
    said: dict[str, object] = {one.part: one.value for one in found.heard if one.part != "who"}
    who = [" or ".join(one.name for one in each.value) for each in found.who if isinstance(each.value, tuple)]
    return said | ({"who": who} if who else {})


LINES: dict[str, dict[str, object]] = {
    "called Mia about invoice 5 min, wants Friday": {
        "channel": "call", "direction": "out", "who": ["Mia Berg"], "minutes": 5, "follow_up": date(2026, 11, 27),
    },
    "Mia called, agreed": {"channel": "call", "direction": "in", "who": ["Mia Berg"], "outcome": "agreed"},
    "Mia angerufen, nicht erreicht, ruft morgen zurück": {
        "channel": "call", "who": ["Mia Berg"], "outcome": "no_answer", "follow_up": date(2026, 11, 23),
    },
    "heute Morgen Besprechung mit Ola und Ben, 1,5 Std": {
        "channel": "meeting", "who": ["Ola Nordmann", "Ben Ito"], "minutes": 90,
    },
    "Anruf von Frau Berg, bis 3.12. antworten": {
        "channel": "call", "direction": "in", "who": ["Mia Berg"], "follow_up": date(2026, 12, 3),
    },
    "mail to Isdom, by 3 December": {
        "channel": "email", "direction": "out", "who": ["Isdom Bygg AS"], "follow_up": date(2026, 12, 3),
    },
    "met Ola yesterday half an hour, wants a trial": {
        "channel": "meeting", "who": ["Ola Nordmann"], "happened_on": date(2026, 11, 21), "minutes": 30,
        "outcome": "trial",
    },
    "not agreed": {},
    "calls back in 5 minutes": {"channel": "call"},
    "letzten Freitag besucht, in zwei Wochen wieder": {
        "channel": "visit", "happened_on": date(2026, 11, 20), "follow_up": date(2026, 12, 6),
    },
    "order 300 of the red ones": {},
}  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_what_is_heard(line: str) -> None:
    assert heard(line) == LINES[line]


def test_a_name_that_fits_two_says_so() -> None:
    assert heard("called Mia", (MIA, MIA_TWO, OLA))["who"] == ["Mia Berg or Mia Holm"]
    assert heard("called Mia Holm", (MIA, MIA_TWO, OLA))["who"] == ["Mia Holm"]


def test_who_is_named_twice_is_there_once() -> None:
    assert heard("called Mia, Berg wants it")["who"] == ["Mia Berg"]


def test_what_says_something_else_is_no_name() -> None:
    words = possible_names("called Mia about invoice 5 min, wants Friday", today=SUNDAY, outcomes=OUTCOMES)
    assert words == ["mia", "about", "invoice", "wants"]


def sound(found: Understood) -> None:
    """Whatever is heard stands in the line, apart from the rest, and is possible."""
    places = sorted({(one.start, one.end) for one in found.heard})
    assert all(0 <= start < end <= len(found.line) for start, end in places)
    assert all(before[1] <= after[0] for before, after in pairwise(places))
    parts = [one.part for one in found.heard if one.part != "who"]
    assert len(parts) == len({*parts})
    for one in found.heard:
        if isinstance(one.value, date):
            assert (one.value > SUNDAY) is (one.part == "follow_up")
        if one.part == "minutes":
            assert isinstance(one.value, int)
            assert 0 < one.value <= 24 * 60


WORDS = sorted(
    {
        word
        for held in (wording.CHANNELS, wording.TOWARDS, wording.OUTCOMES)
        for one in held.values()
        for word in one.split("|")
    }
    | {
        *wording.WEEKDAYS,
        *wording.MONTHS,
        *wording.LENGTHS,
        *wording.BEFORE_DAY,
        *wording.NUMBERS,
        *wording.NOT,
        "in",
        "3",
        "31.2.",
    }
    | {"2026-02-30", "99.99.", "5 min", "1:30 h", "weeks", "Mia", "Berg", "Ben", "ﬁ", "İstanbul", "9999-12-31", "29.2."}
)


@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_any_line_is_read(line: str) -> None:
    found = understand(line, today=SUNDAY, outcomes=OUTCOMES, people=PEOPLE)
    assert found.line == line
    sound(found)


PARTS: dict[str, dict[str, object]] = {
    "channel": {"called": "call", "Besprechung": "meeting", "letter": "post"},
    "minutes": {"5 min": 5, "1,5 Stunden": 90, "half an hour": 30},
    "outcome": {"no answer": "no_answer", "zugesagt": "agreed"},
    "who": {"Ola": ["Ola Nordmann"], "Ben Ito": ["Ben Ito"]},
    "follow_up": {
        "Friday": SUNDAY + timedelta(5),
        "morgen": SUNDAY + timedelta(1),
        "in 3 Tagen": SUNDAY + timedelta(3),
    },
}


@given(st.permutations([*PARTS]), st.data())
def test_the_order_makes_no_difference(parts: list[str], data: st.DataObject) -> None:
    said = {part: data.draw(st.sampled_from([*PARTS[part]])) for part in parts}
    found = heard(", ".join(said.values()))
    assert {part: found.get(part) for part in parts} == {part: PARTS[part][words] for part, words in said.items()}

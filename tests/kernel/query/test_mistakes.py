"""Whoever mistypes a question is shown the exact place, what is wrong there, and what was probably meant."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bodega.kernel import registry
from bodega.kernel.query import Question, QuestionError, ask, parse
from bodega.kernel.query.tree import DEEPEST, LONGEST, MOST, Is, Not, Or, Words
from tests.kernel.query.conftest import Harbour
from tests.personas import People

# (what was typed, with what is wrong between ‹ and ›; the message)
MISTAKES = [
    ("‹stge›:open", "There is no field “stge”. Did you mean “stage”?"),
    ("amount>5 ‹stge›:open", "There is no field “stge”. Did you mean “stage”?"),
    ("account.‹nam›:x", "There is no field “nam”. Did you mean “name”?"),
    ("amount.‹x›:3", "“amount” has no fields of its own."),
    ("‹10›:30", "“10” is not a field. To search for the words, put them in quotes."),
    ("‹https›://x.example", "There is no field “https”. To search for the words, put them in quotes."),
    ("status:‹opn›", "“opn” is not one of the options; did you mean “Open”?"),
    ("status:won,‹lots›", "“lots” is not one of the options; did you mean “Lost”?"),
    ("amount>‹12o›", "“o” is not a currency; write its code, such as EUR"),
    ("probability>‹often›", "“often” is not a number"),
    ("expected<‹31/31/2026›", "“31/31/2026” is not a date; write it as 2026-03-31"),
    ("probability:10..‹x›", "“x” is not a number"),
    ("probability:‹..›", "Expected a value before or after “..”."),
    ("amount>‹ ›", "Expected a value here."),
    ("amount>=‹ ›", "Expected a value here."),
    ("status:won,‹ ›", "Expected a value here."),
    ("‹>›5", "A field is missing before this."),
    ("‹status>›won", "“status” cannot be asked that way. Try status:…, status:empty."),
    ("‹weighted>›5", "“weighted” cannot be asked for."),
    ("‹lines:x›", "“lines” cannot be asked for."),
    ("‹status:wo*›", "“status” cannot be asked that way. Try status:…, status:empty."),
    ("a ‹(›b", "This “(” is not closed."),
    ("tags:‹(›a,b", "This “(” is not closed."),
    ("a‹)›", "This “)” closes nothing."),
    ("name:‹\"›anna", "The quotes are not closed."),
    ("‹\"\"›", "There is nothing between the quotes."),
    ("name:‹x(›y)", "Put a value with parentheses in quotes."),
    ("a ‹or›", "“or” stands between two conditions; one is missing."),
    ("‹or› a", "“or” stands between two conditions; one is missing."),
    ("(a ‹or›)", "“or” stands between two conditions; one is missing."),
    ("a ‹-› b", "What is to be left out must follow. To search for a dash, put it in quotes."),
    ("a ‹not›", "What is to be left out must follow. To search for a dash, put it in quotes."),
    ("‹dels›(x)", "“dels” is not a field. To search for the words, put them in quotes."),
    ("‹a\x00b›", "The text has a NUL character (U+0000), which cannot be kept. Remove it and try again."),
    ("changed(‹account.name›)", "Only a field of the record itself can be asked for a change."),
    ("changed(‹)›", "Expected the name of a field."),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "message"), MISTAKES, ids=[marked for marked, _message in MISTAKES])
def test_a_mistake_is_shown_where_it_is(people: People, marked: str, message: str) -> None:
    deal = registry.type_of("sales.deal")
    assert problem(marked, deal.key, people) == (marked.index("‹"), marked.index("›") - 1, message)


ORGANISATIONS = [
    ("‹deal›(x)", "Nothing called “deal” refers here. Did you mean “deals”?"),
    ("‹consents.x›(x)", "Nothing called “consents.x” refers here. Did you mean “consents”?"),
    ("‹relationships›(x)", "“relationships” refers here in several ways: relationships.party, relationships.other."),
    ("no ‹deel›(x)", "Nothing called “deel” refers here. Did you mean “deals”?"),
    ("count(deals)‹ ›", "Expected a comparison with a whole number, as in >3."),
    ("count(deals)‹>›x", "Expected a comparison with a whole number, as in >3."),
    ("count(deals)‹>›2.5", "Expected a comparison with a whole number, as in >3."),
    ("count(‹)›", "Expected what to count, as in count(deals)>3."),
    ("deals(lines(‹quantty›:2))", "There is no field “quantty”. Did you mean “quantity”?"),
    ("deals(count(‹line›)>1)", "Nothing called “line” refers here. Did you mean “lines”?"),
    ("deals(status:‹opn›)", "“opn” is not one of the options; did you mean “Open”?"),
]


@pytest.mark.parametrize(("marked", "message"), ORGANISATIONS, ids=[marked for marked, _message in ORGANISATIONS])
def test_a_mistake_about_related_records(people: People, marked: str, message: str) -> None:
    assert problem(marked, "parties.organisation", people) == (marked.index("‹"), marked.index("›") - 1, message)


def problem(marked: str, key: str, people: People) -> tuple[int, int, str]:
    typed = marked.replace("‹ ›", "").replace("‹", "").replace("›", "")
    with pytest.raises(QuestionError) as caught:
        parse(typed, registry.type_of(key), actor=people.anna)
    return caught.value.start, caught.value.end, caught.value.message


DEEP = [
    ("-(a or ", 9, ")"),
    ("(a or (b ", 9, "))"),
    ("organisations(", 4, ")"),
    ("no organisations(", 4, ")"),
    ("parent.", 6, ""),
]


def test_what_is_too_long_or_too_deep_is_refused(people: People) -> None:
    deal = registry.type_of("sales.deal")
    for typed in ("x" * (LONGEST + 1), "(" * 3_000, "-" * 3_000 + "x", "x " * (MOST + 1), "-" * DEEPEST + "x"):
        with pytest.raises(QuestionError) as caught:
            parse(typed, deal, actor=people.anna)
        assert 0 <= caught.value.start < caught.value.end <= len(typed)


def test_as_deep_as_a_question_may_be_this_database_takes_it(people: People) -> None:
    organisation = registry.type_of("parties.organisation")
    for actor in (people.anna, people.ben, people.cleo):
        for opening, times, closing in DEEP:
            question = parse(opening * times + "name:x" + closing * times, organisation, actor=actor)
            assert ask(organisation, question, actor=actor).count() == 0
        wide = Question(Or(tuple(Not(Is(("name",), "contains", f"x{number}")) for number in range(MOST))))
        assert ask(organisation, wide, actor=actor).count() == 0


def test_whatever_is_typed_only_a_question_error_comes(people: People) -> None:
    deal = registry.type_of("sales.deal")
    words = st.sampled_from(["stage", "amount", "owner", "tags", "created", "no ", "count(", "was(", "or ", "deals("])
    signs = st.text(st.sampled_from(':=<>!()-"“*,. \\{}#') | st.characters(), max_size=4)

    @settings(max_examples=400, deadline=None, suppress_health_check=[*HealthCheck])
    @given(st.lists(words | signs, max_size=8).map("".join))
    def read(typed: str) -> None:
        place = wrong_place(typed, people)
        assert place is None or 0 <= place[0] <= place[1] <= len(typed) + 1

    def wrong_place(typed: str, people: People) -> tuple[int, int] | None:
        try:
            ask(deal, parse(typed, deal, actor=people.anna), actor=people.anna).exists()
        except QuestionError as caught:
            return caught.start, caught.end
        return None

    read()


def test_a_field_that_was_removed_is_told(harbour: Harbour) -> None:
    question = Question(Is(("f99",), "is", "x"))
    with pytest.raises(QuestionError, match="There is no field “f99”; it may have been removed"):
        ask(harbour.boat, question, actor=harbour.people.anna)
    with pytest.raises(QuestionError, match="Name a field: there is nothing here to search words in"):
        ask(registry.type_of("parties.consent"), Question(Words("x")), actor=harbour.people.anna)

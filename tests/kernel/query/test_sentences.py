"""A question is told in words, and as chips that can be left out one by one."""

from __future__ import annotations

import pytest

from bodega.kernel import change, registry
from bodega.kernel.kinds import Show
from bodega.kernel.query import Question, chips, parse, sentence
from tests.personas import People

SENTENCES = [
    ("", ""),
    ("status:open amount>10k owner:me", "status is Open, amount over 10,000 € and owner is me"),
    ("-status:won", "status is not Won"),
    ("status:won,lost", "status is Won or Lost"),
    ("expected<-30d", "expected before 30 days ago"),
    ('-expected>="this month"', "expected not from this month"),
    ("probability<=50", "probability at most 50"),
    ("lost_reason:empty -contact:empty", "lost because of is empty and contact is not empty"),
    ("account.name:isdom", "account name contains isdom"),
    ("-name:ann* tags:vip", "name does not start with ann and tags include vip"),
    ('"anna berg" -test', "with the words “anna berg” and without the words “test”"),
    ("status:won (amount>5 or tags:vip)", "status is Won and (amount over 5 € or tags include vip)"),
    ("-(amount>5 tags:vip)", "not (amount over 5 € and tags include vip)"),
    ("was(status:open) changed(stage) -changed(owner)",
     "before that status is Open, stage changed and owner did not change"),
    ('owner:"Anna Berg" amount>{least}', "owner is “Anna Berg” and amount over {least}"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "said"), SENTENCES, ids=[typed for typed, _said in SENTENCES])
def test_what_a_question_means(people: People, typed: str, said: str) -> None:
    deal = registry.type_of("sales.deal")
    said = said.replace(" €", "\N{NO-BREAK SPACE}€")
    assert sentence(parse(typed, deal, actor=people.anna), deal, show=Show(people.anna)) == said


RELATED = [
    ("deals(status:won)", "has deals (status is Won)"),
    ("no deals", "has no deals"),
    ("count(deals status:won amount>5)>=3", "has at least 3 deals (status is Won and amount over 5 €)"),
    ("count(deals)=1", "has exactly 1 deals"),
    ("tasks(done_at:empty)", "has tasks (done is empty)"),
    ("deals(count(lines quantity>2)>1)", "has deals (has more than 1 lines (quantity over 2))"),
]


@pytest.mark.parametrize(("typed", "said"), RELATED, ids=[typed for typed, _said in RELATED])
def test_what_is_asked_of_related_records(people: People, typed: str, said: str) -> None:
    said = said.replace(" €", "\N{NO-BREAK SPACE}€")
    organisation = registry.type_of("parties.organisation")
    assert sentence(parse(typed, organisation, actor=people.anna), organisation, show=Show(people.anna)) == said


def test_a_record_named_by_number_is_told_by_name_to_those_who_may_see_it(people: People) -> None:
    deal, organisation = registry.type_of("sales.deal"), registry.type_of("parties.organisation")
    made = change.create(organisation, {"name": "Isdom"}, actor=people.anna)
    question = parse(f"account:#{made.pk}", deal, actor=people.anna)
    assert sentence(question, deal, show=Show(people.anna)) == "account is Isdom"
    assert sentence(question, deal, show=Show(people.cleo)) == "account is not visible to you"


def test_each_chip_knows_the_question_without_itself(people: People) -> None:
    deal = registry.type_of("sales.deal")
    question = parse("status:won -tags:vip (amount>5 or name:x) anna", deal, actor=people.anna)
    found = chips(question, deal, show=Show(people.anna))
    assert [(chip.field, chip.word, chip.value, chip.text) for chip in found] == [
        ("Status", "is", "Won", "-tags:vip (amount>5 or name:x) anna"),
        ("Tags", "do not include", "vip", "status:Won (amount>5 or name:x) anna"),
        ("amount over 5\N{NO-BREAK SPACE}€ or name contains x", "", "", "status:Won -tags:vip anna"),
        ("", "with the words", "“anna”", "status:Won -tags:vip (amount>5 or name:x)"),
    ]
    assert chips(Question(), deal, show=Show(people.anna)) == []

"""Facts in questions: asked by the word of their topic, with the rights of the facts themselves."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from bodega.apps.memory import asked as asking
from bodega.apps.memory.tests.helping import let_care, person, told
from bodega.kernel import change, query, registry
from bodega.kernel.actors import HIDDEN, Actor, actor_of
from bodega.kernel.kinds import Asking, Show
from bodega.kernel.query import QuestionError
from bodega.lib import clock
from tests.personas import People
from tests.surfaces.html.visitor import Visitor

pytestmark = pytest.mark.django_db
PERSON = "parties.person"


def offered(visitor: Visitor, text: str) -> list[str]:
    """What may stand for what was typed above the list of people."""
    page = visitor.get(f"/people/complete/?{urlencode({'q': text})}", **{"HX-Request": "true"})
    return re.findall(r'data-value="([^"]*)"', page.html)


def asked(text: str, *, actor: Actor, key: str = PERSON) -> set[str]:
    """The names that a list shows; the same as asking each of them in Python."""
    type_ = registry.type_of(key)
    question = query.parse(text, type_, actor=actor)
    found = {row.name for row in query.ask(type_, question, actor=actor)}
    held = Asking(actor)
    assert found == {
        row.name for row in type_.rows(actor) if query.holds(question, type_.image(row), type_, asking=held)
    }
    assert query.parse(query.write(question, type_, show=Show(actor)), type_, actor=actor) == question
    assert query.Question.from_json(question.to_json()) == question
    return found


@pytest.fixture
def known(people: People) -> dict[str, int]:
    firm = change.create(registry.type_of("parties.organisation"), {"name": "Isdom"}, actor=people.anna).pk
    mia, jo = person(people, "Mia", organisation=firm), person(people, "Jo")
    kim = person(people, "Kim", owner=people.dora.user_id)
    soon = (clock.now() + timedelta(days=30)).date().isoformat()
    told(mia, "contract_end", soon, actor=people.anna)
    told(jo, "contract_end", "2099-01-31", actor=people.anna)
    told(mia, "likes", "Black tea", actor=people.anna)
    told(mia, "likes", "sailing", actor=people.anna)
    told(kim, "likes", "tea", actor=people.anna)
    told(mia, "size", "40", actor=people.anna, days=30)
    told(mia, "size", "42", actor=people.anna)
    told(mia, "pays_by_invoice", "yes", actor=people.anna)
    told(mia, "allergies", "nuts", actor=people.anna)
    told(firm, "decides", "the board", actor=people.anna)
    return {"mia": mia, "jo": jo, "kim": kim}


ANSWERS = [
    ("fact.contract_end<90d", {"Mia"}),
    ("fact.contract_end<90d last_contact:empty", {"Mia"}),
    ("fact.contract_end>90d", {"Jo"}),
    ("-fact.contract_end:empty", {"Mia", "Jo"}),
    ("fact.contract_end:empty", {"Kim"}),
    ("fact.likes:tea", {"Mia", "Kim"}),
    ("fact.likes=tea", {"Kim"}),
    ("fact.likes:(tea, sailing) -fact.likes:sailing", {"Kim"}),
    ("fact.size:40", set()),
    ("fact.size:42", {"Mia"}),
    ("fact.pays_by_invoice:yes", {"Mia"}),
    ("-fact.pays_by_invoice:yes", {"Jo", "Kim"}),
    ("fact.allergies:nut*", {"Mia"}),
    ("organisation.fact.decides:board", {"Mia"}),
    ("fact.likes:tea or fact.contract_end>90d", {"Mia", "Kim", "Jo"}),
]


@pytest.mark.parametrize(("text", "names"), ANSWERS)
def test_what_holds_is_asked_for(people: People, known: dict[str, int], text: str, names: set[str]) -> None:
    assert asked(text, actor=people.anna) == names


@pytest.mark.parametrize(("text", "names"), ANSWERS)
def test_a_sorted_list_of_a_topic_with_many_facts_is_the_same(
    people: People, known: dict[str, int], monkeypatch: pytest.MonkeyPatch, text: str, names: set[str]
) -> None:
    monkeypatch.setattr(asking, "MANY", 1)
    type_ = registry.type_of(PERSON)
    rows = query.ask(type_, query.parse(text, type_, actor=people.anna), actor=people.anna)
    assert [row.name for row in rows.order_by("name_key", "pk")] == sorted(names)


@pytest.mark.sqlite
def test_a_sorted_list_asks_each_customer_by_the_customer_and_a_count_collects_them(
    people: People, known: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MANY", 1)
    type_ = registry.type_of(PERSON)
    rows = query.ask(type_, query.parse("fact.contract_end<90d", type_, actor=people.anna), actor=people.anna)
    assert "USING INDEX fact_party (party_id=?)" in rows.order_by("name_key", "pk")[:51].explain()
    assert "USING INDEX fact_day (topic_id=? AND day<?)" in rows.order_by().values("pk").explain()


def test_everybody_asks_what_they_may_see(people: People, known: dict[str, int]) -> None:
    assert asked("fact.likes:tea", actor=people.ben) == {"Mia"}
    assert asked("fact.likes:tea", actor=people.dora) == {"Kim"}
    let_care(people, people.ben)
    assert asked("fact.allergies:nuts", actor=actor_of(people.user(people.ben))) == {"Mia"}


def test_a_hidden_topic_is_a_name_that_does_not_exist(people: People, known: dict[str, int]) -> None:
    type_ = registry.type_of(PERSON)
    told_of = []
    for word in ("allergies", "qqqqqqqqq"):
        with pytest.raises(QuestionError) as caught:
            query.parse(f"fact.{word}:x", type_, actor=people.ben)
        told_of.append(caught.value.message.replace(word, "…"))
    assert told_of[0] == told_of[1]
    ben = Visitor(people.user(people.ben))
    assert "fact.likes:" in offered(ben, "fact.")
    assert not [text for text in offered(ben, "fact.al") if "allerg" in text]
    assert "fact." in offered(ben, "fac")


def test_who_may_not_see_a_field_of_facts_asks_for_none(people: People, known: dict[str, int]) -> None:
    role = registry.type_of("kernel.role")
    own = people.user(people.ben).roles[0]
    change.save(own, {"fields": {"memory.fact": {"day": HIDDEN}}}, actor=people.anna, type_=role)
    with pytest.raises(QuestionError):
        asked("fact.contract_end<90d", actor=actor_of(people.user(people.ben)))


def test_nothing_is_grouped_by_facts(people: People, known: dict[str, int]) -> None:
    type_ = registry.type_of(PERSON)
    with pytest.raises(QuestionError):
        query.report(type_, type_.rows(people.anna), by=["fact.size"], actor=people.anna)

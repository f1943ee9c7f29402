"""What is typed and what is there meet: names in any order, parts of an e-mail, phone numbers in any notation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.kernel import change, registry
from bodega.kernel.actors import Actor
from bodega.surfaces.search.finding import find
from bodega.surfaces.search.making import renew
from bodega.surfaces.search.words import asked, plain
from tests.personas import People

PERSON = "parties.person"


def found(text: str, *, actor: Actor) -> dict[str, list[str]]:
    """By type, the names that are found, the best first."""
    hits = find(text, actor=actor, most=10).groups
    labels = [(one.type.key, one.type.labels(one.ids, actor), one.ids) for one in hits]
    return {key: [names[pk].text for pk in ids if pk in names] for key, names, ids in labels}


def make(type_key: str, *, actor: Actor, **values: object) -> int:
    made = change.create(registry.type_of(type_key), values, actor=actor)
    renew(registry.type_of(type_key), [made.pk])
    return int(made.pk)


@pytest.fixture
def thora(people: People) -> People:
    points = [{"channel": "phone", "value": "+493012345678"}, {"channel": "email", "value": "home@elsewhere.example"}]
    make(
        PERSON, actor=people.anna, name="Þóra Ødegård-Berg", email="thora.berg@hafen.example", phone="+4915123456789",
        contact_points=[*points],
    )  # fmt: skip
    make(PERSON, actor=people.anna, name="Bergljot Thomas")
    return people


@pytest.mark.parametrize(
    "text",
    [
        "þóra", "THORA ODE", "berg thora", "degard-b", "ode tho", "thora.berg@hafen.example", "thora.b", "@hafen.exam",
        "hafen", "0151 234", "+49 151 234", "(0151) 23-4", "0049 151/23456789", "+49 (0)151 234", "56789", "151.2345",
        "030 1234", "elsewhere", "thora 0151 23", "  thora   berg ",
    ],
)  # fmt: skip
def test_she_is_found_by(thora: People, text: str) -> None:
    assert found(text, actor=thora.anna).get(PERSON, [])[:1] == ["Þóra Ødegård-Berg"]


@pytest.mark.parametrize(
    "text", ["", "x", "thora x", "0171", "+1 151", "%", "_", "tho_a", "b%g", "berg berta", "'", '"', "\\"]
)
def test_she_is_not_found_by(thora: People, text: str) -> None:
    assert "Þóra Ødegård-Berg" not in found(text, actor=thora.anna).get(PERSON, [])


def test_the_very_name_comes_first_then_its_beginning_then_words_then_letters(people: People) -> None:
    names = ["Nina Bergmann", "Amberger", "Berg", "Berger Uta", "Ann Berg"]
    for name in names:
        make(PERSON, actor=people.anna, name=name)
    assert found("berg", actor=people.anna)[PERSON] == ["Berg", "Berger Uta", "Ann Berg", "Nina Bergmann", "Amberger"]


def test_of_equals_the_newest_comes_first(people: People) -> None:
    first, second = (make(PERSON, actor=people.anna, name="Ann Berg", job_title=title) for title in "ab")
    assert [*find("ann berg", actor=people.anna, most=5).groups[0].ids] == [second, first]
    change.save(first, {"job_title": "c"}, actor=people.anna, type_=registry.type_of(PERSON))
    renew(registry.type_of(PERSON), [first])
    assert [*find("ann berg", actor=people.anna, most=5).groups[0].ids] == [first, second]


def test_every_type_is_found_by_what_it_is_searched_by(people: People) -> None:
    organisation = make("parties.organisation", actor=people.anna, name="Werft Sund", website="https://sund.example")
    make("products.product", actor=people.anna, name="Bollard", code="WE-77")
    make("activity.task", actor=people.anna, name="Ring the werft")
    make("sales.deal", actor=people.anna, name="Werft: 40 bollards", account=organisation)
    about = ("parties.organisation", organisation)
    make("activity.note", actor=people.anna, text="They want\nlamps for the werft by May", about=about)
    assert [*found("werft", actor=people.anna).items()] == [
        ("parties.organisation", ["Werft Sund"]),
        ("sales.deal", ["Werft: 40 bollards"]),
        ("activity.task", ["Ring the werft"]),
        ("activity.note", ["They want\nlamps for the werft by May"]),
    ]
    assert found("we-77", actor=people.anna) == {"products.product": ["Bollard"]}
    assert found("sund.example", actor=people.anna) == {"parties.organisation": ["Werft Sund"]}


@given(st.text(max_size=250))
def test_any_text_can_be_asked_for(text: str) -> None:
    wanted = asked(text)
    assert (wanted.text == plain(wanted.text), all(all(way) for term in wanted.terms for way in term)) == (True, True)


NAUGHTY = [
    '"',
    '""" abc',
    'abc" OR "x',
    "NEAR(abc",
    "abc*",
    "abc^ -def",
    "a'b''c",
    "%%%",
    "___",
    "\\\\\\",
    "abc\\",
    "﷽",
    "𝒳𝒴𝒵",
    "王伟王",
]


@pytest.mark.parametrize("text", [*NAUGHTY, "abc\x01def", "0" * 300, "(0)" * 9, "+ + +", "\u200babc", "ß" * 300])
def test_what_is_there_is_found_whatever_its_letters(people: People, text: str) -> None:
    """By all of it, however the databases write what they look for."""
    pk = make(PERSON, actor=people.anna, name=f"Mia {text}"[:300])
    make(PERSON, actor=people.anna, name="Ann")
    assert [*find(f"mia {text}"[:150], actor=people.anna, most=5).groups[0].ids] == [pk]

"""Who can do what with a record, and why: the same people as the predicate lets, for everybody of companies drawn by
lot; and the sentences a person reads."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

from bodega.kernel import change, query
from bodega.kernel.actors import Team, User, actor_of, system
from bodega.kernel.registry import type_of
from bodega.kernel.rules import LIMIT, SHARE, Rule
from bodega.kernel.scope import forget
from bodega.kernel.sharing import Share
from bodega.platform.administration.reaching import question, worked_with
from bodega.platform.administration.reasons import DOING, reasons
from tests.personas import People
from tests.proofs.companies import TYPE, Company, company, dated

pytestmark = pytest.mark.slow

ASKED = ("name:T1", "owner:me", 'owner:"my team"', "territory:empty", "-teams:empty", "name:T2 or owner:me", "-name:T3")
COMPANIES = int(os.environ.get("BODEGA_COMPANIES", "12"))


def share_some(held: Company, lot: random.Random) -> None:
    """Exceptions by lot: with a person or a team, to see or to change."""
    people, teams = ([held.ids[one] for one in some] for some in (held.people, held.branches[Team]))
    for thing in lot.sample(held.things, 6):
        whom = {"user_id": lot.choice(people)} if lot.random() < 0.5 else {"team_id": lot.choice(teams)}
        Share.objects.create(type=TYPE, record_id=held.ids[thing], may_change=lot.random() < 0.5, **whom)
    forget()


def rule_some(held: Company, lot: random.Random) -> None:
    """Rules by lot, for everybody or for some, that show more or less."""
    ids = {
        one: [held.ids[each] for each in some] for one, some in (("users", held.people), ("teams", held.branches[Team]))
    }
    for _rule in range(lot.randint(1, 3)):
        named = lot.choice(["", *ids])
        asked = query.parse(lot.choice(ASKED), type_of(TYPE), actor=system("rules")).to_json()
        Rule.objects.create(
            name="R", type=TYPE, effect=lot.choice([SHARE, SHARE, LIMIT]), may_change=lot.random() < 0.5, asked=asked,
            **({named: [lot.choice(ids[named])]} if named else {}), **dated(),
        )  # fmt: skip
    forget()


@pytest.mark.django_db
def test_the_reasons_let_in_whom_the_predicate_lets_in() -> None:
    type_ = type_of(TYPE)
    for seed in range(COMPANIES):
        with company(seed) as held:
            share_some(held, random.Random(seed))
            if seed % 3:
                rule_some(held, random.Random(seed))
            told = {pk: reasons(type_, type_.every().get(pk=pk)) for pk in (held.ids[one] for one in held.things)}
            for person in held.people:
                user, actor = held.ids[person], held.actor(person)
                for verb in DOING:
                    may = {
                        pk
                        for pk, found in told.items()
                        if any(one.reason.may for one in found if one.person.pk == user and one.verb == verb)
                    }
                    assert may == {*type_.rows(actor, verb).values_list("pk", flat=True)}, (seed, user, verb)


@pytest.mark.django_db
def test_nobody_has_reasons_for_and_against() -> None:
    type_ = type_of(TYPE)
    for seed in range(10):
        with company(seed) as held:
            for thing in held.things:
                found: dict[Any, set[bool]] = {}
                for one in reasons(type_, type_.every().get(pk=held.ids[thing])):
                    found.setdefault((one.person.pk, one.verb), set()).add(one.reason.may)
                assert {len(said) for said in found.values()} == {1}
                assert len(found) == User.objects.filter(deleted_at=None, is_active=True).count() * len(DOING)


@pytest.mark.django_db
def test_a_question_brings_up_what_somebody_sees(people: People) -> None:
    """Asked by an administrator, it means the same records."""
    type_ = type_of(TYPE)
    for seed in range(COMPANIES):
        with company(seed) as held:
            if seed % 2:
                share_some(held, random.Random(seed))
            for person in held.people:
                actor = held.actor(person)
                for verb in DOING:
                    asked = question(type_, verb, actor=actor)
                    if asked is not None:
                        rows = query.ask(type_, query.parse(asked, type_, actor=people.anna), actor=people.anna)
                        assert {*rows.values_list("pk", flat=True)} == {
                            *type_.rows(actor, verb).values_list("pk", flat=True)
                        }, (seed, asked)


@pytest.mark.django_db
def test_parts_of_a_customer_are_reached_like_the_customer(people: People) -> None:
    person = change.create(type_of("parties.person"), {"name": "Mia", "owner": people.ben.user_id}, actor=people.anna)
    consent = type_of("parties.consent")
    values = {"party": person.pk, "channel": "email", "purpose": "news", "basis": "consent", "source": "by phone"}
    given = change.create(consent, values, actor=people.anna)
    able = {(one.person.name, one.verb) for one in reasons(consent, given) if one.reason.may}
    assert able == {
        (user.name, verb)
        for user in User.objects.filter(deleted_at=None)
        for verb in DOING
        if consent.rows(actor_of(user), verb).filter(pk=given.pk).exists()
    }
    assert ("Ben", "change") in able
    assert ("Dora", "view") not in able


@pytest.mark.django_db
def test_each_reason_is_a_sentence(people: People) -> None:
    deal = type_of("sales.deal")
    made = change.create(deal, {"name": "Boat", "owner": people.ben.user_id}, actor=people.anna)
    south = Team.objects.get(name="South").pk
    made = change.save(made, {"teams": [south]}, actor=people.anna, type_=deal)
    told = {(one.person.name, one.reason.words) for one in reasons(deal, made) if one.verb == "view"}
    assert told == {
        ("Anna", "is an administrator"),
        ("Ben", "owns it"),
        ("Cleo", "has no role that lets them do this"),
        ("Dora", "is in the team {team}, which works on it"),
    }


@pytest.mark.django_db
def test_every_type_that_people_work_with_is_told_of(people: People) -> None:
    assert {"sales.deal", "parties.person", "activity.task"} <= {type_.key for type_ in worked_with()}
    assert not [type_ for type_ in worked_with() if type_.admin or (type_.within and not type_.apart)]

"""What customers told us: the newest word holds, nothing is lost, contradictions stand until somebody settles them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from bodega.apps.memory import actions, queries
from bodega.apps.memory.jobs import forget_facts
from bodega.apps.memory.models import Fact
from bodega.apps.memory.tests.helping import let_care, person, told, topic, type_of
from bodega.apps.memory.understanding import understand
from bodega.kernel import change, history, registry
from bodega.kernel.actors import Actor, actor_of
from bodega.kernel.models import ChangeRow
from bodega.platform.delivering import deliver_all, enlist
from tests.personas import People

pytestmark = pytest.mark.django_db


def holding(party: int, key: str, *, actor: Actor) -> tuple[list[str], list[str]]:
    """What the page shows as holding, and as contradicting that."""
    known = [one for one in queries.known(party, actor=actor) if one.topic.key == key]
    return [row.values["text"] for one in known for row in one.holds], [
        row.values["text"] for one in known for row in one.beside
    ]


def stored(party: int, key: str) -> dict[str, str]:
    rows = type_of(key).every(deleted=False).filter(party=party, topic=topic(key))
    return {row.text: row.standing for row in rows}


def undone(fact: Fact, people: People) -> None:
    """Takes back what happened to it last."""
    type_ = registry.type_of(queries.FACT)
    history.undo(history.last_acts(type_, [fact.pk])[fact.pk].pk, actor=people.anna)


def test_the_newest_word_holds_and_the_old_one_is_kept(people: People) -> None:
    mia = person(people)
    old = told(mia, "size", "40", actor=people.anna, days=30)
    new = told(mia, "size", "42", actor=people.anna)
    assert holding(mia, "size", actor=people.anna) == (["42"], [])
    assert stored(mia, "size") == {"40": "past", "42": "current"}
    row = type_of("size").read(type_of("size").every().filter(pk=old.pk), ["superseded_by"])[0]
    assert row.values["superseded_by"] == new.pk


def test_what_is_heard_later_about_earlier_does_not_hold(people: People) -> None:
    """An import brings what was said long ago."""
    mia = person(people)
    told(mia, "size", "42", actor=people.anna)
    told(mia, "size", "40", actor=people.anna, days=300)
    assert holding(mia, "size", actor=people.anna) == (["42"], [])


def test_of_likes_there_are_several(people: People) -> None:
    mia = person(people)
    for text in ("tea", "sailing", "Tea"):
        told(mia, "likes", text, actor=people.anna)
    assert sorted(holding(mia, "likes", actor=people.anna)[0]) == ["Tea", "sailing"]


@pytest.mark.parametrize("other", [{"sure": "unsure"}, {"said_by": "somebody else"}])
def test_what_contradicts_stands_beside_until_it_is_settled(people: People, other: dict[str, Any]) -> None:
    mia = person(people)
    given = {"said_by": person(people, "Jo")} if "said_by" in other else other
    told(mia, "size", "42", actor=people.anna, days=3)
    doubt = told(mia, "size", "44", actor=people.anna, **given)
    assert holding(mia, "size", actor=people.anna) == (["42"], ["44"])
    actions.settle_fact(doubt, actor=people.anna)
    assert holding(mia, "size", actor=people.anna) == (["44"], [])
    assert stored(mia, "size") == {"42": "past", "44": "current"}
    undone(doubt, people)
    assert holding(mia, "size", actor=people.anna) == (["42"], ["44"])


def test_undone_and_withdrawn_facts_let_the_old_one_hold_or_none(people: People) -> None:
    enlist()
    mia = person(people)
    old = told(mia, "size", "40", actor=people.anna, days=30)
    new = told(mia, "size", "42", actor=people.anna)
    undone(new, people)
    assert holding(mia, "size", actor=people.anna) == (["40"], [])
    deliver_all()
    assert stored(mia, "size") == {"40": "current"}
    actions.withdraw_fact(old, actor=people.anna)
    assert holding(mia, "size", actor=people.anna) == ([], [])


@pytest.mark.parametrize(
    ("key", "text", "kept"),
    [
        ("contract_end", "3/2027", "2027-03-31"),
        ("contract_end", "March 2027", "2027-03-31"),
        ("contract_end", "2027-05-02", "2027-05-02"),
        ("pays_by_invoice", "ja", "yes"),
        ("likes", "Tea, black", "Tea, black"),
    ],
)
def test_values_are_read_as_their_topic_says(people: People, key: str, text: str, kept: str) -> None:
    assert told(person(people), key, text, actor=people.anna).text == kept


@pytest.mark.parametrize(
    ("key", "text"), [("contract_end", "soon"), ("contract_end", "03/04/2027"), ("pays_by_invoice", "maybe")]
)
def test_what_cannot_be_read_or_could_be_two_things_is_refused(people: People, key: str, text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        told(person(people), key, text, actor=people.anna)
    assert [*caught.value.message_dict] == ["text"]


@pytest.mark.parametrize(
    ("line", "key", "text"),
    [
        ("allergic to nuts", "allergies", "nuts"),
        ("contract with Acme ends 3/2027", "contract_end", "3/2027"),
        ("Vertrag mit Acme bis 2027-03-31", "contract_end", "2027-03-31"),
        ("size 42", "size", "42"),
        ("does not like coffee", "dislikes", "coffee"),
        ("no invoice only by card", "pays_by_invoice", "no"),
        ("contract ends soon", "contract_end", ""),
        ("it rained all day", None, "it rained all day"),
    ],
)
def test_a_line_is_understood_by_its_words_or_not_at_all(people: People, line: str, key: str | None, text: str) -> None:
    found = understand(line, queries.topics().values(), actor=people.anna)
    assert (found.topic and found.topic.key, found.text) == (key, text)


def test_sensitive_facts_are_for_roles_that_name_them(people: People) -> None:
    """Who sees everything else of the customer sees nothing of these."""
    mia = person(people)
    told(mia, "allergies", "nuts", actor=people.anna)
    told(mia, "likes", "tea", actor=people.anna)
    sensitive = registry.type_of(queries.SENSITIVE)
    assert {one.topic.key for one in queries.known(mia, actor=people.ben)} == {"likes"}
    assert not sensitive.rows(people.ben).exists()
    with pytest.raises(Exception, match="role does not let you create"):
        told(mia, "allergies", "fish", actor=people.ben)
    let_care(people, people.ben)
    ben, other = actor_of(people.user(people.ben)), person(people, "Kim", owner=people.dora.user_id)
    told(other, "allergies", "wool", actor=people.anna)
    assert [row.text for row in sensitive.rows(ben)] == ["nuts"], "of the customers whom they see, no more"
    assert told(mia, "allergies", "fish", actor=ben).text == "fish"


def test_what_is_over_its_time_is_removed_for_good(people: People) -> None:
    mia = person(people)
    old = told(mia, "allergies", "wool", actor=people.anna, days=365 * 4)
    told(mia, "allergies", "nuts", actor=people.anna)
    change.delete(registry.type_of(queries.SENSITIVE), [old.pk], actor=people.anna)
    assert forget_facts(None) == 1  # type: ignore[arg-type]
    assert stored(mia, "allergies") == {"nuts": "current"}
    assert not ChangeRow._base_manager.filter(type=queries.SENSITIVE, record_id=old.pk).exists()
    assert forget_facts(None) == 0  # type: ignore[arg-type]

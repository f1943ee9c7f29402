"""The strength of a relationship follows from the touches, is explained, and can be asked about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from bodega.apps.activity import closeness, knowing
from bodega.apps.activity.records import note as notes
from bodega.apps.parties.models import Party
from bodega.apps.parties.records import organisation, person
from bodega.kernel import change, history, query
from bodega.lib import clock
from bodega.platform.delivering import deliver_all, enlist
from bodega.surfaces.html.panels import Visit
from tests.personas import People

NOW = clock.now()


@pytest.fixture
def mia(people: People) -> Any:
    enlist()
    firm = change.create(organisation, {"name": "Isdom"}, actor=people.anna)
    return change.create(person, {"name": "Mia", "organisation": firm.pk}, actor=people.anna)


def spoke(people: People, who: Any, channel: str = "call", at: datetime = NOW, **more: Any) -> Any:
    values = {"text": "Spoke", "about": ("parties.person", who.pk), "channel": channel, "happened_at": at, **more}
    made = change.create(notes, values, actor=people.anna)
    deliver_all()
    return made


def number(people: People, who: Any, type_: Any = person) -> str:
    kind, row = type_.declared["strength"], type_.rows(people.anna).get(pk=who.pk)
    return str(kind.to_json(kind.get(row)))


def found(people: People, question: str) -> list[str]:
    rows = query.ask(person, query.parse(question, person, actor=people.anna), actor=people.anna)
    return [*rows.order_by("pk").values_list("name", flat=True)]


def test_touches_make_it_remarks_do_not_and_both_sides_count(people: People, mia: Any) -> None:
    spoke(people, mia, "note")
    assert number(people, mia) == "None"
    spoke(people, mia, direction="out")
    alone = int(number(people, mia))
    spoke(people, mia, direction="in")
    both = int(number(people, mia))
    assert 0 < alone < both / 2
    firm = organisation.rows(people.anna).get(name="Isdom")
    assert number(people, firm, organisation) == str(both)


def test_it_fades_without_anybody_writing(people: People, mia: Any) -> None:
    spoke(people, mia, "meeting")
    fresh = int(number(people, mia))
    assert found(people, f"strength>={fresh}") == ["Mia"]
    with clock.fixed(NOW + timedelta(days=200)):
        assert int(number(people, mia)) < fresh / 2
        assert found(people, f"strength>={fresh}") == []
        assert found(people, f"strength<{fresh} -strength:empty") == ["Mia"]


def test_undoing_moving_and_removing_a_touch_takes_it_back(people: People, mia: Any) -> None:
    first = spoke(people, mia)
    one = number(people, mia)
    second = spoke(people, mia, "meeting")
    assert int(number(people, mia)) > int(one)
    history.undo(history.last_acts(notes, [second.pk])[second.pk].pk, actor=people.anna)
    deliver_all()
    assert number(people, mia) == one
    other = change.create(person, {"name": "Ola"}, actor=people.anna)
    change.save(first, {"about": ("parties.person", other.pk)}, actor=people.anna, type_=notes)
    deliver_all()
    assert (number(people, mia), number(people, other)) == ("None", one)


def test_those_from_before_are_weighed_once(people: People, mia: Any) -> None:
    spoke(people, mia)
    was = number(people, mia)
    Party._base_manager.update(strength=None)
    assert closeness.weigh_all() == 2
    assert number(people, mia) == was
    assert closeness.weigh_all() == 0


def test_it_is_explained_before_a_call(people: People, mia: Any) -> None:
    spoke(people, mia, direction="in")
    spoke(people, mia, direction="out")
    row = person.rows(people.anna).get(pk=mia.pk)
    (told,) = knowing.relationship(Visit(person, row, people.anna))
    assert (told.about, told.note) == (
        "Relationship",
        "2 touches in three months, 1 from them, Anna knows them best",
    )


def test_a_wrong_number_is_told(people: People) -> None:
    for question in ("strength>101", "strength>warm"):
        with pytest.raises(query.QuestionError):
            query.parse(question, person, actor=people.anna)

"""A record that is shared is seen by those with whom it is, and by nobody else, from their next request on."""

from __future__ import annotations

from contextvars import Context
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from bodega.kernel import access, change, history, registry, sharing
from bodega.kernel.actors import Actor, actor_of
from bodega.kernel.record import RecordType
from bodega.surfaces.search.finding import find
from bodega.surfaces.search.making import renew
from tests.personas import People
from tests.surfaces.api.program import Program


@pytest.fixture(params=["listed", "looked up"])
def deal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> RecordType:
    monkeypatch.setattr(sharing, "MANY", 5_000 if request.param == "listed" else 0)
    return registry.type_of("sales.deal")


@pytest.fixture
def theirs(deal: RecordType, people: People) -> Any:
    """A deal of Dora's, whose team is not Ben's."""
    return change.create(deal, {"name": "Wall of drawers"}, actor=people.dora)


def share(deal: RecordType, record: Any, *lines: dict[str, Any], actor: Actor) -> Any:
    usual: dict[str, Any] = {"user": None, "team": None, "may_change": False}
    return change.save(record, {"shares": [usual | line for line in lines]}, actor=actor, type_=deal)


def seen(deal: RecordType, people: People) -> list[str]:
    """Who may view, change and delete it, by the first letters of names: `bd b d`."""
    actors = {"b": people.ben, "c": people.cleo, "d": people.dora}
    found = []
    for verb in ("view", "change", "delete"):
        rows = {letter for letter, actor in actors.items() if deal.rows(actor, verb).exists()}
        every = [*deal.every()]
        assert rows == {a for a, actor in actors.items() if any(access.allows(deal, one, actor, verb) for one in every)}
        assert rows <= {letter for letter, actor in actors.items() if access.may(deal, actor, verb)}
        found.append("".join(sorted(rows)))
    return found


def test_with_a_person(deal: RecordType, people: People, theirs: Any) -> None:
    assert seen(deal, people) == ["d", "d", "d"]
    share(deal, theirs, {"user": people.cleo.user_id}, actor=people.dora)
    assert seen(deal, people) == ["cd", "d", "d"]
    share(deal, theirs, {"user": people.cleo.user_id, "may_change": True}, actor=people.dora)
    assert seen(deal, people) == ["cd", "cd", "d"]
    share(deal, theirs, actor=people.dora)
    assert seen(deal, people) == ["d", "d", "d"]


def test_with_a_team_and_those_that_are_part_of_it(deal: RecordType, people: People, theirs: Any) -> None:
    team = registry.type_of("kernel.team")
    north = people.user(people.ben).teams[0]
    share(deal, theirs, {"team": north}, actor=people.dora)
    assert seen(deal, people) == ["bd", "d", "d"]
    whole = change.create(team, {"name": "Everybody"}, actor=people.anna).pk
    share(deal, theirs, {"team": whole}, actor=people.dora)
    assert seen(deal, people) == ["d", "d", "d"]
    change.save(north, {"above": whole}, actor=people.anna, type_=team)
    below = actor_of(people.user(people.ben))
    assert [row.pk for row in deal.rows(below)] == [theirs.pk]


def test_a_private_record_can_be_shared(deal: RecordType, people: People, theirs: Any) -> None:
    change.save(theirs, {"private": True}, actor=people.dora, type_=deal)
    share(deal, theirs, {"user": people.ben.user_id}, actor=people.dora)
    assert seen(deal, people) == ["bd", "d", "d"]


def test_who_does_not_see_it_cannot_share_it(deal: RecordType, people: People, theirs: Any) -> None:
    with pytest.raises(ValidationError):
        share(deal, theirs, {"user": people.ben.user_id}, actor=people.ben)
    share(deal, theirs, {"user": people.ben.user_id}, actor=people.dora)
    with pytest.raises(ValidationError):
        share(deal, theirs, {"user": people.cleo.user_id}, actor=people.ben)


def test_it_is_told_and_can_be_taken_back(deal: RecordType, people: People, theirs: Any) -> None:
    share(deal, theirs, {"user": people.ben.user_id}, actor=people.dora)
    told = history.history(deal, theirs.pk, actor=people.dora)[0]
    assert [(one.label, one.old, one.new) for one in told.differences] == [("Shared with", "", "Ben · No")]
    history.undo(told.change.pk, actor=people.dora)
    assert seen(deal, people) == ["d", "d", "d"]


@pytest.mark.parametrize("line", [{}, {"user": 1, "team": 1}])
def test_a_line_names_a_person_or_a_team(deal: RecordType, people: People, theirs: Any, line: dict[str, int]) -> None:
    with pytest.raises(ValidationError, match="with a person or with a team"):
        share(deal, theirs, line, actor=people.dora)


def found_by(actor: Actor) -> list[list[int]]:
    """In a unit of work of its own, as each request is."""
    found = Context().run(lambda: find("drawers", actor=actor, most=5))
    return [[*hits.ids] for hits in found.groups]


def test_it_is_found_and_read_by_the_api(deal: RecordType, people: People, theirs: Any) -> None:
    renew(deal, [theirs.pk])
    program = Program(people.user(people.ben))
    assert (program.get(f"deals/{theirs.pk}/") or {}).get("status") == 404
    assert found_by(people.ben) == []
    lines = [{"user": str(people.ben.user_id), "team": None, "may_change": False}]
    Program(people.user(people.dora)).patch(f"deals/{theirs.pk}/", {"shares": lines})
    found = program.get(f"deals/{theirs.pk}/")["shares"]
    assert [{name: line[name] for name in lines[0]} for line in found] == lines
    assert found_by(people.ben) == [[theirs.pk]]
    assert [row["id"] for row in program.get("deals/?q=name:drawers")["data"]] == [str(theirs.pk)]
    program.patch(f"deals/{theirs.pk}/", {"next_step": "Call"})
    assert program.status == 403

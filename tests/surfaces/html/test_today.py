"""The first page: what is due, what one was at, what the team did; and where to begin when there is nothing."""

from __future__ import annotations

from datetime import timedelta

from bodega.apps.activity import actions
from bodega.kernel import change, registry
from bodega.lib import clock
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Visitor


def test_a_new_installation_says_what_to_do_first(anna: Visitor) -> None:
    page = anna.get("/")
    assert "First steps" in page.text
    assert {"/import/", "/people/new/", "/organisations/new/", "/deals/board/"} <= {*page.links}


def test_who_may_do_nothing_is_offered_nothing(visit: Visit, people: People) -> None:
    links = {*visit(people.cleo).get("/").links}
    assert {"/import/", "/people/new/", "/users/invite/", "/jobs/"} & links == set()


def test_what_is_due_stands_there_until_it_is_done(anna: Visitor, people: People) -> None:
    today = clock.today("Europe/Berlin")
    for name, days in (("Overdue call", -3), ("Due today", 0), ("Next week", 6), ("Far away", 30)):
        actions.add_task(name=name, due_on=today + timedelta(days=days), actor=people.anna)
    actions.add_task(name="Somebody else’s", due_on=today, owner=people.ben.user_id, actor=people.anna)
    due = anna.get("/").text.partition("You were at")[0]
    assert [name in due for name in ("Overdue call", "Due today", "Next week", "Far away", "Somebody else’s")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert "1 overdue" in due
    overdue = registry.type_of("activity.task").rows(people.anna).get(name="Overdue call")
    after = anna.send(anna.get("/").form_to(f"/tasks/{overdue.pk}/do/finish/"))
    assert "Overdue call" not in after.text.partition("You were at")[0].partition("Due")[2]


def test_deals_without_a_next_step_are_told(anna: Visitor, people: People) -> None:
    deal = registry.type_of("sales.deal")
    change.create(deal, {"name": "Isdom renewal"}, actor=people.anna)
    change.create(deal, {"name": "Konex order", "next_step": "Call Thursday"}, actor=people.anna)
    told = anna.get("/").text.partition("Deals without a next step")[2].partition("You were at")[0]
    assert ("Isdom renewal" in told, "Konex order" in told) == (True, False)


def test_what_i_and_my_team_did_last(visit: Visit, people: People) -> None:
    person = registry.type_of("parties.person")
    change.create(person, {"name": "By Anna"}, actor=people.anna)
    change.create(person, {"name": "By Ben"}, actor=people.ben)
    change.create(person, {"name": "By Dora"}, actor=people.dora)
    mine, _mark, team = visit(people.ben).get("/").text.partition("You were at")[2].partition("Your team")
    assert ("By Ben" in mine, "By Anna" in team, "By Dora" in mine + team) == (True, True, False)


def test_the_number_of_queries_does_not_grow(anna: Visitor, people: People) -> None:
    counts = []
    for count in (1, 3):
        for number in range(count):
            actions.add_task(name=f"Task {number}", due_on=clock.today("UTC"), actor=people.anna)
            change.create(registry.type_of("sales.deal"), {"name": f"Deal {number}"}, actor=people.anna)
        for _twice in range(2):  # the first time, what administrators arrange is looked up as well
            anna.get("/")
        counts.append(len(anna.queries))
    assert counts[0] == counts[1]

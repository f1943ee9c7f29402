"""A call is logged in one line while talking: what it is taken for is shown before it is kept, and kept as shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from bodega.kernel import change, registry
from bodega.lib import clock
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Page, Visitor

LINE = "called Mia with Ben about invoice 5 min, no answer, wants it tomorrow"


@pytest.fixture
def isdom(people: People) -> dict[str, int]:
    organisation, person = (registry.type_of(f"parties.{name}") for name in ("organisation", "person"))
    firm, other = (change.create(organisation, {"name": name}, actor=people.anna).pk for name in ("Isdom", "Nordby"))
    given = {"Mia Berg": firm, "Ola Berg": firm, "Mia Holm": other}
    made = {
        name: change.create(person, {"name": name, "organisation": at}, actor=people.anna).pk
        for name, at in given.items()
    }
    return {"Isdom": firm, **made}


def marks(page: Page) -> dict[str, list[str]]:
    """What would be sent, by field."""
    form = next(iter(page.forms), None)
    found: dict[str, list[str]] = {}
    for name, value in form.fields if form else ():
        found.setdefault(name, []).append(value)
    return found


def heard(visitor: Visitor, about: str, line: str) -> tuple[dict[str, list[str]], str]:
    page = visitor.get(f"/notes/understood/?{urlencode({'about': about, 'text': line})}")
    return marks(Page(f"<form>{page.html}</form>")), page.text


def test_what_is_understood_can_be_kept_as_it_is(isdom: dict[str, int], people: People, anna: Visitor) -> None:
    found, text = heard(anna, f"parties.organisation#{isdom['Isdom']}", LINE)
    tomorrow = clock.today(people.anna.zone) + timedelta(days=1)
    assert found == {
        "direction": ["out"], "participants": [f"#{isdom['Mia Berg']}"], "colleagues": [f"#{people.ben.user_id}"],
        "minutes": ["5"], "outcome": ["no_answer"], "follow": [tomorrow.isoformat()],
    }  # fmt: skip
    assert text == "From us Mia Berg Ben 5 min No answer Follow up Tomorrow"
    form = anna.get(f"/organisations/{isdom['Isdom']}/").form_to("/notes/new/")
    kept: dict[str, Any] = {"text": LINE, "channel": "call", **found}
    page = anna.send(form, **kept)
    note, task = (registry.type_of(key).rows(people.anna).get() for key in ("activity.note", "activity.task"))
    assert (note.text, note.minutes, note.direction, note.outcome) == (LINE, 5, "out", "no_answer")
    assert (note.participants, note.colleagues) == ([isdom["Mia Berg"]], [people.ben.user_id])
    assert (task.name, task.due_on) == (f"Follow up: {LINE}", tomorrow)
    anna.send(next(form for form in page.forms if form.action.startswith("/undo/")))
    assert not any(registry.type_of(key).rows(people.anna).exists() for key in ("activity.note", "activity.task"))


def test_a_name_of_two_is_ticked_for_nobody(isdom: dict[str, int], anna: Visitor) -> None:
    found, text = heard(anna, f"parties.organisation#{isdom['Isdom']}", "called Berg")
    assert "participants" not in found
    assert text == "From us Mia Berg Ola Berg"


def test_only_who_has_to_do_with_the_record_is_meant(isdom: dict[str, int], anna: Visitor) -> None:
    assert heard(anna, f"parties.person#{isdom['Mia Berg']}", "called Mia")[1] == "From us"
    assert heard(anna, "", "called Mia Holm")[1] == "From us Mia Holm", "of no record, anybody"


def test_who_is_hidden_is_not_meant(isdom: dict[str, int], people: People, visit: Visit) -> None:
    about = f"parties.organisation#{isdom['Isdom']}"
    ben = visit(people.ben)
    assert "Mia Berg" in heard(ben, about, "called Mia")[1]
    given = {"private": True, "owner": people.anna.user_id}
    change.save_many(registry.type_of("parties.person"), [change.Draft(isdom["Mia Berg"], given)], actor=people.anna)
    assert heard(ben, about, "called Mia")[1] == "From us"


def test_it_is_kept_to_oneself_or_for_one_s_team(
    isdom: dict[str, int], people: People, anna: Visitor, visit: Visit
) -> None:
    url = f"/people/{isdom['Mia Berg']}/"
    form, (north,) = anna.get(url).form_to("/notes/new/"), people.user(people.anna).teams
    tomorrow = (clock.today(people.anna.zone) + timedelta(days=1)).isoformat()
    anna.send(form, text="For my eyes", channel="call", seen="me", follow=tomorrow)
    anna.send(form, text="For the team", channel="call", seen=str(north))
    assert registry.type_of("activity.task").rows(people.anna).get().name == "Follow up"
    assert [text in anna.get(url).text for text in ("For my eyes", "For the team")] == [True, True]
    assert [text in visit(people.ben).get(url).text for text in ("For my eyes", "For the team")] == [False, True]
    anna.send(form, text="For the south", channel="call", seen=str(*people.user(people.dora).teams))
    assert (anna.status, "For the south" in anna.get(url).text) == (422, False)


def test_it_is_kept_for_several_of_one_s_teams(
    isdom: dict[str, int], people: People, anna: Visitor, visit: Visit
) -> None:
    url, south = f"/people/{isdom['Mia Berg']}/", people.user(people.dora).teams
    change.save_many(
        registry.type_of("kernel.user"),
        [change.Draft(people.anna.user_id, {"teams": [*people.user(people.anna).teams, *south]})],
        actor=people.anna,
    )
    everything = {"levels": {"*": {"view": "all", "create": "all", "change": "all"}}, "name": "Everything"}
    role = change.create(registry.type_of("kernel.role"), everything, actor=people.anna).pk
    for one in (people.dora, people.cleo):
        change.save(people.user(one), {"roles": [role]}, actor=people.anna, type_=registry.type_of("kernel.user"))
    anna.send(anna.get(url).form_to("/notes/new/"), text="For both", seen=[*people.user(people.anna).teams])
    seen = [who for who in (people.ben, people.dora, people.cleo) if "For both" in visit(who).get(url).text]
    assert seen == [people.ben, people.dora]


def test_who_may_not_write_asks_nothing(isdom: dict[str, int], people: People, visit: Visit) -> None:
    cleo = visit(people.cleo)
    cleo.get(f"/notes/understood/?{urlencode({'text': LINE})}")
    assert cleo.status == 403

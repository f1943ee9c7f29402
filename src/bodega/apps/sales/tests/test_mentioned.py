"""A customer who is named with @ in what somebody writes: a link both ways, told to nobody, no contact."""

from __future__ import annotations

from typing import Any

import pytest

from bodega.apps.activity import actions, panels
from bodega.apps.activity.queries import Line, timeline
from bodega.apps.activity.records import note as notes
from bodega.apps.parties.records import organisation
from bodega.apps.talk.records import comment
from bodega.kernel import change
from bodega.kernel.actors import Actor
from bodega.kernel.record import RecordType
from bodega.platform.delivering import deliver_all, enlist
from bodega.platform.notifications import following, reading
from bodega.surfaces.html.panels import Visit
from tests.personas import People, reaching
from tests.surfaces.html.visitor import Visitor


@pytest.fixture
def known(people: People) -> dict[str, Any]:
    """Two organisations; Ben may see both."""
    enlist()
    return {
        name: change.create(organisation, {"name": name, "owner": people.ben.user_id}, actor=people.anna)
        for name in ("Isdom", "Nordby Verft")
    }


def written(text: str, known: dict[str, Any], *, actor: Actor, channel: str = "note") -> Any:
    made = actions.log(text=text, about=("parties.organisation", known["Isdom"].pk), channel=channel, actor=actor)
    deliver_all()
    return made


def lines(type_: RecordType, record: Any, *, actor: Actor) -> list[Line]:
    return [line for line in timeline(type_, record.pk, actor=actor)[0] if line.entry.type == notes.key]


def reference(record: Any, name: str) -> str:
    return f"@[{name}](parties.party/{record.pk})"


def test_a_name_that_one_customer_has_becomes_a_reference(people: People, known: dict[str, Any]) -> None:
    nordby = known["Nordby Verft"]
    made = written("Asked for @Nordby Verft, and @nobody; mail to a@isdom.example", known, actor=people.ben)
    assert made.text == f"Asked for {reference(nordby, 'Nordby Verft')}, and @nobody; mail to a@isdom.example"
    change.save(nordby, {"name": "Nordby AS"}, actor=people.anna, type_=organisation)
    page = Visitor(people.user(people.ben)).get(f"/organisations/{known['Isdom'].pk}/")
    assert "@Nordby AS" in page.text
    assert f"/organisations/{nordby.pk}/" in page.links


def test_what_two_are_called_stays_a_text(people: People, known: dict[str, Any]) -> None:
    change.create(organisation, {"name": "Nordby Verft"}, actor=people.anna)
    assert written("Asked for @Nordby Verft", known, actor=people.anna).text == "Asked for @Nordby Verft"
    exact = reference(known["Nordby Verft"], "Nordby Verft")
    assert written(f"Asked for {exact}", known, actor=people.anna).text == f"Asked for {exact}"


def test_nobody_refers_to_what_they_do_not_see(people: People, known: dict[str, Any]) -> None:
    nordby, ben = known["Nordby Verft"], people.ben.via(levels=reaching(view="own", create="all", change="own"))
    change.save(nordby, {"owner": people.dora.user_id}, actor=people.anna, type_=organisation)
    made = written(f"{reference(nordby, 'Nordby Verft')} @Nordby Verft", known, actor=ben)
    assert made.text == "@Nordby Verft @Nordby Verft"
    change.save(made, {"text": reference(nordby, "Nordby Verft")}, actor=people.anna, type_=notes)
    kept = change.save(made, {"text": f"{reference(nordby, 'Nordby Verft')} too"}, actor=ben, type_=notes)
    assert kept.text == f"{reference(nordby, 'Nordby Verft')} too", "it stood there"


def test_it_stands_on_the_timeline_of_who_is_mentioned(people: People, known: dict[str, Any]) -> None:
    nordby = known["Nordby Verft"]
    made = written("A call about @Nordby Verft", known, actor=people.ben, channel="call")
    assert [line.mentioned for line in lines(organisation, nordby, actor=people.ben)] == [True]
    assert [line.mentioned for line in lines(organisation, known["Isdom"], actor=people.ben)] == [False]
    drawn = panels.timeline(Visit(organisation, nordby, people.ben))
    assert drawn is not None
    assert "mentioned in it" in drawn.days[0].entries[0].title
    change.save(made, {"text": "A call"}, actor=people.ben, type_=notes)
    deliver_all()
    assert lines(organisation, nordby, actor=people.ben) == []
    change.save(made, {"text": "A call about @Nordby Verft"}, actor=people.ben, type_=notes)
    deliver_all()
    change.save(made, {"private": True, "owner": people.anna.user_id}, actor=people.anna, type_=notes)
    assert lines(organisation, nordby, actor=people.ben) == []


def test_it_is_no_contact_and_tells_nobody(people: People, known: dict[str, Any]) -> None:
    nordby = known["Nordby Verft"]
    following.follow(organisation, nordby.pk, actor=people.anna)
    written("A call about @Nordby Verft", known, actor=people.ben, channel="call")
    touched, mentioned = (organisation.one(one.pk, actor=people.anna) for one in (known["Isdom"], nordby))
    assert (touched.last_contact is None, touched.strength is None) == (False, False)
    assert (mentioned.last_contact, mentioned.strength) == (None, None)
    assert not any(told.row.type == notes.key for told in reading.told(actor=people.anna))


def test_who_is_mentioned_and_took_part_stands_there_once(people: People, known: dict[str, Any]) -> None:
    written("A call with @Isdom", known, actor=people.ben, channel="call")
    assert [line.mentioned for line in lines(organisation, known["Isdom"], actor=people.ben)] == [False]


def test_a_form_shows_names_and_keeps_references(people: People, known: dict[str, Any]) -> None:
    made = written("Asked for @Nordby Verft", known, actor=people.ben)
    ben = Visitor(people.user(people.ben))
    form = ben.get(f"/notes/{made.pk}/edit/").form_to(f"/notes/{made.pk}/edit/")
    assert dict(form.fields)["text"] == "Asked for @Nordby Verft"
    ben.send(form, text="Asked again for @Nordby Verft")
    assert (
        notes.one(made.pk, actor=people.ben).text
        == f"Asked again for {reference(known['Nordby Verft'], 'Nordby Verft')}"
    )


def test_a_comment_names_a_customer_too(people: People, known: dict[str, Any]) -> None:
    about = ("parties.organisation", known["Isdom"].pk)
    change.create(comment, {"text": "As with @Nordby Verft", "about": about}, actor=people.ben)
    deliver_all()
    page = Visitor(people.user(people.ben)).get(f"/organisations/{known['Isdom'].pk}/")
    assert f"/organisations/{known['Nordby Verft'].pk}/" in page.links
    assert timeline(organisation, known["Nordby Verft"].pk, actor=people.ben)[0][0].entry.type != comment.key


def test_many_are_looked_up_at_once(people: People, known: dict[str, Any], django_assert_max_num_queries: Any) -> None:
    drafts = [
        change.Draft(None, {"text": f"{n} @Nordby Verft", "about": ("parties.organisation", known["Isdom"].pk)})
        for n in range(40)
    ]
    with django_assert_max_num_queries(14):
        change.save_many(notes, drafts, actor=people.anna)
    assert all("](parties.party/" in draft.raw["text"] for draft in drafts)

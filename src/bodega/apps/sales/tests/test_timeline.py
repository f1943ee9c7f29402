"""One touch stands once on the timeline of everybody it concerns, and nobody reads there what they may not see."""

from __future__ import annotations

from typing import Any

import pytest

from bodega.apps.activity import actions, promising
from bodega.apps.activity.models import Entry, TimelineRow
from bodega.apps.activity.projection import project
from bodega.apps.activity.queries import timeline
from bodega.apps.activity.reactions import put_notes_right, tell
from bodega.apps.activity.records import note as notes
from bodega.apps.parties.records import consent, organisation, person
from bodega.apps.sales.records import deal
from bodega.kernel import change
from bodega.kernel.events import latest
from bodega.kernel.record import RecordType
from tests.personas import People


@pytest.fixture
def isdom(people: People) -> dict[str, Any]:
    """An organisation with a person and a deal, all of Ben's."""
    account = change.create(organisation, {"name": "Isdom"}, actor=people.ben)
    contact = change.create(person, {"name": "Mia", "organisation": account.pk}, actor=people.ben)
    made = change.create(deal, {"name": "Hall 2", "account": account.pk, "contact": contact.pk}, actor=people.ben)
    return {"account": account, "contact": contact, "deal": made}


def told(type_: RecordType, record: Any, people: People, **more: Any) -> list[tuple[str, str]]:
    lines, _following = timeline(type_, record.pk, actor=more.get("actor", people.anna))
    return [(line.entry.verb, line.details.get("text") or line.label.text) for line in lines]


def test_a_note_about_a_deal_stands_with_its_account_and_contact_too(people: People, isdom: dict[str, Any]) -> None:
    actions.log(text="She needs 40 units", about=("sales.deal", isdom["deal"].pk), channel="call", actor=people.ben)
    for type_, record in ((deal, isdom["deal"]), (organisation, isdom["account"]), (person, isdom["contact"])):
        assert told(type_, record, people)[0] == ("created", "She needs 40 units")
    assert Entry.objects.filter(type="activity.note").count() == 1


def test_telling_it_again_tells_it_once(people: People, isdom: dict[str, Any]) -> None:
    note = actions.log(text="Called", about=("sales.deal", isdom["deal"].pk), channel="call", actor=people.ben)
    before = (Entry.objects.count(), TimelineRow.objects.count())
    for _time in range(3):
        project(latest("activity.note", note.pk))
    assert (Entry.objects.count(), TimelineRow.objects.count()) == before


def test_a_touch_is_the_last_contact_and_a_remark_is_not(people: People, isdom: dict[str, Any]) -> None:
    actions.log(text="Thought about it", about=("parties.person", isdom["contact"].pk), actor=people.ben)
    assert person.rows(people.ben).get(pk=isdom["contact"].pk).last_contact is None
    note = actions.log(text="Called", about=("parties.person", isdom["contact"].pk), channel="call", actor=people.ben)
    assert person.rows(people.ben).get(pk=isdom["contact"].pk).last_contact == note.happened_at
    assert organisation.rows(people.ben).get(pk=isdom["account"].pk).last_contact == note.happened_at


def test_the_contact_does_not_stop_somebody_who_is_editing(people: People, isdom: dict[str, Any]) -> None:
    version = person.rows(people.ben).get(pk=isdom["contact"].pk).version
    actions.log(text="Called", about=("parties.person", isdom["contact"].pk), channel="call", actor=people.anna)
    change.save(isdom["contact"], {"job_title": "Buyer"}, actor=people.ben, type_=person, version=version)


def test_what_one_may_not_see_is_not_told(people: People, isdom: dict[str, Any]) -> None:
    actions.log(text="Secret discount", about=("sales.deal", isdom["deal"].pk), channel="call", actor=people.ben)
    assert told(organisation, isdom["account"], people, actor=people.dora) == []


def test_pages_follow_one_another_without_a_gap(people: People, isdom: dict[str, Any]) -> None:
    for number in range(7):
        actions.log(text=f"Note {number}", about=("parties.person", isdom["contact"].pk), actor=people.ben)
    texts, before = [], None
    while True:
        lines, before = timeline(person, isdom["contact"].pk, actor=people.anna, before=before, limit=3)
        texts += [line.details["text"] for line in lines if line.entry.type == "activity.note"]
        if before is None:
            break
    assert texts == [f"Note {number}" for number in reversed(range(7))]


def test_a_promise_that_is_kept_stands_on_the_timeline(people: People, isdom: dict[str, Any]) -> None:
    about = ("parties.person", isdom["contact"].pk)
    made = promising.promise(name="Samples by Friday", about=about, actor=people.ben)
    kept = promising.keep(made, actor=people.ben)
    assert (kept.status, kept.done_at is not None) == ("kept", True)
    assert told(person, isdom["contact"], people)[0][0] == "kept"


def test_a_note_about_the_wrong_customer_can_be_put_right(people: People, isdom: dict[str, Any]) -> None:
    other = change.create(person, {"name": "Ola"}, actor=people.ben)
    note = actions.log(text="Called", about=("parties.person", isdom["contact"].pk), channel="call", actor=people.ben)
    change.save(note, {"about": ("parties.person", other.pk)}, actor=people.ben, type_=notes)
    put_notes_right(latest("activity.note", note.pk), actor=people.anna)
    assert told(person, other, people)[0] == ("created", "Called")
    assert ("created", "Called") not in told(person, isdom["contact"], people)


def test_a_consent_stands_on_the_page_of_the_person(people: People, isdom: dict[str, Any]) -> None:
    given = {"party": isdom["contact"].pk, "channel": "e_mail", "purpose": "offers", "source": "Trade fair"}
    made = change.create(consent, given, actor=people.ben)
    project(latest("parties.consent", made.pk))
    assert ("created", "Trade fair") in told(person, isdom["contact"], people)


def test_an_imported_note_is_a_touch_like_any_other(people: People, isdom: dict[str, Any]) -> None:
    importing = people.ben.via(surface="import", batch="import:1")
    given = {"text": "Called in March", "about": ("parties.person", isdom["contact"].pk), "channel": "call"}
    made = change.create(notes, given, actor=importing)
    tell(latest("activity.note", made.pk), actor=people.anna)
    assert told(person, isdom["contact"], people)[0] == ("created", "Called in March")

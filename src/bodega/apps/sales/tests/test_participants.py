"""An interaction stands with everyone who takes part, and names nobody whom the reader may not see."""

from __future__ import annotations

from typing import Any

import pytest

from bodega.apps.activity import actions, panels
from bodega.apps.activity.queries import timeline
from bodega.apps.activity.reactions import put_notes_right, tell
from bodega.apps.activity.records import note as notes
from bodega.apps.parties.records import organisation, person
from bodega.apps.sales.records import deal
from bodega.kernel import change, history
from bodega.kernel.events import latest
from bodega.kernel.record import RecordType
from bodega.surfaces.html.panels import Visit
from tests.personas import People


@pytest.fixture
def met(people: People) -> dict[str, Any]:
    """Mia of Isdom and Ola of Nordby, and a meeting of both about a deal with Isdom."""
    isdom, nordby = (change.create(organisation, {"name": name}, actor=people.ben) for name in ("Isdom", "Nordby"))
    mia = change.create(person, {"name": "Mia", "organisation": isdom.pk}, actor=people.ben)
    ola = change.create(person, {"name": "Ola", "organisation": nordby.pk}, actor=people.ben)
    hall = change.create(deal, {"name": "Hall 2", "account": isdom.pk}, actor=people.ben)
    note = actions.log(
        text="Saw the hall", about=("sales.deal", hall.pk), channel="meeting", minutes=45,
        participants=[mia.pk, ola.pk, mia.pk], colleagues=[people.dora.user_id or 0], actor=people.ben,
    )  # fmt: skip
    return {"isdom": isdom, "nordby": nordby, "mia": mia, "ola": ola, "hall": hall, "note": note}


def stands(type_: RecordType, record: Any, people: People) -> bool:
    lines, _following = timeline(type_, record.pk, actor=people.anna)
    return any(line.details.get("text") == "Saw the hall" for line in lines)


def title(type_: RecordType, record: Any, actor: Any) -> str:
    drawn = panels.timeline(Visit(type_, record, actor))
    assert drawn is not None
    found = [entry.title for day in drawn.days for entry in day.entries]
    return next(text for text in found if "Meeting" in text)


def test_it_stands_with_everyone_and_with_their_organisations(people: People, met: dict[str, Any]) -> None:
    assert met["note"].participants == [met["mia"].pk, met["ola"].pk]
    for type_, name in (
        (person, "mia"),
        (person, "ola"),
        (organisation, "isdom"),
        (organisation, "nordby"),
        (deal, "hall"),
    ):
        assert stands(type_, met[name], people), name


def test_it_is_the_last_contact_of_all(people: People, met: dict[str, Any]) -> None:
    for type_, name in ((person, "mia"), (person, "ola"), (organisation, "isdom"), (organisation, "nordby")):
        assert type_.rows(people.ben).get(pk=met[name].pk).last_contact == met["note"].happened_at


def test_who_was_not_there_after_all_loses_it(people: People, met: dict[str, Any]) -> None:
    change.save(met["note"], {"participants": [met["mia"].pk]}, actor=people.ben, type_=notes)
    put_notes_right(latest(notes.key, met["note"].pk), actor=people.anna)
    assert not stands(person, met["ola"], people)
    assert not stands(organisation, met["nordby"], people)
    act = history.last_acts(notes, [met["note"].pk])[met["note"].pk]
    history.undo(act.pk, actor=people.ben)
    put_notes_right(latest(notes.key, met["note"].pk), actor=people.anna)
    assert stands(person, met["ola"], people)
    assert stands(organisation, met["nordby"], people)


def test_the_line_names_the_others_who_may_be_seen(people: People, met: dict[str, Any]) -> None:
    assert "with <a" in title(person, met["mia"], people.ben)
    assert "Ola" in title(person, met["mia"], people.ben)
    assert "Mia" not in title(person, met["mia"], people.ben)
    assert "45 min" in title(deal, met["hall"], people.ben)


def test_who_is_hidden_is_neither_named_nor_counted(people: People, met: dict[str, Any]) -> None:
    change.save(met["note"], {"colleagues": []}, actor=people.ben, type_=notes)
    change.save(met["ola"], {"owner": people.dora.user_id, "teams": []}, actor=people.anna, type_=person)
    assert "Ola" in title(person, met["mia"], people.anna)
    assert title(person, met["mia"], people.ben).split("by Ben")[1] == ' <span class="quiet">· 45 min</span>'


def test_somebody_or_something_has_to_be_named(people: People, met: dict[str, Any]) -> None:
    made = actions.log(text="Only with Ola", participants=[met["ola"].pk], channel="call", actor=people.ben)
    assert made.about_id is None
    with pytest.raises(Exception, match="with whom"):
        actions.log(text="With nobody about nothing", actor=people.ben)


def test_an_imported_one_stands_where_it_was_then(people: People, met: dict[str, Any]) -> None:
    importing = people.ben.via(surface="import", batch="import:1")
    given = {"text": "Saw the hall", "participants": [met["ola"].pk], "channel": "visit"}
    made = change.create(notes, given, actor=importing)
    tell(latest(notes.key, made.pk), actor=people.anna)
    assert stands(person, met["ola"], people)

"""What refers to records that somebody may not see: it is kept where they save, and tells them nothing."""

from __future__ import annotations

import pytest

from bodega.apps.activity import knowing, queries
from bodega.apps.activity.projection import project_change
from bodega.kernel import change, history
from bodega.kernel.registry import type_of
from bodega.surfaces.html.panels import Visit
from tests.personas import People
from tests.surfaces.html.visitor import Visitor


def of_dora(people: People) -> int:
    """An organisation that Ben may not see."""
    given = {"name": "Quetzal Ltd", "owner": people.dora.user_id}
    found: int = change.create(type_of("parties.organisation"), given, actor=people.anna).pk
    return found


@pytest.mark.django_db
def test_a_form_holds_no_number_of_it_and_saving_keeps_it(people: People) -> None:
    deal, account = type_of("sales.deal"), of_dora(people)
    given = {"name": "Cranes", "account": account, "owner": people.ben.user_id}
    made = change.create(deal, given, actor=people.anna)
    visitor = Visitor(people.user(people.ben))
    form = visitor.get(f"/deals/{made.pk}/edit/").form_to(f"/deals/{made.pk}/edit/")
    assert ("account", "#0") in form.fields
    visitor.send(form, name="Taller cranes")
    held = deal.one(made.pk, actor=people.anna)
    assert (held.name, held.account_id) == ("Taller cranes", account)


@pytest.mark.django_db
def test_lines_that_one_may_not_see_push_no_others_off_the_timeline(people: People) -> None:
    organisation, note = type_of("parties.organisation"), type_of("activity.note")
    subject = change.create(organisation, {"name": "Ben’s own"}, actor=people.ben)
    about = {"text": "Called", "channel": "call", "about": (organisation.key, subject.pk)}
    mine = change.create(note, about, actor=people.ben)
    project_change(note.key, mine.pk)
    for _note in range(12):
        made = change.create(note, about | {"private": True, "owner": people.dora.user_id}, actor=people.anna)
        project_change(note.key, made.pk)
    lines, following = queries.timeline(organisation, subject.pk, actor=people.ben, limit=5)
    assert ([line.entry.record_id for line in lines if line.entry.type == note.key], following) == ([mine.pk], None)
    found = knowing.touches(Visit(organisation, subject, people.ben))
    assert [line.entry.record_id for line in found] == [mine.pk]


@pytest.mark.django_db
def test_nobody_learns_by_undoing_what_became_of_it(people: People) -> None:
    deal = type_of("sales.deal")
    made = change.create(deal, {"name": "Cranes", "owner": people.dora.user_id}, actor=people.anna)
    act = history.history(deal, made.pk, actor=people.anna)[0].change.pk
    visitor = Visitor(people.user(people.ben))
    before = visitor.post(f"/undo/{act}/", {}).text
    history.undo(act, actor=people.anna)
    assert visitor.post(f"/undo/{act}/", {}).text == before == visitor.post("/undo/999999/", {}).text

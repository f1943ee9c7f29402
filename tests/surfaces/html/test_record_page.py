"""The page of one record: facts, what belongs to it, what happened, what can be done, and the next one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bodega.apps.activity import actions, promising
from bodega.kernel import change, history, registry
from bodega.lib import clock
from bodega.lib.money import Money
from bodega.platform import delivering
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Page, Visitor, titles


@pytest.fixture
def isdom(people: People) -> int:
    values = {"name": "Isdom", "life_cycle": "customer", "employees": 40, "email": "info@isdom.example"}
    return int(change.create(registry.type_of("parties.organisation"), values, actor=people.anna).pk)


@pytest.fixture
def deal(people: People, isdom: int) -> int:
    values = {"name": "Hall 2", "account": isdom, "amount": Money(1200_00, "EUR"), "next_step": "Call"}
    return int(change.create(registry.type_of("sales.deal"), values, actor=people.anna).pk)


def test_facts_are_shown_by_their_kind_and_changed_where_they_stand(isdom: int, people: People, anna: Visitor) -> None:
    page = anna.get(f"/organisations/{isdom}/")
    assert "Employees 40" in page.text
    assert '<a href="mailto:info@isdom.example">info@isdom.example</a>' in page.html
    url = f"/organisations/cell/{isdom}/employees/?fact=1"
    assert f'data-cell="{url}"' in page.html
    form = anna.get(url).form_to(url.partition("?")[0])
    answer = anna.post(url, form.filled(employees="50"), **{"hx-request": "true"})
    assert (anna.status, answer.text) == (200, "50")
    assert registry.type_of("parties.organisation").rows(people.anna).get(pk=isdom).employees == 50


def test_an_organisation_shows_its_people_deals_and_consents(
    isdom: int, deal: int, people: People, anna: Visitor
) -> None:
    person = change.create(
        registry.type_of("parties.person"), {"name": "Mia Petersen", "organisation": isdom}, actor=people.anna
    )
    change.create(
        registry.type_of("parties.consent"),
        {"party": isdom, "channel": "e_mail", "purpose": "offers", "withdrawn_at": clock.now() + timedelta(days=1)},
        actor=people.anna,
    )
    page = anna.get(f"/organisations/{isdom}/")
    assert f"/people/{person.pk}/" in page.links
    assert f"/deals/{deal}/" in page.links
    assert "1 open, 1,200\xa0€".replace("\xa0", " ") in page.text.replace("\xa0", " ")
    assert "Does not want Offers by E-mail" in page.text
    assert "At stake Hall 2" in page.text


def test_the_card_before_a_call_tells_only_what_is_known(isdom: int, people: People, anna: Visitor) -> None:
    assert "Before you call" not in anna.get(f"/organisations/{isdom}/").text
    today = clock.today(people.anna.zone)
    about = ("parties.organisation", isdom)
    promising.promise(name="Send samples", about=about, due_on=today, actor=people.anna)
    actions.add_task(name="Send invoice", about=about, due_on=today - timedelta(days=3), actor=people.anna)
    actions.log(text="Spoke about March", about=about, channel="call", actor=people.anna)
    text = anna.get(f"/organisations/{isdom}/").text
    assert "We promised Send samples due Today" in text
    assert "Overdue Send invoice was due" in text
    assert "Last contact Call with Anna just now" in text


def test_what_happened_is_written_down_and_stands_on_the_timeline(isdom: int, people: People, anna: Visitor) -> None:
    form = anna.get(f"/organisations/{isdom}/").form_to("/notes/new/")
    page = anna.send(form, text="Needs 40 units\r\nbefore <March>", channel="call")
    assert anna.url == f"/organisations/{isdom}/"
    assert "Call by Anna" in page.text
    assert "Needs 40 units before <March>" in page.text
    page = anna.send(page.form_to("/notes/new/"), text="Send the drawings", channel="task")
    assert "Send the drawings" in page.text
    task = registry.type_of("activity.task").rows(people.anna).get()
    assert (task.owner_id, task.about_id, task.kind) == (people.anna.user_id, isdom, "task")
    page = anna.send(page.form_to(f"/tasks/{task.pk}/do/finish/"))
    assert "Nothing is open." in page.text
    assert registry.type_of("activity.task").rows(people.anna).get().done_at is not None


def test_a_call_is_logged_with_what_follows_from_it_and_both_are_taken_back_as_one(
    isdom: int, people: People, anna: Visitor
) -> None:
    form = anna.get(f"/organisations/{isdom}/").form_to("/notes/new/")
    page = anna.send(form, text="Wants a price", channel="call", then="Send the price", due="3")
    tasks, notes = registry.type_of("activity.task"), registry.type_of("activity.note")
    task = tasks.rows(people.anna).get()
    assert (task.name, task.about_id, task.owner_id) == ("Send the price", isdom, people.anna.user_id)
    assert task.due_on == clock.today(people.anna.zone) + timedelta(days=3)
    anna.send(next(form for form in page.forms if form.action.startswith("/undo/")))
    assert (tasks.rows(people.anna).count(), notes.rows(people.anna).count()) == (0, 0)
    page = anna.send(form, text="Wants a price", channel="call", then="x" * 301, due="3")
    assert (anna.status, notes.rows(people.anna).count()) == (422, 0)


def test_a_timeline_is_asked_for_less_where_it_stands(isdom: int, people: People, anna: Visitor) -> None:
    for number in range(35):
        channel = "call" if number % 2 else "visit"
        actions.log(text=f"Number {number}", about=("parties.organisation", isdom), channel=channel, actor=people.anna)
    form = anna.get(f"/organisations/{isdom}/").form_to(f"/organisations/{isdom}/")
    page = anna.send(form, kind="visit", who=str(people.anna.user_id), said="number 1")
    assert "Visit · Mine · “number 1” Show all" in page.text
    assert [f"Number {number}" in page.text for number in (10, 12, 18, 11, 2)] == [True, True, True, False, False]
    page = anna.send(form, kind="activity.note")
    earlier = anna.get(next(link for link in page.links if "before=" in link))
    assert ("Number 4" in earlier.text, "Interactions Show all" in earlier.text) == (True, True)
    assert "Nothing like that has happened" in anna.send(form, kind="sales.deal").text


def test_calling_writing_and_the_map_are_one_tap_away(people: People, anna: Visitor) -> None:
    given = {"name": "Mia", "phone": "+4930901820", "email": "mia+b@isdom.example"}
    place = registry.type_of("parties.person").fields()["address"].parse("Quay 1, Bergen", actor=people.anna)
    person = change.create(registry.type_of("parties.person"), {**given, "address": place}, actor=people.anna)
    links = anna.get(f"/people/{person.pk}/").links
    assert {"tel:+4930901820", "mailto:mia%2Bb@isdom.example"} <= {*links}
    assert "https://www.openstreetmap.org/search?query=Quay+1%2C+Bergen" in links


def test_an_empty_note_is_refused_with_a_form(isdom: int, anna: Visitor) -> None:
    form = anna.get(f"/organisations/{isdom}/").form_to("/notes/new/")
    page = anna.send(form, text="", channel="call")
    assert (anna.status, "What happened is missing." in page.text) == (422, True)


def test_the_timeline_is_turned_page_by_page(isdom: int, people: People, anna: Visitor) -> None:
    start = clock.now() - timedelta(days=2)
    for number in range(35):
        with clock.fixed(start + timedelta(minutes=number)):
            actions.log(text=f"Note {number:02}", about=("parties.organisation", isdom), actor=people.anna)
    page = anna.get(f"/organisations/{isdom}/")
    shown = notes(page)
    more = next(link for link in page.links if "before=" in link)
    assert shown == [f"Note {number:02}" for number in range(34, 4, -1)]
    assert notes(anna.get(more)) == [f"Note {number:02}" for number in range(4, -1, -1)]
    part = anna.get(more, **{"hx-request": "true"})
    assert (notes(part), "<!doctype" in part.html) == ([f"Note {number:02}" for number in range(4, -1, -1)], False)
    anna.get(f"/organisations/{isdom}/?before=nonsense")
    assert anna.status == 200


def notes(page: Page) -> list[str]:
    return [piece.strip() for piece in page.pieces if piece.strip().startswith("Note ") and piece.strip()[5:].isdigit()]


def test_moves_are_told_with_their_stage(deal: int, people: People, anna: Visitor) -> None:
    won = registry.type_of("sales.stage").rows(people.anna).get(name="Won", pipeline__name="Sales")
    anna.post(f"/deals/{deal}/do/move/", {"stage": f"#{won.pk}"})
    delivering.deliver_past(actor=people.anna)
    assert "Anna won this deal" in anna.get(f"/deals/{deal}/").text


def test_an_action_asks_for_what_it_needs_and_says_why_not(deal: int, people: People, anna: Visitor) -> None:
    page = anna.get(f"/deals/{deal}/do/lose/")
    page = anna.send(page.form_to(f"/deals/{deal}/do/lose/"))
    assert (anna.status, "Lost because of is missing." in page.text) == (422, True)
    page = anna.send(page.form_to(f"/deals/{deal}/do/lose/"), reason="price", note="Too dear")
    assert "Hall 2: lost." in page.text
    assert 'data-why="Only possible when status is Open."' in page.html
    newest = history.history(registry.type_of("sales.deal"), deal, actor=people.anna)[0].change
    assert newest.verb == "lost"
    page = anna.post(f"/deals/{deal}/do/lose/", {"reason": "price"})
    assert (anna.status, "Only possible when status is Open." in page.text) == (409, True)
    anna.get(f"/deals/{deal}/do/fly/")
    assert anna.status == 404


def test_the_way_through_a_list_stays_in_the_list(people: People, anna: Visitor) -> None:
    type_ = registry.type_of("parties.organisation")
    pks = {
        name: change.create(type_, {"name": name, "employees": 5}, actor=people.anna).pk
        for name in ("Berg", "Acker", "Dahl")
    }
    change.create(type_, {"name": "Cole", "employees": 1}, actor=people.anna)
    page = anna.get("/organisations/?q=employees>2&sort=-name")
    link = next(link for link in page.links if link.startswith(f"/organisations/{pks['Berg']}/"))
    page = anna.get(link)
    turned = [
        found for found in page.links if found.startswith("/organisations/") and "employees" in found and "/?" in found
    ]
    paths = [found.partition("?")[0].removeprefix("/organisations/").strip("/") for found in turned]
    others = [path for path in paths if path.isdigit() and path != str(pks["Berg"])]
    assert others == [str(pks["Dahl"]), str(pks["Acker"])]


def test_a_customer_is_found_whatever_it_is(isdom: int, anna: Visitor) -> None:
    anna.get(f"/customers/{isdom}/")
    assert (anna.status, anna.url) == (302, f"/organisations/{isdom}/")


def test_what_belongs_to_others_is_not_shown(isdom: int, deal: int, people: People, visit: Visit) -> None:
    """Ben may see the organisation, but neither Dora's deal with it nor what she wrote down about it."""
    secret = change.create(
        registry.type_of("sales.deal"),
        {"name": "Canary deal", "account": isdom, "owner": people.dora.user_id},
        actor=people.anna,
    )
    actions.log(text="Canary note", about=("sales.deal", secret.pk), channel="call", actor=people.dora)
    actions.add_task(name="Canary task", about=("sales.deal", secret.pk), actor=people.dora)
    ben = visit(people.ben)
    lists = ["/deals/", "/deals/board/", "/any/options/?q=can", "/deals/options/?q=can", "/deals/?q=canary"]
    pages = [f"/organisations/{isdom}/", f"/organisations/{isdom}/?tab=history", f"/deals/{secret.pk}/"]
    for url in [*lists, *pages, f"/deals/{secret.pk}/edit/"]:
        assert "Canary" not in ben.get(url).html, url
    assert "Canary deal" in visit(people.dora).get("/deals/").text


def test_a_panel_is_asked_for_fewer_and_sorted_where_it_stands(isdom: int, people: People, anna: Visitor) -> None:
    type_ = registry.type_of("parties.person")
    for name in ("Ada", "Bea", "Cyd"):
        given = {"name": name, "organisation": isdom, "job_title": "Buyer" if name != "Bea" else "Owner"}
        change.create(type_, given, actor=people.anna)
    change.create(type_, {"name": "Elsewhere", "job_title": "Buyer"}, actor=people.anna)
    panel = f"/organisations/{isdom}/panel/parties.people/"
    assert panel in anna.get(f"/organisations/{isdom}/").html
    part = anna.get(f"{panel}?q=job_title:Buyer&sort=-name", **{"hx-request": "true"})
    shown = [word for word in part.pieces if word.strip() in ("Ada", "Bea", "Cyd", "Elsewhere")]
    assert shown == ["Cyd", "Ada"]
    listed = next(link for link in part.links if link.startswith("/people/?"))
    assert [*titles(anna.get(listed))] == ["Cyd", "Ada"]
    wrong = anna.get(f"{panel}?q=jb_title:x", **{"hx-request": "true"})
    assert (anna.status, "jb_title" in wrong.text) == (200, True)
    anna.get(f"/organisations/{isdom}/panel/parties.nothing/")
    assert anna.status == 404


def test_every_panel_of_records_can_be_asked_for_fewer(isdom: int, people: People, anna: Visitor) -> None:
    def make(key: str, *given: dict[str, object]) -> list[int]:
        type_ = registry.type_of(key)
        return [change.create(type_, values, actor=people.anna).pk for values in given]

    def shown(panel: str, asked: str, *words: str) -> list[str]:
        part = anna.get(f"/organisations/{isdom}/panel/{panel}/?q={asked}", **{"hx-request": "true"})
        return [word for word in words if word in part.text]

    about = ("parties.organisation", isdom)
    make("activity.task", *({"name": name, "about": about, "kind": kind}
                            for name, kind in (("Ring them", "task"), ("Send the plan", "call"))))  # fmt: skip
    done = make("activity.task", {"name": "Ring before", "about": about})
    actions.finish(done[0], actor=people.anna)
    assert shown("activity.to_do", "kind:call", "Ring", "Send") == ["Send"]
    assert shown("activity.to_do", "name:ring", "Ring them", "Ring before", "Send") == ["Ring them"]
    ada, bea = make("parties.person", {"name": "Ada"}, {"name": "Bea"})
    make("parties.relationship", {"party": ada, "other": isdom, "role": "employee"},
         {"party": isdom, "other": bea, "role": "supplier"})  # fmt: skip
    assert shown("parties.relationships", "", "Ada", "Bea") == ["Ada", "Bea"]
    assert shown("parties.relationships", "role:supplier", "Ada", "Bea") == ["Bea"]
    allowed = {"party": isdom, "purpose": "marketing", "basis": "consent", "given_at": datetime(2026, 1, 1, tzinfo=UTC)}
    taken_back = {"given_at": datetime(2026, 2, 1, tzinfo=UTC), "withdrawn_at": datetime(2026, 3, 1, tzinfo=UTC)}
    make("parties.consent", *({**allowed, "channel": channel} for channel in ("email", "phone")),
         {**allowed, "channel": "email", **taken_back})  # fmt: skip
    assert shown("parties.consents", "", "Phone", "Yes", "No") == ["Phone", "Yes", "No"]
    assert shown("parties.consents", "channel:phone", "Phone", "Yes", "No") == ["Phone", "Yes"]
    assert shown("parties.consents", "withdrawn_at:empty channel:email", "Yes", "No") == [], "not the old yes"
    for panel, many in (("activity.to_do", 2), ("parties.relationships", 2), ("parties.consents", 3)):
        part = anna.get(f"/organisations/{isdom}/panel/{panel}/", **{"hx-request": "true"})
        listed = anna.get(next(link for link in part.links if "?q=" in link and "panel" not in link))
        assert listed.html.count('name="ids"') == many, panel

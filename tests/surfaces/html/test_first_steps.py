"""From empty to useful: what to do first, ticked off by what is there; and the sample company out again."""

from __future__ import annotations

from datetime import timedelta

from bodega.kernel import change, registry
from bodega.kernel.actors import User
from bodega.lib import clock
from bodega.platform.accounts import preferences
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Visitor

PERSON, DEAL = "parties.person", "sales.deal"


def test_the_steps_tick_themselves_off(anna: Visitor, people: People) -> None:
    """The colleagues are there from the beginning, as are all the personas."""
    page = anna.get("/")
    assert "First steps 1 of 3" in page.text
    assert {"/import/", "/people/new/", "/deals/new/", "/deals/board/"} <= {*page.links}
    change.create(registry.type_of(PERSON), {"name": "Mia Moss"}, actor=people.anna)
    assert "First steps 2 of 3" in anna.get("/").text
    change.create(registry.type_of(DEAL), {"name": "Isdom renewal"}, actor=people.anna)
    assert "First steps" not in anna.get("/").text


def test_who_hides_them_sees_them_no_more(anna: Visitor) -> None:
    assert "First steps" not in anna.send(anna.get("/").form_to("/start/hide/")).text


def test_who_does_not_arrange_the_company_has_no_steps(visit: Visit, people: People) -> None:
    assert "First steps" not in visit(people.ben).get("/").text


def test_the_sample_goes_in_one_act_and_comes_back_in_one(anna: Visitor, people: People) -> None:
    """What was added after the sample company was loaded stays."""
    person, deal = registry.type_of(PERSON), registry.type_of(DEAL)
    with clock.fixed(clock.now() - timedelta(days=1)):
        mia = change.create(person, {"name": "Mia Moss"}, actor=people.ben)
        change.create(deal, {"name": "Isdom renewal", "contact": mia.pk}, actor=people.anna)
    preferences.keep(User.objects.get(pk=people.anna.user_id), preferences.SAMPLE, clock.now().isoformat())
    with clock.fixed(clock.now() + timedelta(days=1)):
        change.create(person, {"name": "Our own"}, actor=people.anna)
    assert "/start/sample/" in anna.get("/").links
    asked = anna.get("/start/sample/")
    told = asked.text.partition("What goes")[2]
    assert [told.index(one) > 0 for one in ("People 1", "Deals 1")] == [True, True]
    after = anna.send(asked.form_to("/start/sample/"))
    assert "2 records are in the trash." in after.text
    assert [*person.rows(people.anna).values_list("name", flat=True)] == ["Our own"]
    assert not deal.rows(people.anna).exists()
    assert "Sample data" not in after.text
    undo = next(form for form in after.forms if form.action.startswith("/undo/"))
    assert "2 records are as they were." in anna.send(undo).text
    assert deal.rows(people.anna).count() == 1


def test_where_there_is_no_sample_nothing_can_be_removed(anna: Visitor, visit: Visit, people: People) -> None:
    visitors = [anna, visit(people.ben)]
    for visitor in visitors:
        visitor.get("/start/sample/")
    assert [visitor.status for visitor in visitors] == [404, 403]

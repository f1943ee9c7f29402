"""Quick view: what there is to know at a glance, for those who may see the record at all."""

from __future__ import annotations

from bodega.apps.activity import actions
from bodega.kernel import change, registry
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Visitor


def test_it_tells_facts_and_what_happened_last(people: People, anna: Visitor) -> None:
    organisation = registry.type_of("parties.organisation")
    pk = change.create(organisation, {"name": "Isdom", "employees": 40}, actor=people.anna).pk
    for number in range(8):
        actions.log(text=f"Note {number}", about=("parties.organisation", pk), channel="call", actor=people.anna)
    page = anna.get(f"/organisations/{pk}/peek/")
    assert ("Isdom" in page.text, "Employees 40" in page.text, "Last contact Call" in page.text) == (True, True, True)
    assert [f"Note {number}" in page.text for number in range(8)] == [False] * 3 + [True] * 5
    assert f"/organisations/{pk}/" in page.links
    anna.get(f"/customers/{pk}/peek/")
    assert anna.url == f"/organisations/{pk}/peek/"


def test_what_one_may_not_see_is_not_there(people: People, visit: Visit) -> None:
    deal = registry.type_of("sales.deal")
    pk = change.create(deal, {"name": "Canary", "owner": people.dora.user_id}, actor=people.anna).pk
    ben = visit(people.ben)
    there, gone = (ben.get(f"/deals/{number}/peek/").html for number in (pk, 10**6))
    assert (ben.status, there) == (404, gone.replace(str(10**6), str(pk)))
    ben.get("/users/1/peek/")
    assert ben.status == 404

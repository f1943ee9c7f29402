"""Who adds somebody is shown, first, who may be the same; and adds them anyway where it is somebody else."""

from __future__ import annotations

import pytest

from bodega.apps.parties.records import organisation, person
from bodega.kernel import change
from bodega.kernel.record import RecordType
from tests.personas import People
from tests.surfaces.html.visitor import Visitor


@pytest.fixture
def mia(people: People) -> int:
    return int(change.create(person, {"name": "Mia Berg", "email": "mia@isdom.example"}, actor=people.anna).pk)


def names(type_: RecordType, people: People) -> list[str]:
    return [*type_.rows(people.anna).order_by("pk").values_list("name", flat=True)]


def test_the_page_tells_of_her_and_adds_her_anyway(people: People, anna: Visitor, mia: int) -> None:
    form = anna.get("/people/new/").form_to("/people/new/")
    page = anna.send(form, name="Mia B.", email="mia@isdom.example")
    assert (anna.status, names(person, people)) == (409, ["Mia Berg"])
    assert "There is already Mia Berg with this e-mail address." in page.text
    assert f"/people/{mia}/" in page.links
    anna.send(page.form_to("/people/new/"))
    assert (anna.status, names(person, people)) == (200, ["Mia Berg", "Mia B."])


def test_whom_one_was_not_told_of_is_told_before_adding(people: People, anna: Visitor, mia: int) -> None:
    firm = change.create(person, {"name": "Ida Holm", "phone": "+4930777777"}, actor=people.anna).pk
    page = anna.send(anna.get("/people/new/").form_to("/people/new/"), name="Mia B.", email="mia@isdom.example")
    page = anna.send(page.form_to("/people/new/"), phone="+4930777777")
    assert (anna.status, names(person, people)) == (409, ["Mia Berg", "Ida Holm"])
    assert {f"/people/{mia}/", f"/people/{firm}/"} <= {*page.links}


def test_an_organisation_of_the_same_name(people: People, anna: Visitor) -> None:
    change.create(organisation, {"name": "Isdom"}, actor=people.anna)
    page = anna.send(anna.get("/organisations/new/").form_to("/organisations/new/"), name="ISDOM")
    assert (anna.status, names(organisation, people)) == (409, ["Isdom"])
    assert "There is already Isdom with this name." in page.text

"""The page of a record as administrators arrange it: for everybody, or for the holders of a role."""

from __future__ import annotations

import pytest

from bodega.kernel import change, history, registry
from bodega.kernel.actors import HIDDEN, Role
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Page, Visitor

ADDRESS = "/arrange/organisations/"


@pytest.fixture
def isdom(people: People) -> str:
    given = {"name": "Isdom", "sector": "construction", "employees": 40, "website": "https://isdom.example"}
    return f"/organisations/{change.create(registry.type_of('parties.organisation'), given, actor=people.anna).pk}/"


def arrange(anna: Visitor, asked: str = "", **values: str) -> Page:
    """What stands in the form, but for these: `field__employees` is where the field stands."""
    form = anna.get(f"{ADDRESS}{asked}").form_to(ADDRESS)
    moved = {f"where.{name.replace('__', '.')}": where for name, where in values.items() if "__" in name}
    return anna.send(form, **moved, **{name: text for name, text in values.items() if "__" not in name})


def facts(page: Page) -> list[str]:
    """The names of the facts, by groups."""
    return page.html.split('class="facts"')[1:]


def test_fields_stand_in_groups_and_panels_as_tabs(isdom: str, people: People, anna: Visitor, visit: Visit) -> None:
    page = arrange(
        anna, field__employees="g1", field__website="hidden", panel__parties__people="tabs", **{"title.g1": "Size"}
    )
    ben = visit(people.ben).get(isdom)
    assert ["Employees" in group for group in facts(ben)[:2]] == [False, True]
    assert ("Size" in ben.text, "isdom.example" in ben.html) == (True, False)
    assert "Add a person" not in ben.html
    assert "Add a person" in anna.get(f"{isdom}?tab=parties.people").html
    anna.send(next(form for form in page.forms if form.action.startswith("/undo/")))
    assert ("Size" in anna.get(isdom).text, "isdom.example" in anna.get(isdom).html) == (False, True)


def test_a_layout_of_a_role_is_for_its_holders(isdom: str, people: People, anna: Visitor, visit: Visit) -> None:
    role = Role.objects.get(pk__in=people.user(people.ben).roles)
    arrange(anna, field__sector="hidden")
    arrange(anna, f"?role={role.pk}", field__employees="hidden")
    ben, annas = visit(people.ben).get(isdom).text, anna.get(isdom).text
    assert ("Employees" in ben, "Sector" in ben) == (False, True)
    assert ("Employees" in annas, "Sector" in annas) == (True, False)
    page = anna.get(f"{ADDRESS}?role={role.pk}")
    anna.send(next(form for form in page.forms if "reset=1" in form.action))
    assert "Sector" not in visit(people.ben).get(isdom).text, "everybody's layout holds again"
    made = registry.type_of("record.layout").ever(people.anna).order_by("pk").last()
    acts = [
        event.change.verb for event in history.history(registry.type_of("record.layout"), made.pk, actor=people.anna)
    ]
    assert acts == ["deleted", "created"]


def test_of_several_roles_the_one_made_first_counts(isdom: str, people: People, anna: Visitor, visit: Visit) -> None:
    user = people.user(people.ben)
    first = Role.objects.get(pk__in=user.roles)
    later = change.create(registry.type_of("kernel.role"), {"name": "Above all by its name"}, actor=people.anna)
    change.save(user, {"roles": [later.pk, first.pk]}, actor=people.anna, type_=registry.type_of("kernel.user"))
    arrange(anna, f"?role={later.pk}", field__sector="hidden")
    assert "Sector" not in visit(people.ben).get(isdom).text, "the only one that is arranged"
    arrange(anna, f"?role={first.pk}", field__employees="hidden")
    told = visit(people.ben).get(isdom).text
    assert ("Employees" in told, "Sector" in told) == (False, True)
    tabs = [link for link in anna.get(f"{ADDRESS}?role={later.pk}").links if link.startswith(f"{ADDRESS}?role=")]
    assert [int(tab.rpartition("=")[2] or 0) for tab in tabs] == sorted({0, *Role.objects.values_list("pk", flat=True)})


def test_what_a_role_hides_stays_hidden_and_a_page_asks_no_more(
    isdom: str, people: People, anna: Visitor, visit: Visit
) -> None:
    ben = visit(people.ben)
    counts = []
    for _twice in range(2):
        ben.get(isdom)
        ben.get(isdom)
        counts.append(len(ben.queries))
        arrange(anna, field__employees="g0")
    assert counts[0] == counts[1]
    role = Role.objects.get(pk__in=people.user(people.ben).roles)
    hidden = {"parties.organisation": {"employees": HIDDEN}}
    change.save(role, {"fields": hidden}, actor=people.anna, type_=registry.type_of("kernel.role"))
    assert "Employees" not in visit(people.ben).get(isdom).text


def test_it_is_looked_at_before_it_is_saved_and_a_new_field_is_not_lost(
    isdom: str, people: People, anna: Visitor, visit: Visit
) -> None:
    shown = anna.post(f"{ADDRESS}preview/", {"where.field.employees": "g1", "title.g1": "Size"})
    assert ("Size" in shown.text, "Size" in anna.get(isdom).text) == (True, False)
    arrange(anna, field__employees="g1")
    field = {"type": "parties.organisation", "name": "Berth", "word": "berth", "kind": "text"}
    change.create(registry.type_of("kernel.field"), field, actor=people.anna)
    assert "Berth" in anna.get(isdom).text
    ben = visit(people.ben)
    ben.get(ADDRESS)
    assert ben.status == 403
    anna.get("/arrange/roles/")
    assert anna.status == 404

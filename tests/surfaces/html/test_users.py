"""People, teams and roles: inviting, ending an access, the table of rights, one's own settings."""

from __future__ import annotations

import pytest

from bodega.kernel import access, change, registry
from bodega.kernel.actors import Role, User, actor_of
from bodega.platform.jobs.run import run_waiting
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Visitor


def test_a_new_person_has_no_password_and_gets_a_link(anna: Visitor) -> None:
    page = anna.get("/users/invite/")
    told = anna.send(page.form_to("/users/invite/"), name="Eve Adler", email="eve@example.com")
    eve = User.objects.get(name="Eve Adler")
    assert (eve.login, eve.has_usable_password(), eve.check_password("")) == ("eve@example.com", True, False)
    assert f"/welcome/{eve.pk}/" in told.html


def test_a_name_that_somebody_has_is_refused(anna: Visitor, people: People) -> None:
    page = anna.get("/users/invite/")
    again = anna.send(page.form_to("/users/invite/"), name="Ben", email="BEN@example.com")
    assert anna.status == 422
    assert "Somebody signs in with this name already." in again.text


def test_ending_an_access_says_what_is_owned_and_hands_it_over(anna: Visitor, people: People) -> None:
    orgs = registry.type_of("parties.organisation")
    for name in ("Isdom", "Konex"):
        change.create(orgs, {"name": name}, actor=people.dora)
    page = anna.get(f"/users/{people.dora.user_id}/deactivate/")
    assert "Dora owns 2 organisations." in page.text
    form = page.form_to(f"/users/{people.dora.user_id}/deactivate/")
    anna.send(form, to_text="Ben", to="")
    run_waiting()
    assert not people.user(people.dora).is_active
    assert {*orgs.rows(people.anna).values_list("owner__name", flat=True)} == {"Ben"}


def test_who_was_deactivated_can_be_let_in_again(anna: Visitor, people: People) -> None:
    anna.send(anna.get(f"/users/{people.ben.user_id}/deactivate/").form_to(f"/users/{people.ben.user_id}/deactivate/"))
    assert not people.user(people.ben).is_active
    anna.send(anna.get(f"/users/{people.ben.user_id}/").form_to(f"/users/{people.ben.user_id}/activate/"))
    assert people.user(people.ben).is_active


def test_nobody_ends_their_own_access(anna: Visitor, people: People) -> None:
    own = f"/users/{people.anna.user_id}/deactivate/"
    page = anna.send(anna.get(own).form_to(own))
    assert (anna.status, people.user(people.anna).is_active) == (422, True)
    assert "You cannot end your own access." in page.text


@pytest.mark.parametrize("values", [{"is_admin": ""}, {"is_active": ""}])
def test_there_is_always_an_administrator(anna: Visitor, people: People, values: dict[str, str]) -> None:
    own = f"/users/{people.anna.user_id}/edit/"
    page = anna.send(anna.get(own).form_to(own), **dict.fromkeys(values))
    assert anna.status == 422
    assert "This is the last administrator." in page.text


def test_a_role_is_a_table_of_types_and_verbs(anna: Visitor, people: People) -> None:
    page = anna.get("/roles/new/")
    given = {"name": "Counter", "view.*": "all", "create.sales.deal": "all", "change.sales.deal": "own"}
    anna.send(page.form_to("/roles/new/"), **given)
    role = Role.objects.get(name="Counter")
    assert role.levels == {
        "*": {"view": "all", "create": "none", "change": "none", "delete": "none"},
        "sales.deal": {"create": "all", "change": "own"},
    }
    again = anna.get(f"/roles/{role.pk}/edit/").form_to(f"/roles/{role.pk}/edit/")
    assert dict(again.fields)["change.sales.deal"] == "own"
    anna.send(again, **{"change.sales.deal": ""})
    assert Role.objects.get(name="Counter").levels["sales.deal"] == {"create": "all"}


def test_what_a_role_says_holds_at_once(anna: Visitor, people: People, visit: Visit) -> None:
    cleo = visit(people.cleo)
    assert (cleo.get("/deals/"), cleo.status)[1] == 403
    role = people.user(people.cleo).roles[0]
    url = f"/roles/{role}/edit/"
    anna.send(anna.get(url).form_to(url), **{"view.sales.deal": "all"})
    assert (cleo.get("/deals/"), cleo.status)[1] == 200
    assert not access.may(registry.type_of("sales.deal"), actor_of(people.user(people.cleo)), "change")


def test_a_person_chooses_language_time_zone_and_colours(visit: Visit, people: People) -> None:
    cleo = visit(people.cleo)
    cleo.send(cleo.get("/me/").form_to("/me/"), language="de", time_zone="Asia/Tokyo", theme="dark")
    user = people.user(people.cleo)
    assert (user.language, user.time_zone, cleo.client.cookies["theme"].value) == ("de", "Asia/Tokyo", "dark")
    assert 'data-theme="dark"' in cleo.get("/").html
    assert cleo.get("/me/").form_to("/me/").filled()[1:3] == [("language", "de"), ("time_zone", "Asia/Tokyo")]


def test_what_a_person_chose_is_told_as_their_own_act(visit: Visit, people: People) -> None:
    cleo = visit(people.cleo)
    cleo.send(cleo.get("/me/").form_to("/me/"), language="fr")
    act = registry.type_of("kernel.user").rows(people.anna).get(pk=people.cleo.user_id)
    assert act.version == 2


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd"])
def test_a_zone_that_is_none_is_refused_everywhere(anna: Visitor, people: People, zone: str) -> None:
    url = f"/users/{people.ben.user_id}/edit/"
    page = anna.send(anna.get(url).form_to(url), time_zone=zone)
    assert anna.status == 422
    assert "This is not a time zone" in page.text


def test_the_password_is_changed_by_who_knows_it(visit: Visit, people: People, settings: object) -> None:
    ben = visit(people.ben)
    user = people.user(people.ben)
    user.set_password("the first of many")
    User.objects.filter(pk=user.pk).update(password=user.password)
    ben = Visitor(people.user(people.ben))
    form = ben.get("/me/password/").form_to("/me/password/")
    assert "This is not your password." in ben.send(form, old="a guess", password="another good one").text
    assert "too short" in ben.send(form, old="the first of many", password="short").text
    assert "the first of many" not in ben.send(form, old="the first of many", password="short").html
    ben.send(form, old="the first of many", password="another good one")
    assert people.user(people.ben).check_password("another good one")
    assert (ben.get("/me/"), ben.status)[1] == 200


def test_a_theme_that_is_none_is_not_kept(anna: Visitor) -> None:
    anna.post("/theme/", {"theme": '"><script>', "next": "/people/"}, follow=False)
    assert ("theme" in anna.client.cookies, anna.url) == (False, "/people/")

"""Rights that explain themselves: on a record, of a person, as a person, before they change, and ready ones."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bodega.kernel import change
from bodega.kernel.actors import Role, Team, User
from bodega.kernel.registry import type_of
from bodega.kernel.rules import Rule
from bodega.lib import clock
from bodega.platform.audit.models import Entry
from bodega.platform.tokens import actions as tokens
from tests.personas import People
from tests.surfaces.html.visitor import Page, Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TEAMS = "/roles/ready/?set=teams"
UNSAFE = ("post", "put", "patch", "delete")


def visitor(people: People, name: str) -> Visitor:
    return Visitor(people.user(getattr(people, name)))


def user(name: str) -> User:
    return User.objects.get(name=name)


def deal_of(people: People, name: str, **more: object) -> int:
    values = {"name": f"{name}’s deal", "owner": user(name).pk, **more}
    return int(change.create(type_of("sales.deal"), values, actor=people.anna).pk)


# ---- who can see this ------------------------------------------------------------------------------------------------


def test_a_record_says_who_sees_it_and_why(people: People) -> None:
    pk, anna = deal_of(people, "Ben"), visitor(people, "anna")
    page = anna.get(f"/deals/{pk}/")
    assert f"/deals/{pk}/access/" in page.links
    page = anna.get(f"/deals/{pk}/access/")
    can, cannot = page.text.split("Who can see it")[1].split("Who cannot see it")
    assert "Ben see, change, delete owns it" in can
    assert "Anna see, change, delete is an administrator" in can
    assert "Dora" not in can
    assert "Dora – reaches those of their teams and reports: this is none of these" in cannot
    assert "Cleo – has no role that lets them do this" in cannot
    assert f"/users/{user('Ben').pk}/" in page.links


def test_who_may_change_it_may_ask_and_nobody_else(people: People) -> None:
    pk = deal_of(people, "Ben")
    asked = {}
    for name in ("anna", "ben", "dora", "cleo"):
        one = visitor(people, name)
        one.get(f"/deals/{pk}/access/")
        asked[name] = one.status
    assert asked == {"anna": 200, "ben": 200, "dora": 404, "cleo": 404}


def test_who_only_sees_it_may_not_ask(people: People) -> None:
    Role.objects.filter(name="Team").update(levels={"*": {"view": "all", "change": "own"}})
    pk, dora = deal_of(people, "Ben"), visitor(people, "dora")
    page = dora.get(f"/deals/{pk}/")
    assert dora.status == 200
    assert f"/deals/{pk}/access/" not in page.links
    dora.get(f"/deals/{pk}/access/")
    assert dora.status == 403


def test_from_whom_the_owner_is_hidden_learns_it_from_nothing_here(people: People) -> None:
    Role.objects.filter(name="Team").update(fields={"sales.deal": {"owner": "hidden"}})
    pk, ben = deal_of(people, "Ben"), visitor(people, "ben")
    ben.get(f"/deals/{pk}/access/")
    assert ben.status == 403


def test_what_is_private_says_so(people: People) -> None:
    pk = deal_of(people, "Ben", private=True)
    page = visitor(people, "anna").get(f"/deals/{pk}/access/")
    assert "It is private: whatever roles say, its owner" in page.text


def test_what_belongs_to_a_customer_says_whose_it_is(people: People) -> None:
    person = change.create(type_of("parties.person"), {"name": "Mia", "owner": user("Ben").pk}, actor=people.anna)
    given = {"party": person.pk, "channel": "email", "purpose": "news", "basis": "consent", "source": "by phone"}
    pk = change.create(type_of("parties.consent"), given, actor=people.anna).pk
    page = visitor(people, "anna").get(f"/consents/{pk}/access/")
    assert "It is seen by way of Mia" in page.text
    assert "Ben see, change, delete owns it" in page.text


def test_types_of_administrators_have_no_such_page(people: People) -> None:
    anna = visitor(people, "anna")
    for url in (f"/roles/{Role.objects.get(name='Team').pk}/access/", "/customers/1/access/"):
        anna.get(url)
        assert anna.status == 404


# ---- what somebody can see -------------------------------------------------------------------------------------------


def test_a_person_s_page_says_what_they_reach(people: People) -> None:
    deal_of(people, "Ben")
    deal_of(people, "Dora")
    anna, ben = visitor(people, "anna"), user("Ben")
    assert f"/users/{ben.pk}/access/" in anna.get(f"/users/{ben.pk}/").links
    page = anna.get(f"/users/{ben.pk}/access/")
    assert "Teams North" in page.text
    assert "Deals of their teams ( Team ) 1 yes ( Team ) of their teams ( Team ) 1 own ( Team ) 1" in page.text
    link = next(link for link in page.links if link.startswith("/deals/?q="))
    assert "Ben’s deal" in anna.get(link).text
    assert "Dora’s deal" not in anna.get(link).text


def test_one_may_look_at_one_s_own_reach_and_at_nobody_else_s(people: People) -> None:
    ben = visitor(people, "ben")
    assert "How far their roles reach" in ben.get(f"/users/{user('Ben').pk}/access/").text
    ben.get(f"/users/{user('Dora').pk}/access/")
    assert ben.status == 403


def test_it_says_of_an_administrator_that_they_see_everything(people: People) -> None:
    page = visitor(people, "anna").get(f"/users/{user('Anna').pk}/access/")
    assert "As an administrator they see and may do everything." in page.text


# ---- looking as another ----------------------------------------------------------------------------------------------


def look_as(people: People, name: str) -> Visitor:
    anna = visitor(people, "anna")
    anna.post(f"/users/{user(name).pk}/look/", {})
    return anna


def test_an_administrator_sees_what_another_one_sees(people: People) -> None:
    hers, his = deal_of(people, "Dora"), deal_of(people, "Ben")
    anna = look_as(people, "Ben")
    page = anna.get("/deals/")
    assert "You look at this as Ben . Nothing can be changed." in page.text
    assert ("Ben’s deal" in page.text, "Dora’s deal" in page.text) == (True, False)
    assert [(anna.get(f"/deals/{pk}/"), anna.status)[1] for pk in (his, hers)] == [200, 404]
    anna.get("/users/invite/")
    assert anna.status == 403


def test_nothing_that_writes_gets_through(people: People) -> None:
    pk = deal_of(people, "Ben")
    anna, before = look_as(people, "Ben"), Entry.objects.count()
    version = type_of("sales.deal").every().get(pk=pk).version
    for url in (f"/deals/{pk}/delete/", f"/deals/{pk}/edit/", "/theme/", "/me/", f"/users/{user('Cleo').pk}/look/"):
        for method in UNSAFE:
            answer = getattr(anna.client, method)(url)
            assert answer.status_code == 403
            assert "Stop looking as Ben first." in answer.content.decode()
    held = type_of("sales.deal").every().get(pk=pk)
    assert (held.version, held.deleted_at) == (version, None)
    assert Entry.objects.count() == before


def test_stop_gives_back_one_s_own_eyes(people: People) -> None:
    anna = look_as(people, "Ben")
    page = anna.send(anna.get("/").form_to("/look/stop/"))
    assert anna.url == f"/users/{user('Ben').pk}/"
    assert "You look at this as" not in page.text
    anna.get("/users/invite/")
    assert anna.status == 200


def test_beginning_and_end_are_in_the_audit_log(people: People) -> None:
    look_as(people, "Ben").post("/look/stop/", {})
    told = [(one.kind, one.name, one.about) for one in Entry.objects.order_by("pk")]
    assert told[-2:] == [("looking-as", "Anna", "Ben"), ("looked-as", "Anna", "Ben")]


def test_it_ends_after_an_hour(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = look_as(people, "Ben")
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=61))
    assert "You look at this as" not in anna.get("/").text


def test_it_ends_with_the_right_to_do_so_and_with_the_other_s_access(people: People) -> None:
    for name, values in (("Ben", {"is_active": False}), ("Anna", {"is_admin": False})):
        anna = look_as(people, "Ben")
        User.objects.filter(name=name).update(**values)
        assert "You look at this as" not in anna.get("/").text
        User.objects.filter(name=name).update(is_active=True, is_admin=name == "Anna")


def test_signing_out_while_looking_is_one_s_own(people: People) -> None:
    anna = look_as(people, "Ben")
    anna.post("/signout/", {})
    anna.get("/")
    assert anna.response.headers["Location"].startswith("/signin/")


def test_who_is_no_administrator_looks_as_nobody(people: People) -> None:
    ben = visitor(people, "ben")
    ben.post(f"/users/{user('Dora').pk}/look/", {})
    assert ben.status == 403
    assert "You look at this as" not in ben.get("/").text


def test_a_program_with_a_token_knows_nothing_of_it(people: People) -> None:
    anna = look_as(people, "Ben")
    deal_of(people, "Dora")
    _token, secret = tokens.make(user("Anna"), name="Test", actor=people.anna)
    assert "Dora’s deal" in anna.get("/api/v1/deals/", Authorization=f"Bearer {secret}").html


def test_the_browser_s_own_calls_are_seen_through_the_same_eyes(people: People) -> None:
    anna = look_as(people, "Ben")
    deal_of(people, "Dora")
    assert "Dora’s deal" not in anna.get("/api/v1/deals/").html
    anna.post("/api/v1/deals/", {})
    assert (anna.status, anna.response.headers["Content-Type"]) == (403, "application/problem+json")


def test_what_is_recorded_meanwhile_tells_both_names(people: People) -> None:
    anna = look_as(people, "Ben")
    assert "Anna as Ben" in anna.get("/").text


# ---- who gains and who loses -----------------------------------------------------------------------------------------


def tried(anna: Visitor, url: str, **values: object) -> Page:
    return anna.send(anna.get(url).form_to(url), button=("try", "1"), **values)


def test_a_role_is_tried_before_it_is_saved(people: People) -> None:
    deal_of(people, "Dora")
    role, anna = Role.objects.get(name="Team"), visitor(people, "anna")
    page = tried(anna, f"/roles/{role.pk}/edit/", **{"view.*": "all", "delete.*": "none"})
    told = page.text.split("Who gains and who loses")[1]
    assert "2 people would see or do other things than now" in told
    assert "Be Ben Deals 0 → 1 0 → 0" in told
    assert "Dora Deals 1 → 1 1 → 0" in told
    held = Role.objects.get(pk=role.pk)
    assert (held.levels, held.version) == (role.levels, role.version)
    anna.send(page.form_to(f"/roles/{role.pk}/edit/"))
    assert Role.objects.get(pk=role.pk).levels["*"]["view"] == "all"


def test_fields_that_a_role_hides_are_tried_with_it(people: People) -> None:
    role, anna = Role.objects.get(name="Team"), visitor(people, "anna")
    page = tried(anna, f"/roles/{role.pk}/fields/deals/", amount="hidden", account="read")
    told = page.text.split("Who gains and who loses")[1]
    assert "Deals: the field “Amount” no longer no longer" in told
    assert "Deals: the field “Account” no longer" in told
    assert "Deals: the field “Account” no longer no longer" not in told


def test_a_person_is_tried_with_all_whom_it_concerns(people: People) -> None:
    """Who comes into a team is seen by its members from then on."""
    deal_of(people, "Dora")
    anna, dora = visitor(people, "anna"), user("Dora")
    page = tried(anna, f"/users/{dora.pk}/edit/", teams=[f"#{Team.objects.get(name='North').pk}"])
    told = page.text.split("Who gains and who loses")[1]
    assert "Ben Deals 0 → 1" in told
    assert User.objects.get(pk=dora.pk).teams == dora.teams


def test_a_tree_is_tried(people: People) -> None:
    deal_of(people, "Dora")
    Role.objects.filter(name="Team").update(levels={"*": {"view": "below"}})
    south, north = (Team.objects.get(name=name) for name in ("South", "North"))
    page = tried(visitor(people, "anna"), f"/teams/{south.pk}/edit/", above=f"#{north.pk}", above_text="North")
    assert "Ben Deals 0 → 1" in page.text.split("Who gains and who loses")[1]
    assert Team.objects.get(pk=south.pk).above_id is None


def test_a_rule_is_tried_when_it_is_made_and_when_it_is_changed(people: People) -> None:
    deal_of(people, "Dora")
    anna = visitor(people, "anna")
    values = {"name": "Open to Ben", "type": "sales.deal", "effect": "share", "question": "name:Dora"}
    values["users"] = f"#{user('Ben').pk}"
    page = tried(anna, "/rules/new/", **values)
    assert "1 person would see" in page.text
    assert "Ben Deals 0 → 1" in page.text.split("Who gains and who loses")[1]
    assert Rule.objects.count() == 0
    anna.send(page.form_to("/rules/new/"))
    made = Rule.objects.get()
    page = tried(anna, f"/rules/{made.pk}/edit/", question="name:Ben")
    assert "Ben Deals 1 → 0" in page.text.split("Who gains and who loses")[1]
    assert Rule.objects.get().question == made.question


def test_what_changes_nothing_says_so(people: People) -> None:
    role, anna = Role.objects.get(name="Team"), visitor(people, "anna")
    assert "Nothing changes" in tried(anna, f"/roles/{role.pk}/edit/", name="Another name").text
    assert Role.objects.get(pk=role.pk).name == "Team"


def test_what_cannot_be_saved_cannot_be_tried(people: People) -> None:
    anna = visitor(people, "anna")
    page = tried(anna, f"/roles/{Role.objects.get(name='Team').pk}/edit/", name="")
    assert anna.status == 422
    assert "Who gains and who loses" not in page.text


def test_something_new_has_nobody_to_gain_by_it(people: People) -> None:
    page = visitor(people, "anna").get("/roles/new/")
    assert ("try", "1") not in page.form_to("/roles/new/").buttons


# ---- ready sets ------------------------------------------------------------------------------------------------------


def test_a_ready_set_makes_ordinary_roles_once_and_can_be_taken_back(people: People) -> None:
    anna, before = visitor(people, "anna"), {*Role.objects.values_list("name", flat=True)}
    assert "/roles/ready/" in anna.get("/roles/").links
    page = anna.get("/roles/ready/")
    page = anna.send(next(form for form in page.forms if form.action == TEAMS))
    made = {*Role.objects.filter(deleted_at=None).values_list("name", flat=True)} - before
    assert made == {"Seller in a team", "Sales lead", "Service"}
    assert "3 roles were added." in page.text
    again = anna.get("/roles/ready/")
    assert "there already" in again.text
    assert TEAMS not in [form.action for form in again.forms]
    anna.send(next(form for form in page.forms if form.action.startswith("/undo/")))
    assert {*Role.objects.filter(deleted_at=None).values_list("name", flat=True)} == before


def test_there_is_no_other_set(people: People) -> None:
    anna = visitor(people, "anna")
    anna.post("/roles/ready/?set=nothing", {})
    assert anna.status == 404

"""Fields and types that an administrator adds: there at once, removed with their data kept, purged without a trace."""

from __future__ import annotations

from contextvars import Context
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from bodega.kernel import change, registry
from bodega.kernel.models import ChangeRow, CustomField, CustomType
from bodega.kernel.scope import scope
from bodega.platform.delivering import deliver_all, enlist
from bodega.platform.jobs.run import run_waiting
from bodega.surfaces.office.fields import options_of
from tests.personas import People
from tests.surfaces.html.visitor import Page, Visitor

pytestmark = pytest.mark.slow


def add(anna: Visitor, **values: Any) -> Page:
    given = {"type": "parties.person", "kind": "text", **values}
    return anna.send(anna.get(f"/fields/new/?type={given['type']}").form_to("/fields/new/"), **given)


def test_a_new_field_is_there_at_once(anna: Visitor, people: People) -> None:
    assert "The field “Boat name” is there." in add(anna, name="Boat name").text
    form = anna.get("/people/new/").form_to("/people/new/")
    assert "boat_name" in form.names
    anna.send(form, name="Mia Petersen", boat_name="Aurora")
    mia = anna.url
    anna.post("/people/columns/", [("columns", "boat_name")])
    assert "Aurora" in anna.get("/people/?q=boat_name:aurora").text
    assert "Nothing" not in anna.get("/people/?q=boat_name:aurora").text
    assert "Boat name" in anna.get(f"{mia}?tab=history").text
    anna.post("/import/", {"type": "parties.person", "file": a_file(b"name,boat name\nOla,Borealis\n")})
    assert '<option value="boat_name" selected>' in anna.get(anna.url).html


def a_file(content: bytes) -> Any:
    return SimpleUploadedFile("people.csv", content)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"name": ""}, "Label is missing"),
        ({"name": "Name"}, "“name” is taken"),
        ({"name": "Or"}, "“or” is taken"),
        ({"name": "Colour", "kind": "choice"}, "A choice needs at least one option"),
        ({"name": "Boat", "kind": "reference"}, "Say which record type the field refers to"),
        ({"name": "Boat", "kind": "any"}, "not one of the options"),
        ({"name": "!"}, "taken"),
    ],
)
def test_what_does_not_fit_is_told_in_the_form(anna: Visitor, given: dict[str, str], problem: str) -> None:
    page = add(anna, **given)
    assert (anna.status, CustomField.objects.count()) == (422, 0)
    assert problem in page.text


def test_two_fields_of_a_type_have_two_words(anna: Visitor) -> None:
    add(anna, name="Gate")
    assert "“gate” is taken" in add(anna, name="Gate").text


def test_options_are_lines_and_a_renamed_one_stays_the_same(anna: Visitor, people: People) -> None:
    add(anna, name="Prefers", kind="choice", options="Call\r\nMail\r\n\r\nCall")
    person = registry.type_of("parties.person")
    with scope():
        made = change.create(person, {"name": "Mia", "prefers": "mail"}, actor=people.anna)
    field = CustomField.objects.get()
    url = f"/fields/{field.pk}/edit/"
    assert dict(anna.get(url).form_to(url).fields)["options"] == "Call\r\nMail"
    anna.send(anna.get(url).form_to(url), options="Call\r\nE-mail")
    assert "E-mail" in anna.get(f"/people/{made.pk}/").text
    assert CustomField.objects.get().options == [["call", "Call"], ["mail", "E-mail"]]


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ([], "Call\nMail", [["call", "Call"], ["mail", "Mail"]]),
        ([("a", "A"), ("b", "B")], "B\nA", [["b", "B"], ["a", "A"]]),
        ([("a", "A"), ("b", "B")], "A\nC", [["a", "A"], ["b", "C"]]),
        ([("a", "A"), ("b", "B")], "A", [["a", "A"]]),
        ([("a", "A"), ("b", "B")], "A\nB\nC", [["a", "A"], ["b", "B"], ["c", "C"]]),
        ([("mail", "E-mail")], "E-mail\nMail", [["mail", "E-mail"], ["mail_1", "Mail"]]),
        ([], "日本\n!", [["option", "日本"], ["option_1", "!"]]),
    ],
)
def test_each_option_has_a_key_of_its_own(before: list[tuple[str, str]], text: str, after: list[list[str]]) -> None:
    assert options_of(text, before) == after


def test_a_field_keeps_its_kind_and_may_be_renamed(anna: Visitor) -> None:
    add(anna, name="Gate", required="yes")
    field = CustomField.objects.get()
    url = f"/fields/{field.pk}/edit/"
    form = anna.get(url).form_to(url)
    assert {"kind", "type", "options", "target"} & form.names == set()
    anna.send(form, name="Delivery gate", required=None)
    field.refresh_from_db()
    assert (field.name, field.word, field.required) == ("Delivery gate", "gate", False)


def test_fields_stand_in_the_order_one_gives_them(anna: Visitor) -> None:
    for name in ("First", "Second", "Third"):
        add(anna, name=name)
    third = CustomField.objects.get(name="Third")
    anna.send(anna.get("/fields/?type=parties.person").form_to(f"/fields/{third.pk}/up/"))
    listed = anna.get("/fields/?type=parties.person").text
    assert listed.index("First") < listed.index("Third") < listed.index("Second")
    anna.post(f"/fields/{third.pk}/up/", {})
    anna.post(f"/fields/{third.pk}/up/", {})
    listed = anna.get("/fields/?type=parties.person").text
    assert listed.index("Third") < listed.index("First")


def test_a_removed_field_keeps_its_data_until_it_is_purged(anna: Visitor, people: People) -> None:
    add(anna, name="Boat name")
    form = anna.get("/people/new/").form_to("/people/new/")
    anna.send(form, name="Mia Petersen", boat_name="Aurora")
    mia = anna.url
    field = CustomField.objects.get()
    anna.send(anna.get("/fields/?type=parties.person").form_to(f"/fields/{field.pk}/delete/"))
    assert "Aurora" not in anna.get(mia).text
    anna.send(anna.get("/fields/?type=parties.person").form_to(f"/fields/{field.pk}/restore/"))
    assert "Aurora" in anna.get(mia).text
    anna.post(f"/fields/{field.pk}/delete/", {})
    url = f"/fields/{field.pk}/purge/"
    assert "This is not its name." in anna.send(anna.get(url).form_to(url), name="Something else").text
    anna.send(anna.get(url).form_to(url), name="Boat name")
    run_waiting()
    assert (CustomField.objects.count(), "Aurora" in everything_about("parties.person")) == (0, False)
    assert "Mia Petersen" in anna.get(mia).text


def everything_about(type_key: str) -> str:
    """The stored values of people and their history, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT custom FROM parties_party")
        rows = cursor.fetchall()
    return repr((rows, [*ChangeRow.objects.filter(type=type_key).values_list("old", "new")]))


def test_a_field_does_not_come_back_where_another_has_its_word(anna: Visitor) -> None:
    add(anna, name="Gate")
    field = CustomField.objects.get()
    anna.post(f"/fields/{field.pk}/delete/", {})
    add(anna, name="Gate")
    page = anna.post(f"/fields/{field.pk}/restore/", {})
    assert (anna.status, "Another record has this name or key already." in page.text) == (409, True)


def test_only_what_is_in_the_trash_can_be_purged(anna: Visitor) -> None:
    add(anna, name="Gate")
    anna.get(f"/fields/{CustomField.objects.get().pk}/purge/")
    assert anna.status == 404


def make_type(anna: Visitor, **values: str) -> Page:
    return anna.send(anna.get("/types/new/").form_to("/types/new/"), **{"name": "Boat", "icon": "ship", **values})


def test_a_new_type_is_there_at_once(anna: Visitor, people: People) -> None:
    enlist()
    assert "“Boats” is there." in make_type(anna).text
    add(anna, type="custom.boats", name="Length", kind="decimal")
    anna.send(anna.get("/boats/new/").form_to("/boats/new/"), name="Aurora", length="12.5")
    assert "Aurora" in anna.get("/boats/?q=length>12").text
    assert "Boats" in anna.get("/").text
    Context().run(deliver_all)  # as a worker does, which remembers nothing of this request
    assert "Aurora" in anna.get("/find/?q=aurora").text


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"name": "Person", "plural": "People"}, "taken"),
        ({"name": "Job", "plural": "Jobs"}, "taken"),
        ({"name": "!", "plural": "?"}, "taken"),
    ],
)
def test_an_address_that_is_taken_is_refused(anna: Visitor, values: dict[str, str], problem: str) -> None:
    assert problem in make_type(anna, **values).text
    assert CustomType.objects.count() == 0


def test_a_removed_type_breaks_no_page_and_comes_back_whole(anna: Visitor, people: People) -> None:
    enlist()
    make_type(anna)
    add(anna, name="Sails on", kind="reference", target="custom.boats")
    anna.send(anna.get("/boats/new/").form_to("/boats/new/"), name="Aurora")
    anna.send(anna.get("/people/new/").form_to("/people/new/"), name="Mia", sails_on_text="Aurora")
    mia = anna.url
    made = CustomType.objects.get()
    Context().run(deliver_all)
    anna.send(anna.get("/fields/?type=custom.boats").form_to(f"/types/{made.pk}/delete/"))
    for url in (
        "/",
        "/people/",
        mia,
        f"{mia}?tab=history",
        f"{mia}edit/",
        "/fields/",
        "/find/?q=aurora",
    ):
        assert "Aurora" not in anna.get(url).text
        assert anna.status == 200
    anna.get("/boats/")
    assert anna.status == 404
    assert "taken" in make_type(anna).text
    anna.send(anna.get("/fields/").form_to(f"/types/{made.pk}/restore/"))
    assert "Aurora" in anna.get(mia).text


def test_what_was_done_last_is_offered_to_be_taken_back_as_long_as_its_type_is_there(
    anna: Visitor, people: People
) -> None:
    make_type(anna)
    change.create(registry.type_of("custom.boats"), {"name": "Aurora"}, actor=people.dora.via(is_admin=True))
    dora, made = Visitor(people.user(people.dora)), CustomType.objects.get()
    assert "Your last change: boat" in dora.get("/undo/").text
    anna.post(f"/types/{made.pk}/delete/", {})
    assert (dora.get("/undo/").text, dora.status) == ("There is nothing of yours to take back.", 200)


def test_a_purged_type_leaves_nothing(anna: Visitor, people: People) -> None:
    make_type(anna)
    add(anna, type="custom.boats", name="Length", kind="decimal")
    anna.send(anna.get("/boats/new/").form_to("/boats/new/"), name="Aurora", length="12.5")
    made = CustomType.objects.get()
    anna.post(f"/types/{made.pk}/delete/", {})
    url = f"/types/{made.pk}/purge/"
    anna.send(anna.get(url).form_to(url), name="Boat")
    run_waiting()
    assert (CustomType.objects.count(), CustomField.objects.count()) == (0, 0)
    assert not ChangeRow.objects.filter(type="custom.boats").exists()
    assert "“Boats” is there." in make_type(anna).text

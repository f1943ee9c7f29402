"""Importing by the page, without scripts: a file, its columns, a try, the run, what did not fit, the way back."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bodega.kernel import registry
from bodega.platform.jobs.run import run_waiting
from bodega.surfaces.transfer.models import ImportRun, State
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import FormFound, Page, Visitor

ACCOUNTS = (
    "account,sector,year established,employees\nIsdom,technolgy,1999,495\nKonex,retail,2001,12\nCancity,technolgy,,x\n"
)


def upload(visitor: Visitor, text: str = ACCOUNTS, *, type_key: str = "parties.organisation") -> Page:
    file = SimpleUploadedFile("accounts.csv", text.encode())
    return visitor.post("/import/", {"type": type_key, "file": file})


def mapping(page: Page) -> FormFound:
    return next(form for form in page.forms if "to.0" in form.names)


def here(visitor: Visitor) -> str:
    return f"/import/{ImportRun.objects.latest('pk').pk}/"


def tell(visitor: Visitor, form: FormFound, then: str, **values: object) -> Page:
    visitor.send(form, button=("then", then), **values)
    run_waiting()
    return visitor.get(here(visitor))


def figures(page: Page) -> str:
    text = page.html[
        page.html.index('<dl class="figures">') : page.html.index("</dl>", page.html.index('<dl class="figures">'))
    ]
    return Page(text).text


def names(people: People) -> list[str]:
    return [*registry.type_of("parties.organisation").rows(people.anna).order_by("name").values_list("name", flat=True)]


def test_columns_are_guessed_and_shown_with_what_is_in_them(anna: Visitor) -> None:
    page = upload(anna)
    form = mapping(page)
    assert [dict(form.fields)[f"to.{at}"] for at in range(4)] == ["name", "sector", "", "employees"]
    assert [name for name, _value in form.fields if name.startswith("match.")] == ["match.0"]
    assert "Isdom · Konex · Cancity" in page.text
    assert "3 lines" in page.text


def test_a_try_writes_nothing_and_groups_what_is_wrong(anna: Visitor, people: People) -> None:
    page = tell(anna, mapping(upload(anna)), "try")
    assert figures(page) == "Would be added 1 Would be changed 0 Are so already 0 Do not fit 2"
    assert "did you mean “Technology”?" in page.text
    assert "This was a try: nothing has been written." in page.text
    assert names(people) == []


def test_what_does_not_fit_is_mended_with_one_click_and_read_again(anna: Visitor, people: People) -> None:
    page = tell(anna, mapping(upload(anna)), "start")
    assert figures(page) == "Added 1 Changed 0 Were so already 0 Did not fit 2"
    mend = page.form_to(f"{here(anna)}mend/")
    by_value = {value for name, value in mend.fields if name.startswith("mend.")}
    assert by_value == {"Technology", ""}
    anna.send(mend, button=("then", "again"))
    run_waiting()
    page = anna.get(here(anna))
    assert figures(page) == "Added 2 Changed 0 Were so already 0 Did not fit 1"
    assert names(people) == ["Isdom", "Konex"]
    again = page.form_to(f"{here(anna)}mend/")
    at = next(name for name, _value in again.fields if name.startswith("mend."))
    anna.send(again, **{at: "7"})
    run_waiting()
    assert names(people) == ["Cancity", "Isdom", "Konex"]


def test_a_mended_try_is_tried_again(anna: Visitor, people: People) -> None:
    page = tell(anna, mapping(upload(anna)), "try")
    anna.send(page.form_to(f"{here(anna)}mend/"))
    run_waiting()
    page = anna.get(here(anna))
    assert figures(page) == "Would be added 2 Would be changed 0 Are so already 0 Do not fit 1"
    anna.send(page.form_to(f"{here(anna)}start/"))
    run_waiting()
    assert names(people) == ["Isdom", "Konex"]


def test_the_lines_that_did_not_fit_are_a_file(anna: Visitor) -> None:
    tell(anna, mapping(upload(anna)), "start")
    page = anna.get(f"{here(anna)}errors/")
    rows = [*csv.reader(io.StringIO(page.html.lstrip("\ufeff")))]
    assert [row[:2] for row in rows] == [["account", "sector"], ["Isdom", "technolgy"], ["Cancity", "technolgy"]]
    assert anna.response.headers["Content-Disposition"] == 'attachment; filename="accounts-errors.csv"'


def test_an_import_is_taken_back(anna: Visitor, people: People) -> None:
    page = tell(anna, mapping(upload(anna)), "start")
    anna.send(page.form_to(f"{here(anna)}undo/"))
    run_waiting()
    assert names(people) == []
    assert "This import was taken back." in anna.get(here(anna)).text
    assert ("undone" in anna.get("/import/").text, "accounts.csv" in anna.get("/import/").text) == (True, True)


def test_columns_go_where_one_says(anna: Visitor, people: People) -> None:
    form = mapping(upload(anna))
    tell(anna, form, "start", **{"to.1": "", "to.2": "founded", "to.3": ""})
    found = registry.type_of("parties.organisation").rows(people.anna).get(name="Konex")
    assert (found.sector, found.founded, found.employees) == ("", 2001, None)


def test_what_is_missing_is_added_where_one_says_so(anna: Visitor, people: People) -> None:
    form = mapping(upload(anna, "name,sector,source\nIsdom,Sailing,Boat show\n"))
    page = tell(anna, form, "start", create="yes")
    assert figures(page) == "Added 1 Changed 0 Were so already 0 Did not fit 0"
    found = registry.type_of("parties.organisation").rows(people.anna).get(name="Isdom")
    assert (found.sector, found.source) == ("sailing", "boat_show")


def test_dates_and_decimals_are_read_as_one_says(anna: Visitor, people: People) -> None:
    form = mapping(upload(anna, 'name,amount,expected\nIsdom,"1.234,50 EUR",03.02.2026\n', type_key="sales.deal"))
    assert dict(form.fields)["to.2"] in ("", "expected_on")
    page = tell(anna, form, "start", **{"to.2": "expected_on", "days": "dmy", "mark": ","})
    assert figures(page) == "Added 1 Changed 0 Were so already 0 Did not fit 0"
    found = registry.type_of("sales.deal").rows(people.anna).get()
    assert (found.amount, f"{found.expected_on}") == (123450, "2026-02-03")


def test_a_mapping_that_cannot_be_is_told(anna: Visitor) -> None:
    form = mapping(upload(anna))
    page = anna.send(form, button=("then", "try"), **{"to.0": "", "to.1": "", "to.3": ""})
    assert (anna.status, "map at least one column" in page.text) == (422, True)
    assert ImportRun.objects.get().state == State.DRAFT


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"PK\x03\x04broken"])
def test_a_file_that_is_no_table_is_told(anna: Visitor, content: bytes) -> None:
    page = anna.post("/import/", {"type": "parties.person", "file": SimpleUploadedFile("x.xlsx", content)})
    assert (anna.status, ImportRun.objects.count()) == (422, 0)
    assert page.form_to("/import/")


def test_without_a_file_one_is_asked_for(anna: Visitor) -> None:
    assert "Choose a file first." in anna.post("/import/", {"type": "parties.person"}).text


def test_a_run_that_is_over_cannot_be_started_again(anna: Visitor) -> None:
    page = tell(anna, mapping(upload(anna)), "start")
    assert "See the organisations" in page.text
    page = anna.post(f"{here(anna)}start/", {})
    assert anna.status == 422
    anna.post(f"{here(anna)}nonsense/", {})
    assert anna.status == 404


def test_a_run_is_stopped_and_goes_on(anna: Visitor, people: People) -> None:
    anna.send(mapping(upload(anna)), button=("then", "start"))
    page = anna.get(here(anna))
    assert "You can leave this page; it goes on." in page.text
    anna.send(page.form_to(f"{here(anna)}cancel/"))
    run_waiting()
    assert names(people) == []
    anna.send(anna.get(here(anna)).form_to(f"{here(anna)}start/"))
    run_waiting()
    assert names(people) == ["Konex"]


def test_imports_are_seen_by_who_began_them(visit: Visit, people: People, anna: Visitor) -> None:
    ben = visit(people.ben)
    upload(ben)
    url = here(ben)
    dora = visit(people.dora)
    dora.get(url)
    assert dora.status == 403
    assert "accounts.csv" not in dora.get("/import/").text
    assert "accounts.csv" in anna.get("/import/").text


def test_nobody_imports_what_they_may_not_write(visit: Visit, people: People) -> None:
    cleo = visit(people.cleo)
    cleo.get("/import/")
    assert cleo.status == 403
    upload(cleo)
    assert (cleo.status, ImportRun.objects.count()) == (403, 0)

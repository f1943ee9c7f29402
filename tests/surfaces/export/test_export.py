"""What is exported, to whom, and in which shape."""

from __future__ import annotations

import csv
import io
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bodega.kernel import change, query, registry
from bodega.kernel.actors import Actor
from bodega.kernel.change import Draft
from bodega.kernel.scope import scope
from bodega.lib.money import Money
from bodega.lib.tables import open_table
from bodega.surfaces.export import answer, reading
from bodega.surfaces.transfer import actions, runs
from bodega.surfaces.transfer.mapping import Feed, Step
from bodega.surfaces.transfer.models import ImportRun
from bodega.surfaces.transfer.perform import perform
from tests import specimens
from tests.personas import People
from tests.surfaces.api.conftest import Bear, bear  # noqa: F401  (a fixture)
from tests.surfaces.html.visitor import Visitor

PERSON, DEAL = "parties.person", "sales.deal"


def text_of(key: str, question: str = "", *, actor: Actor, **asked: Any) -> str:
    type_ = registry.type_of(key)
    with scope():
        found = answer.asked(type_, query.parse(question, type_, actor=actor), actor=actor, **asked)
        return b"".join(answer.contents(found)).decode()


def rows_of(key: str, question: str = "", *, actor: Actor, **asked: Any) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(text_of(key, question, actor=actor, **asked), newline=""))]


def person(people: People, name: str, **values: Any) -> Any:
    return change.create(registry.type_of(PERSON), {"name": name, **values}, actor=people.anna)


# ---- which records -------------------------------------------------------------------------------------------------


def test_it_is_what_the_question_shows_in_the_order_of_the_list(people: People) -> None:
    for name in ("Cara", "Ada", "Berit", "Dag"):
        person(people, name, job_title="Buyer" if name != "Dag" else "")
    told = [row["name"] for row in rows_of(PERSON, "job_title:buyer", actor=people.anna, sort="-name")]
    assert told == ["Cara", "Berit", "Ada"]
    assert [row["name"] for row in rows_of(PERSON, actor=people.anna)] == ["Ada", "Berit", "Cara", "Dag"]


def test_records_without_a_value_come_last(people: People) -> None:
    deal, amounts = registry.type_of(DEAL), {"A": None, "B": Money(300, "EUR"), "C": Money(500, "EUR")}
    for name, amount in amounts.items():
        change.create(deal, {"name": name, "amount": amount}, actor=people.anna)
    assert [row["name"] for row in rows_of(DEAL, actor=people.anna, sort="-amount")] == ["C", "B", "A"]


def test_nobody_gets_what_they_may_not_see(people: People) -> None:
    firm = change.create(
        registry.type_of("parties.organisation"), {"name": "Hidden", "owner": people.dora.user_id}, actor=people.anna
    )
    person(people, "Ben’s", owner=people.ben.user_id, organisation=firm.pk)
    person(people, "Dora’s", owner=people.dora.user_id)
    found = rows_of(PERSON, actor=people.ben, fields=["name", "organisation"])
    assert [(row["name"], row["organisation"], row["organisation.name"]) for row in found] == [("Ben’s", "", "")]
    lines = text_of(PERSON, actor=people.ben, format="jsonl", fields=["organisation"]).splitlines()
    assert [json.loads(line)["organisation"] for line in lines] == ["0"]
    with pytest.raises(PermissionDenied):
        text_of(PERSON, actor=people.cleo)


def test_what_is_not_there_is_told_with_what_was_probably_meant(people: People) -> None:
    with pytest.raises(ValidationError, match="did you mean “email”"):
        text_of(PERSON, actor=people.anna, fields=["emial"])
    with pytest.raises(ValidationError, match="There is no format “pdf”"):
        text_of(PERSON, actor=people.anna, format="pdf")
    with pytest.raises(query.QuestionError, match="no sort order"):
        text_of(PERSON, actor=people.anna, sort="tags")


# ---- what stands in the cells --------------------------------------------------------------------------------------


def test_references_have_their_number_and_their_name(people: People) -> None:
    firm = change.create(registry.type_of("parties.organisation"), {"name": "Isdom AS"}, actor=people.anna)
    made = person(people, "Ada", organisation=firm.pk, tags=["a", "b"])
    assert rows_of(PERSON, actor=people.anna, fields=["name", "organisation", "tags"]) == [
        {"id": str(made.pk), "version": "1", "name": "Ada", "organisation": f"#{firm.pk}",
         "organisation.name": "Isdom AS", "tags": "a, b"}
    ]  # fmt: skip


def test_lines_stand_in_numbered_columns(people: People) -> None:
    points = [{"channel": "phone", "value": "+4930901820"}, {"channel": "email", "value": "ada@isdom.example"}]
    person(people, "Ada", contact_points=points)
    person(people, "Berit")
    ada, berit = rows_of(PERSON, actor=people.anna, fields=["name", "contact_points"])
    numbered = {name: cell for name, cell in ada.items() if name.endswith((".channel", ".value"))}
    assert [*numbered.values()] == ["phone", "+4930901820", "email", "ada@isdom.example"]
    assert [*numbered] == [f"contact_points[{n}].{name}" for n in (1, 2) for name in ("channel", "value")]
    assert {cell for name, cell in berit.items() if name.startswith("contact_points")} == {""}


def test_foreign_money_is_no_number(people: People) -> None:
    for name, amount in (("A", Money(123450, "EUR")), ("B", Money(500, "JPY")), ("C", None)):
        change.create(registry.type_of(DEAL), {"name": name, "amount": amount}, actor=people.anna)
    found = rows_of(DEAL, actor=people.anna, fields=["amount"], sort="name")
    assert [(row["amount"], row["amount.currency"]) for row in found] == [
        ("1234.50", "EUR"),
        ("500 JPY", "JPY"),
        ("", ""),
    ]


def test_what_a_spreadsheet_would_run_is_disarmed(people: People, shared: Path) -> None:
    payloads = (shared / "corpora" / "csv-injection" / "Intruder_csv-payload.txt").read_text().splitlines()
    for payload in payloads:
        person(people, payload)
    names = [row["name"] for row in rows_of(PERSON, actor=people.anna)]
    assert {name.removeprefix("'") for name in names} == {*payloads}
    assert [name for name in names if name[0] in "=+-@"] == []
    stored = registry.type_of(PERSON).rows(people.anna).values_list("name", flat=True)
    assert {*stored} == {*payloads}


def test_a_mark_for_excel_stands_before_csv_where_it_is_wanted(people: People) -> None:
    person(people, "Åse")
    assert text_of(PERSON, actor=people.anna, bom=True) == "\ufeff" + text_of(PERSON, actor=people.anna)


def test_a_workbook_has_numbers_and_days(people: People, tmp_path: Path) -> None:
    given = {"name": "=A", "amount": Money(1050, "EUR"), "expected_on": specimens.DAY}
    made = change.create(registry.type_of(DEAL), given, actor=people.anna)
    type_, fields = registry.type_of(DEAL), ["name", "amount", "expected_on"]
    found = answer.asked(type_, query.Question(), actor=people.anna, format="xlsx", fields=fields)
    (tmp_path / "deals.xlsx").write_bytes(b"".join(answer.contents(found)))
    table = open_table(tmp_path / "deals.xlsx")
    assert table.columns == ["id", "version", "name", "amount", "amount.currency", "expected_on"]
    assert [*table] == [(2, [made.pk, made.version, "=A", 10.5, "EUR", specimens.DAY])]


# ---- how ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_is_that_of_slices(people: People, count: int) -> None:
    for number in range(count):
        specimens.create(registry.type_of(PERSON), number, actor=people.anna)
    with CaptureQueriesContext(connection) as captured:
        rows_of(PERSON, actor=people.anna)
    expected = STATEMENTS.setdefault(PERSON, len(captured))
    assert len(captured) == expected


STATEMENTS: dict[str, int] = {}


def test_slices_stay_small_however_many_records_there_are(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    change.save_many(
        registry.type_of(PERSON), [Draft(None, {"name": f"P{n:03}"}) for n in range(30)], actor=people.anna
    )
    monkeypatch.setattr(answer, "MOST", 7)
    with scope():
        type_ = registry.type_of(PERSON)
        found = answer.asked(type_, query.Question(), actor=people.anna, fields=["name"])
        pieces = [piece.decode() for piece in answer.contents(found)]
    assert [piece.count("\r\n") for piece in pieces] == [1, 7, 7, 7, 7, 2]
    assert "".join(pieces) == text_of(PERSON, actor=people.anna, fields=["name"])


@pytest.mark.django_db(transaction=True)
def test_all_of_it_is_of_one_moment(people: People) -> None:
    """A name that somebody else changes while the file is being read does not stand in it."""
    made = [person(people, name) for name in ("Ada", "Berit")]
    type_ = registry.type_of(PERSON)
    with reading.one_moment():
        rows = type_.rows(people.anna)
        parts = reading.slices(type_, rows, [type_.fields()["name"]], sort="name", size=1, actor=people.anna)
        first = next(parts)
        elsewhere(f"UPDATE parties_party SET name = 'Cara' WHERE id = {made[1].pk}")
        rest = [*parts]
    assert [name for part in [first, *rest] for name in part.values["name"]] == ["Ada", "Berit"]
    assert rows.get(pk=made[1].pk).name == "Cara"


def elsewhere(statement: str) -> None:
    """By another connection, committed."""
    other = connection.copy("elsewhere")
    try:
        with other.cursor() as cursor:
            cursor.execute(statement)
    finally:
        other.close()


def test_an_export_is_told_to_the_log_without_what_was_asked(people: People, caplog: pytest.LogCaptureFixture) -> None:
    person(people, "Ada")
    with caplog.at_level(logging.INFO, logger=answer.logger.name):
        text_of(PERSON, "name:ada", actor=people.anna)
    (told,) = caplog.records
    assert (told.getMessage(), told.__dict__["type"], told.__dict__["rows"]) == ("exported", PERSON, 1)
    assert (told.__dict__["user"], told.__dict__["whole"]) == (people.anna.user_id, True)
    assert "ada" not in str(told.__dict__).lower().replace("canada", "")


# ---- back in --------------------------------------------------------------------------------------------------------


def brought(folder: Path, text: str, people: People) -> ImportRun:
    (folder / "people.csv").write_text(text)
    columns = actions.columns_of(folder / "people.csv")
    step = Step(PERSON, tuple(Feed(name, source=name) for name in columns), file="people.csv")
    return perform(actions.begin(step, folder=folder, actor=people.anna), actor=people.anna)


def test_what_was_changed_in_the_file_is_changed_and_a_line_without_a_number_is_new(
    people: People, tmp_path: Path
) -> None:
    ada, berit = person(people, "Ada", job_title="Buyer"), person(people, "Berit", job_title="Owner")
    run = brought(
        tmp_path,
        f"id,version,name,job_title\n{ada.pk},1,Ada Lov,Buyer\n{berit.pk},1,Berit,Owner\n,,Cara,Clerk\n",
        people,
    )
    assert (run.created, run.changed, run.same, run.failed) == (1, 1, 1, 0)
    assert [row["name"] for row in rows_of(PERSON, actor=people.anna)] == ["Ada Lov", "Berit", "Cara"]


def test_what_somebody_has_changed_since_is_not_overwritten(people: People, tmp_path: Path) -> None:
    ada = person(people, "Ada")
    change.save(ada, {"job_title": "Owner"}, actor=people.anna, type_=registry.type_of(PERSON))
    run = brought(tmp_path, f"id,version,name\n{ada.pk},1,Eda\n{ada.pk + 1},1,Nobody\n", people)
    assert (run.created, run.changed, run.same, run.failed) == (0, 0, 0, 2)
    assert {one.message for one in runs.problems(run)} == {"There is none to change.", CONFLICT}
    assert [row["name"] for row in rows_of(PERSON, actor=people.anna)] == ["Ada"]


CONFLICT = "Somebody else has changed this record in the meantime."


# ---- by page, by API ------------------------------------------------------------------------------------------------


def test_the_page_gives_what_the_list_shows(people: People) -> None:
    person(people, "Ada", job_title="Buyer")
    person(people, "Berit", job_title="Owner")
    visitor = Visitor(people.user(people.anna))
    page = visitor.get("/people/?q=job_title:buyer")
    link = next(link for link in page.links if link.startswith("/people/export/"))
    page = visitor.get(link)
    assert "1 person as the list shows them." in page.text
    form = next(form for form in page.forms if form.action == "/people/export.csv")
    answer_ = visitor.client.get("/people/export.csv", dict(form.fields) | {"columns": "shown"})
    told = b"".join(answer_.streaming_content).decode()  # type: ignore[attr-defined]
    assert answer_.headers["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert [row["name"] for row in csv.DictReader(io.StringIO(told))] == ["Ada"]
    assert told.splitlines()[0].startswith("id,version,name,organisation,organisation.name,job_title")


def test_a_question_with_a_mistake_exports_nothing(people: People) -> None:
    visitor = Visitor(people.user(people.anna))
    for address in ("/people/export/?q=nonsense:1", "/people/export.csv?q=nonsense:1"):
        told = visitor.client.get(address)
        assert (told.status_code, told.headers["Location"]) == (302, "/people/?q=nonsense%3A1")
    assert visitor.client.get("/people/export.pdf").status_code == 422


def test_the_api_gives_the_same(people: People, bear: Bear) -> None:  # noqa: F811
    made = person(people, "Ada")
    program = bear(people.anna)
    told = program.client.get("/api/v1/people/export.jsonl", {"q": "name:ada", "fields": "name"})
    lines = b"".join(told.streaming_content).decode()  # type: ignore[attr-defined]
    assert (told.status_code, lines) == (200, f'{{"id":"{made.pk}","version":1,"name":"Ada"}}\n')
    assert program.client.get("/api/v1/people/export.csv", {"fields": "nonsense"}).status_code == 400
    assert program.client.get("/api/v1/people/export.pdf").status_code == 404
    assert bear(people.cleo).client.get("/api/v1/people/export.csv").status_code == 403

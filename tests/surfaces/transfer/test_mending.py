"""Lines that fail are kept as they were, told in groups, and can be mended and sent again, by mapping or by file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from bodega.surfaces.transfer import actions, errors
from bodega.surfaces.transfer.mapping import MappingError
from bodega.surfaces.transfer.models import ImportRun
from bodega.surfaces.transfer.perform import perform
from tests.personas import People
from tests.surfaces.transfer.bringing import SMALL, bring, counts, problems, records, told

LINES = [f"p{number},Person {number},{'Retale' if number % 2 else 'Retail'},{number}" for number in range(10)]
ROWS = "key,name,trade,staff\n" + "\n".join(LINES) + "\n"
TO = {"key": "external_id", "name": "name", "trade": "sector", "staff": "employees"}


def mend(run: ImportRun, people: People, *values: tuple[str, str, str]) -> ImportRun:
    actions.set_to_mend(run, values)
    return perform(run, actor=people.anna, size=SMALL)


def file_of(run: ImportRun) -> list[list[str]]:
    text = io.StringIO(newline="")
    errors.write_errors(run, text)
    return [*csv.reader(io.StringIO(text.getvalue(), newline=""))]


def test_one_mapping_mends_all_lines_of_a_group(people: People, tmp_path: Path) -> None:
    run = bring(tmp_path, "parties.organisation", ROWS, actor=people.anna, columns=TO)
    message = "“Retale” is not one of the options; did you mean “Retail”?"
    assert (counts(run), problems(run)) == ((5, 0, 0, 5), [(5, "Retale", message)])
    mend(run, people, ("trade", "Retale", "Retail"))
    assert (counts(run), told(run), run.state) == ((10, 0, 0, 0), [], "done")
    assert {sector for (sector,) in records("parties.organisation", "sector", actor=people.anna)} == {"retail"}


def test_what_still_does_not_fit_stays_to_be_mended(people: People, tmp_path: Path) -> None:
    rows = "name,sector,employees\nA,Retale,1\nB,Retale,many\nC,Retail,3\n"
    run = bring(tmp_path, "parties.organisation", rows, actor=people.anna)
    mend(run, people, ("sector", "Retale", "Retail"))
    assert (counts(run), told(run)) == ((2, 0, 0, 1), [(3, "employees", "“many” is not a number")])
    mend(run, people, ("employees", "many", "20"))
    assert (counts(run), told(run)) == ((3, 0, 0, 0), [])


def test_a_tie_within_the_file_can_be_mended(people: People, tmp_path: Path) -> None:
    rows = "name,parent,sector\nA,B,Retail\nB,,Retale\nC,A,Retale\n"
    run = bring(tmp_path, "parties.organisation", rows, actor=people.anna)
    assert counts(run) == (1, 0, 0, 3)
    mend(run, people, ("sector", "Retale", "Retail"))
    assert told(run) == []
    a, b, c = sorted(records("parties.organisation", "name parent sector", actor=people.anna))
    assert (a[1] is not None, b[1], c[1] is not None) == (True, None, True)


def test_the_file_of_errors_is_the_file_with_what_is_wrong(people: People, tmp_path: Path) -> None:
    run = bring(tmp_path, "parties.organisation", ROWS, actor=people.anna, columns=TO)
    head, *lines = file_of(run)
    assert head == ["key", "name", "trade", "staff", "Line", "Problem"]
    assert lines[0] == [
        *["p1", "Person 1", "Retale", "1", "3"],
        "trade: “Retale” is not one of the options; did you mean “Retail”?",
    ]
    assert [line[0] for line in lines] == ["p1", "p3", "p5", "p7", "p9"]


def test_the_mended_file_is_sent_again_with_the_same_mapping(people: People, tmp_path: Path) -> None:
    run = bring(tmp_path, "parties.organisation", ROWS, actor=people.anna, columns=TO)
    text = io.StringIO(newline="")
    errors.write_errors(run, text)
    mended = text.getvalue().replace("Retale,", "Retail,")
    assert counts(bring(tmp_path, "parties.organisation", mended, actor=people.anna, columns=TO)) == (5, 0, 0, 0)


def test_a_broken_row_costs_itself_and_is_kept(people: People, tmp_path: Path) -> None:
    rows = 'name,about\nAda,x\nBo\nCy,x,y,z\nDi,"open\nEd,x\n"Fy"y,x\nGo,\0\nHa,x\n'
    run = bring(tmp_path, "parties.person", rows, actor=people.anna)
    assert [name for (name,) in records("parties.person", "name", actor=people.anna)] == ["Ada", "Ed", "Ha"]
    assert [(line, message) for line, _column, message in told(run)] == [
        (3, "The row has 1 cells, the header has 2"),
        (4, "The row has 4 cells, the header has 2"),
        (5, "A quote is opened in this row and not closed"),
        (7, "There is text between a closing quote and the next delimiter"),
        (8, "The row has a NUL character, which text never has"),
    ]
    assert [line[:3] for line in file_of(run)[1:]] == [
        ["Bo", "", "3"],
        ["Cy", "x,y,z", "4"],
        ["Di", "open", "5"],
        ["Fyy", "x", "7"],
        ["Go", "\0", "8"],
    ]
    mend(run, people)
    assert counts(run) == (3, 0, 0, 5)


def test_lines_of_one_record_wait_for_each_other(people: People, tmp_path: Path) -> None:
    rows = "id,product,quantity\n1,Saw,1\n1,Gluee,2\n1,Nail,3\n2,Saw,4\n"
    bring(tmp_path, "products.product", "name\nSaw\nGlue\nNail\n", actor=people.anna)
    to = {"id": ["external_id", "name"], "product": "lines.product", "quantity": "lines.quantity"}
    run = bring(tmp_path, "sales.deal", rows, actor=people.anna, columns=to)
    assert (counts(run), told(run)) == (
        (1, 0, 0, 3),
        [
            (2, "", "Line 3 of the same record is wrong."),
            (3, "product", "There is no product “Gluee”; did you mean “Glue”?"),
            (4, "", "Line 3 of the same record is wrong."),
        ],
    )
    mend(run, people, ("product", "Gluee", "Glue"))
    found = [
        [int(line["quantity"]) for line in lines] for (lines,) in records("sales.deal", "lines", actor=people.anna)
    ]
    assert (counts(run), found) == ((2, 0, 2, 0), [[4], [1, 2, 3]])


def test_a_column_that_is_not_mapped_cannot_be_mended(people: People, tmp_path: Path) -> None:
    run = bring(tmp_path, "parties.organisation", ROWS, actor=people.anna, columns=TO)
    with pytest.raises(MappingError, match="there is no “traed”; did you mean “trade”"):
        actions.set_to_mend(run, [("traed", "Retale", "Retail")])
    assert run.state == "done"

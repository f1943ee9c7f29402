"""What the cells of a file mean: by kind, by format, by the mapping; whole fields and parts of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bodega.kernel import change, registry
from bodega.kernel.kinds import Address
from bodega.kernel.scope import forget
from bodega.lib.money import Money
from bodega.lib.tables import write_xlsx
from bodega.surfaces.transfer import actions
from bodega.surfaces.transfer.mapping import MappingError, read_step
from bodega.surfaces.transfer.perform import perform
from tests.personas import People
from tests.surfaces.transfer.bringing import bring, counts, records, told

pytestmark = pytest.mark.slow

KINDS: list[tuple[str, str, dict[str, Any], Any]] = [
    ("text", "  Kept to the letter ", {}, "  Kept to the letter "),
    ("email", "Ada@Isdom.Example", {}, "ada@isdom.example"),
    ("phone", "+49 30 901820", {}, "+4930901820"),
    ("url", "isdom.example", {}, "https://isdom.example"),
    ("integer", "1,200", {}, 1200),
    ("integer", "1.200", {"format": ","}, 1200),
    ("integer", "1.5", {"times": 1000}, 1500),
    ("decimal", "1,5", {"format": ","}, Decimal("1.5")),
    ("percent", "0.15", {"times": 100}, Decimal(15)),
    ("money", "12.50", {}, Money(1250, "EUR")),
    ("money", "USD 1.234,50", {"format": ","}, Money(123450, "USD")),
    ("money", "1100.04", {"times": 1_000_000}, Money(110004000000, "EUR")),
    ("date", "2026-03-01", {}, date(2026, 3, 1)),
    ("date", "01.03.2026", {"format": "dmy"}, date(2026, 3, 1)),
    ("date", "3/1/2026", {"format": "mdy"}, date(2026, 3, 1)),
    ("datetime", "01.03.2026 12:30", {"format": "dmy"}, datetime(2026, 3, 1, 11, 30, tzinfo=UTC)),
    ("yesno", "ja", {}, True),
    ("yesno", "0", {"values": {"0": "yes", "1": "no"}}, True),
    ("tags", "vip, fair; vip", {}, ["vip", "fair"]),
    ("country", "Philipines", {"values": {"Philipines": "Philippines"}}, "PH"),
    ("json", '{"a": [1]}', {}, {"a": [1]}),
    ("text", "", {"default": "none"}, "none"),
]


@pytest.mark.parametrize(("kind", "cell", "options", "value"), KINDS)
def test_a_cell_is_read_as_its_kind(
    kind: str, cell: str, options: dict[str, Any], value: Any, people: People, tmp_path: Path
) -> None:
    field = {"type": "parties.person", "name": "Thing", "word": "thing", "kind": kind}
    change.create(registry.type_of("kernel.field"), field, actor=people.anna)
    forget()
    quoted = cell.replace('"', '""')
    run = bring(
        tmp_path,
        "parties.person",
        f'name,Thing\nAda,"{quoted}"\n',
        actor=people.anna,
        columns={"name": "name", "Thing": {"field": "thing", **options}},
    )
    assert told(run) == []
    assert records("parties.person", "name thing", actor=people.anna) == [("Ada", value)]


def test_everything_that_is_wrong_with_a_line_is_told_at_once(people: People, tmp_path: Path) -> None:
    rows = "name,email,birthday\nAda,ada at home,31.2.2026\nBo,bo@isdom.example,1980-02-29\n"
    run = bring(tmp_path, "parties.person", rows, actor=people.anna)
    assert (counts(run), told(run)) == (
        (1, 0, 0, 1),
        [
            (2, "email", "“ada at home” is not an e-mail address; one looks like mia@isdom.example."),
            (2, "birthday", "“31.2.2026” is not a date; write it as 2026-03-31"),
        ],
    )


def test_parts_of_an_address_stand_in_columns_and_keep_what_is_not_told(people: People, tmp_path: Path) -> None:
    to = {"name": "name", "town": "address.city", "land": "address.country", "n": "address.lat", "e": "address.lon"}
    rows = "name,town,land,n,e\nIsdom,Bergen,Norge,60.39,5.32\n"
    bring(tmp_path, "parties.organisation", rows, actor=people.anna, columns=to)
    street = {"name": "name", "street": "address.street", "town": "address.city"}
    bring(tmp_path, "parties.organisation", "name,street,town\nIsdom,Kai 1,\n", actor=people.anna, columns=street)
    found = records("parties.organisation", "address addresses", actor=people.anna)
    place = Address(street="Kai 1", city="Bergen", country="NO", lat=60.39, lon=5.32)
    assert [(address, [line["place"] for line in lines]) for address, lines in found] == [(place, [place])]


def test_an_amount_and_its_currency_stand_in_two_columns(people: People, tmp_path: Path) -> None:
    to = {"name": "name", "price": "price", "cur": "price.currency"}
    rows = "name,price,cur\nSaw,12.50,usd\nNail,1,\nGlue,3,XYZ1\nYen,1.5,JPY\n"
    run = bring(tmp_path, "products.product", rows, actor=people.anna, columns=to)
    assert records("products.product", "name price", actor=people.anna) == [
        ("Saw", Money(1250, "USD")),
        ("Nail", Money(100, "EUR")),
    ]
    assert told(run) == [
        (4, "price", "“XYZ1” is not a currency"),
        (5, "price", "1.50 has more decimals than JPY, which has 0"),
    ]


def test_a_fixed_text_may_name_columns(people: People, tmp_path: Path) -> None:
    run = bring(
        tmp_path,
        "parties.person",
        "first,last,city\nAda,Alm,Bergen\nBo,,\n",
        actor=people.anna,
        columns={"first": "given_name"},
        set={"name": "{first} {last}", "source": "Import", "tags": ["new", "{city}"]},
    )
    assert counts(run) == (2, 0, 0, 0)
    assert records("parties.person", "name given_name source tags", actor=people.anna) == [
        ("Ada Alm", "Ada", "import", ["new", "Bergen"]),
        ("Bo", "Bo", "import", ["new"]),
    ]


def test_one_column_may_feed_several_fields_and_one_may_be_left_out(people: People, tmp_path: Path) -> None:
    to = {"who": ["name", "given_name"], "secret": ""}
    bring(tmp_path, "parties.person", "who,secret\nAda,x\n", actor=people.anna, columns=to)
    assert records("parties.person", "name given_name about", actor=people.anna) == [("Ada", "Ada", "")]


def test_a_workbook_is_read_by_what_its_cells_are(people: People, tmp_path: Path) -> None:
    rows = [["Ada", date(1980, 2, 29), 4711, True], ["Bo", datetime(1981, 1, 2), 0.5, "no"]]
    write_xlsx(tmp_path / "people.xlsx", ["name", "birthday", "job_title", "about"], rows)
    to = {name: name for name in ("name", "birthday", "job_title", "about")}
    step = read_step({"type": "parties.person", "file": "people.xlsx", "columns": to})
    run = perform(actions.begin(step, folder=tmp_path, actor=people.anna), actor=people.anna)
    assert (counts(run), run.line, run.lines) == ((2, 0, 0, 0), 4, 3)
    assert records("parties.person", "name birthday job_title about", actor=people.anna) == [
        ("Ada", date(1980, 2, 29), "4711", "True"),
        ("Bo", date(1981, 1, 2), "0.5", "no"),
    ]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("name\nZoë\n".encode("utf-8-sig"), "Zoë"),
        ("name\nZoë\n".encode("cp1252"), "Zoë"),
        ("name\nZoë\n".encode("utf-16"), "Zoë"),
        ("name;about\nZoë;x,y\n".encode(), "Zoë"),
        (b"name\r\nZo\r\n", "Zo"),
        (b"name\nZo", "Zo"),
    ],
)
def test_encodings_and_delimiters_are_found_out(data: bytes, name: str, people: People, tmp_path: Path) -> None:
    assert counts(bring(tmp_path, "parties.person", data, actor=people.anna)) == (1, 0, 0, 0)
    assert records("parties.person", "name", actor=people.anna) == [(name,)]


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({"name": "nmae"}, "“name”: there is no “nmae”; did you mean “name”?"),
        (
            {"name": "address.town"},
            "“name”: there is no “town”; there are: street, postcode, city, region, country, lat, lon.",
        ),
        ({"nme": "name"}, "the file’s columns: there is no “nme”; did you mean “name”?"),
        ({"name": {"field": "name", "by": "id"}}, "“name”: “by” is for fields that refer to records; this is a text."),
        (
            {"name": {"field": "name", "times": 2}},
            "“name”: only dates have a format, and only numbers a decimal mark or “times”.",
        ),
        ({"name": {"field": "birthday", "format": ","}}, "“name” format: there is no “,”; there are: ymd, dmy, mdy."),
        ({"name": {"field": "name", "create": True}}, "“name”: only records and options can be created on the way."),
        ({}, "columns: nothing of the file goes anywhere; map at least one column."),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_with_what_was_meant(
    columns: dict[str, Any], problem: str, people: People, tmp_path: Path
) -> None:
    (tmp_path / "people.csv").write_text("name\nAda\n")
    step = read_step({"type": "parties.person", "file": "people.csv", "columns": columns})
    with pytest.raises(MappingError) as refused:
        actions.begin(step, folder=tmp_path, actor=people.anna)
    assert str(refused.value) == problem


@pytest.mark.parametrize("name", ["created_at", "last_contact", "name_key", "kind", "custom"])
def test_what_the_program_keeps_itself_cannot_be_imported(name: str, people: People, tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=f"there is no “{name}”"):
        bring(tmp_path, "parties.person", "name\nAda\n", actor=people.anna, columns={"name": name})


def test_what_does_not_fit_is_told_and_costs_its_own_line(people: People, tmp_path: Path) -> None:
    rows = f"name,employees,website,address.city\nOne,1,,\nTwo,99999999999,isdom.example/{'x' * 500},{'y' * 101}\n"
    run = bring(tmp_path, "parties.organisation", rows, actor=people.anna)
    assert (counts(run), told(run)) == (
        (1, 0, 0, 1),
        [
            (3, "employees", "The number is too large to keep."),
            (3, "website", "The text has 522 characters, at most 500 fit."),
            (3, "address.city", "The text has 101 characters, at most 100 fit."),
        ],
    )


def test_what_only_the_database_knows_costs_its_own_line(people: People, tmp_path: Path) -> None:
    rows = "set,key,name\na,x,One\na,y,Two\na,x,Three\na,z,Four\n"
    run = bring(tmp_path, "kernel.option", rows, actor=people.anna, match=[])
    assert [name for (name,) in records("kernel.option", "name", actor=people.anna)][-3:] == ["One", "Two", "Four"]
    ((line, _column, message),) = told(run)
    assert (line, message.split(":")[0]) == (4, "The database refuses this")

"""Several files that belong together come in one go, once: a made-up hardware seller, the real one, and Northwind."""

from __future__ import annotations

import csv
import importlib.util
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bodega.kernel import change, registry
from bodega.kernel.actors import Actor
from bodega.surfaces.transfer import actions
from bodega.surfaces.transfer.models import ImportRun
from bodega.surfaces.transfer.perform import perform
from bodega.surfaces.transfer.recipe import read_recipe
from tests.personas import People
from tests.surfaces.transfer.bringing import counts, problems, records

ROOT = Path(__file__).resolve().parents[3]
SELLER, NORTHWIND = ROOT / "examples" / "hardware-seller.toml", ROOT / "examples" / "northwind.toml"
FILES = {
    "accounts.csv": """account,sector,year_established,revenue,employees,office_location,subsidiary_of
Bluth Company,technolgy,1993,1242.32,3027,United States,Acme Corporation
Acme Corporation,technolgy,1996,1100.04,2822,United States,
Bioholding,medical,2012,587.34,1356,Philipines,
""",
    "products.csv": "product,series,sales_price\nGTX Basic,GTX,550\nGTX Pro,GTX,4821\n",
    "sales_teams.csv": """sales_agent,manager,regional_office
Moses Frase,Dustin Brinkmann,Central
Anna Snelling,Dustin Brinkmann,Central
Hayden Neloms,Celia Rouche,West
""",
    "sales_pipeline.csv": """opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
1C1I7A6R,Moses Frase,GTX Basic,Bluth Company,Won,2016-10-20,2017-03-01,1054
Z063OYW0,Hayden Neloms,GTXPro,Bioholding,Lost,2016-10-25,2017-03-11,0
EC4QE1BX,Anna Snelling,GTX Basic,,Engaging,2016-10-25,,
MV1LWRNH,Anna Snelling,GTXPro,Acme Corporation,Prospecting,,,
""",
}


def cook(recipe: Path, folder: Path, actor: Actor) -> list[ImportRun]:
    return [perform(actions.begin(step, folder=folder, actor=actor), actor=actor) for step in read_recipe(recipe)]


def last(runs: Sequence[ImportRun], count: int) -> list[tuple[int, int, int, int]]:
    return [counts(run) for run in runs[-count:]]


@pytest.fixture
def made_up(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_a_made_up_seller_comes_in(people: People, made_up: Path) -> None:
    runs = cook(SELLER, made_up, people.anna)
    assert last(runs, 7) == [
        (2, 0, 1, 0), (3, 0, 0, 0), (2, 0, 0, 0), (3, 0, 0, 0), (4, 0, 0, 0), (3, 0, 0, 0), (2, 0, 0, 0),
    ]  # fmt: skip
    assert records("sales.deal", "name status", actor=people.anna)[:2] == [
        ("GTX Basic Bluth Company", "won"),
        ("GTX Pro Bioholding", "lost"),
    ]
    stays = [[line["days"] for line in lines] for (lines,) in records("sales.deal", "stays", actor=people.anna)]
    assert [round(days[0]) if days[0] else None for days in stays] == [132, 137, None, None]


def test_the_days_of_a_deal_are_touches_with_its_customer(people: People, made_up: Path) -> None:
    """Lines without that day are left out; the deal is found by the number that the file has for it."""
    cook(SELLER, made_up, people.anna)
    deals = registry.type_of("sales.deal")
    called = {row.id: row.values["name"] for row in deals.read(deals.rows(people.anna), ["name"])}
    told = records("activity.note", "external_id text happened_at about participants", actor=people.anna)
    days = [
        (key, text, f"{at.astimezone(people.anna.zone):%Y-%m-%d}", called[about[1]], len(who or []))
        for key, text, at, about, who in told
    ]
    assert days == [
        ("1C1I7A6R-engaged", "First talk about GTX Basic", "2016-10-20", "GTX Basic Bluth Company", 1),
        ("Z063OYW0-engaged", "First talk about GTXPro", "2016-10-25", "GTX Pro Bioholding", 1),
        ("EC4QE1BX-engaged", "First talk about GTX Basic", "2016-10-25", "GTX Basic", 0),
        ("1C1I7A6R-closed", "Won: GTX Basic", "2017-03-01", "GTX Basic Bluth Company", 1),
        ("Z063OYW0-closed", "Lost: GTXPro", "2017-03-11", "GTX Pro Bioholding", 1),
    ]


def test_twice_changes_nothing(people: People, made_up: Path) -> None:
    before = cook(SELLER, made_up, people.anna)
    again = cook(SELLER, made_up, people.anna)
    assert {(run.created, run.changed, run.failed) for run in again} == {(0, 0, 0)}
    assert [run.same for run in again] == [run.created + run.same for run in before]


def test_without_the_mapping_of_values_the_lines_are_told(people: People, made_up: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.toml"
    plain.write_text(without_values(SELLER.read_text("utf-8")))
    *_others, accounts, deals, _begun, _ended = cook(plain, made_up, people.anna)
    assert problems(accounts) == [
        (2, "technolgy", "“technolgy” is not one of the options; did you mean “Technology”?"),
        (1, "Philipines", "“Philipines” is not a country; did you mean “Philippines”?"),
    ]
    assert problems(deals)[0] == (2, "GTXPro", "There is no product “GTXPro”; did you mean “GTX Pro”?")
    for run, values in (
        (accounts, [("sector", "technolgy", "Technology"), ("office_location", "Philipines", "Philippines")]),
        (deals, [("product", "GTXPro", "GTX Pro")]),
    ):
        actions.set_to_mend(run, values)
        perform(run, actor=people.anna)
    assert (counts(accounts), counts(deals)) == ((3, 0, 0, 0), (4, 0, 0, 0))


def without_values(recipe: str) -> str:
    for mapped in (
        ' values = { technolgy = "Technology" }',
        ' values = { Philipines = "Philippines" }',
        ' values = { GTXPro = "GTX Pro" }',
    ):
        assert mapped in recipe
        recipe = recipe.replace("," + mapped, "")
    return recipe


@pytest.mark.slow
def test_the_real_seller_comes_in_to_the_last_line(people: People, shared: Path, tmp_path: Path) -> None:
    folder = shared / "data" / "crm_sales_opportunities"
    plain = tmp_path / "plain.toml"
    plain.write_text(without_values(SELLER.read_text("utf-8")))
    *_others, accounts, deals, _begun, _ended = cook(plain, folder, people.anna)
    assert [one[:2] for one in problems(accounts)[:2]] == [(12, "technolgy"), (1, "Philipines")]
    assert problems(deals)[0][:2] == (1480, "GTXPro")
    runs = cook(SELLER, folder, people.anna)
    assert {run.failed for run in runs} == {0}
    assert [run.created + run.same for run in runs[-2:]] == [8_300, 6_711]
    found = records("sales.deal", "status stage amount account owner", actor=people.anna)
    assert Counter(status for status, *_rest in found) == {"won": 4238, "lost": 2473, "open": 2089}
    assert sum(amount.decimal for status, _stage, amount, *_rest in found if status == "won") == 10_005_534
    assert sum(account is None for *_others, account, _owner in found) == 1425
    assert len({owner for *_others, owner in found}) == 30
    assert sum(parent is not None for (parent,) in records("parties.organisation", "parent", actor=people.anna)) == 15
    assert [counts(run)[:2] for run in cook(SELLER, folder, people.anna)] == [(0, 0)] * len(runs)


# ---- Northwind ----------------------------------------------------------------------------------------------------

SCRIPT = """
CREATE TABLE Categories (CategoryID INTEGER, CategoryName TEXT, Picture BLOB);
CREATE TABLE Customers (CustomerID TEXT, CompanyName TEXT, ContactName TEXT, ContactTitle TEXT, Address TEXT, City TEXT,
    Region TEXT, PostalCode TEXT, Country TEXT, Phone TEXT, Fax TEXT);
CREATE TABLE Suppliers (SupplierID INTEGER, CompanyName TEXT, ContactName TEXT, ContactTitle TEXT, Address TEXT,
    City TEXT, Region TEXT, PostalCode TEXT, Country TEXT, Phone TEXT, Fax TEXT);
CREATE TABLE Employees (EmployeeID INTEGER, LastName TEXT, FirstName TEXT, City TEXT, ReportsTo INTEGER, Photo BLOB);
CREATE TABLE Products (ProductID INTEGER, ProductName TEXT, SupplierID INTEGER, CategoryID INTEGER,
    QuantityPerUnit TEXT, UnitPrice NUMERIC, UnitsInStock INTEGER, Discontinued TEXT);
CREATE TABLE Orders (OrderID INTEGER, CustomerID TEXT, EmployeeID INTEGER, OrderDate DATETIME, RequiredDate DATETIME,
    ShippedDate DATETIME, ShipName TEXT);
CREATE TABLE [Order Details] (OrderID INTEGER, ProductID INTEGER, UnitPrice NUMERIC, Quantity INTEGER, Discount REAL);
INSERT INTO Categories VALUES (1, 'Beverages', X'FFD8');
INSERT INTO Customers VALUES ('ALFKI', 'Alfreds', 'Maria Anders', 'Owner', 'Obere Str. 57', 'Berlin', NULL, '12209',
    'Germany', '030-0074321', NULL), ('VAL2 ', 'IT', 'Val2', 'IT', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO Suppliers VALUES (1, 'Exotic Liquids', 'Charlotte Cooper', 'Manager', '49 Gilbert St.', 'London', NULL,
    'EC1 4SD', 'UK', '(171) 555-2222', NULL);
INSERT INTO Employees VALUES (1, 'Davolio', 'Nancy', 'Seattle', 2, X'FF'), (2, 'Fuller', 'Andrew', 'Reno', NULL, NULL);
INSERT INTO Products VALUES (1, 'Chai', 1, 1, '10 boxes', 18, 39, '0'), (2, 'Chang', 1, NULL, '24 cans', 19, 17, '1');
INSERT INTO Orders VALUES (10248, 'ALFKI', 1, '1996-07-04 00:00:00.000', '1996-08-01 00:00:00.000', NULL, 'Alfreds');
INSERT INTO [Order Details] VALUES (10248, 1, 14, 12, 0.0), (10248, 2, 9.8, 10, 0.15);
"""


def northwind(script: Path, folder: Path) -> dict[str, int]:
    """The files that our tool makes of the script, and how many lines each has."""
    found = importlib.util.spec_from_file_location("northwind_to_csv", ROOT / "tools" / "northwind_to_csv.py")
    assert found is not None
    assert found.loader is not None
    tool: Any = importlib.util.module_from_spec(found)
    found.loader.exec_module(tool)
    assert tool.main([str(script), str(folder)]) == 0
    tables = {path.stem: csv.reader(path.read_text("utf-8").splitlines()) for path in folder.glob("*.csv")}
    return {name: len([*rows]) - 1 for name, rows in tables.items()}


def test_a_made_up_northwind_comes_in(people: People, tmp_path: Path) -> None:
    (tmp_path / "create.sql").write_text(SCRIPT)
    lines = northwind(tmp_path / "create.sql", tmp_path / "csv")
    assert lines == {"customers": 2, "suppliers": 1, "employees": 2, "products": 2, "orders": 2}
    runs = cook(NORTHWIND, tmp_path / "csv", people.anna)
    assert last(runs, 7) == [
        (2, 0, 0, 0),
        (2, 0, 0, 0),
        (2, 0, 0, 0),
        (1, 0, 0, 0),
        (1, 0, 0, 0),
        (2, 0, 0, 0),
        (1, 0, 1, 0),
    ]
    (name, status, amount, order_lines), *_none = records("sales.deal", "name status amount lines", actor=people.anna)
    assert (name, status, amount.decimal) == ("Order 10248 Alfreds", "won", Decimal("251.30"))
    assert [(line["quantity"], line["unit_price"], line["discount"]) for line in order_lines] == [
        (Decimal(12), Decimal(14), Decimal(0)),
        (Decimal(10), Decimal("9.8"), Decimal(15)),
    ]
    assert records("products.product", "series active in_stock", actor=people.anna) == [
        ("Beverages", True, 39),
        ("", False, 17),
    ]
    assert {(run.created, run.changed, run.failed) for run in cook(NORTHWIND, tmp_path / "csv", people.anna)} == {
        (0, 0, 0)
    }


@pytest.mark.slow
def test_the_real_northwind_comes_in_to_the_last_line(people: People, shared: Path, tmp_path: Path) -> None:
    lines = northwind(shared / "data" / "northwind" / "create.sql", tmp_path / "csv")
    assert lines == {"customers": 93, "suppliers": 29, "employees": 9, "products": 77, "orders": 2155}
    runs = cook(NORTHWIND, tmp_path / "csv", people.anna)
    assert ({run.failed for run in runs}, counts(runs[-1])) == ({0}, (830, 0, 1325, 0))
    found = records("sales.deal", "status lines", actor=people.anna)
    assert Counter(status for status, _lines in found) == {"won": 830}
    assert sum(len(order_lines) for _status, order_lines in found) == 2155
    managers = [manager for _name, manager in records("kernel.user", "name manager", actor=people.anna)]
    assert sum(manager is not None for manager in managers) == 8


CALLS = """CaseID,ActivityID,CompleteTimestamp
2,1,2012-04-03 16:55:38
2,8,2012-04-03 16:55:53
3,1,2010-10-29 18:14:06
"""


def test_the_log_of_a_help_desk_becomes_touches_at_their_own_time(people: People, tmp_path: Path) -> None:
    (tmp_path / "helpdesk.csv").write_text(CALLS)
    runs = cook(ROOT / "examples" / "help-desk.toml", tmp_path, people.anna)
    assert [run.created for run in runs] == [2, 3]
    first, second = (
        pk for (pk,) in registry.type_of("parties.person").rows(people.anna).order_by("pk").values_list("pk")
    )
    told = records("activity.note", "text channel participants happened_at", actor=people.anna)
    assert [(text, channel, who) for text, channel, who, _at in told] == [
        ("Step 1 of case 2", "call", [first]),
        ("Step 8 of case 2", "call", [first]),
        ("Step 1 of case 3", "call", [second]),
    ]
    assert told[2][3] == datetime(2010, 10, 29, 18, 14, 6, tzinfo=ZoneInfo("Europe/Berlin"))
    assert [run.created for run in cook(ROOT / "examples" / "help-desk.toml", tmp_path, people.anna)] == [0, 0]


def test_those_who_took_part_come_by_name_or_number(people: People, tmp_path: Path) -> None:
    person = registry.type_of("parties.person")
    mia, ola = (change.create(person, {"name": name}, actor=people.anna).pk for name in ("Mia Berg", "Ola Haug"))
    lines = f'when,who,us,said\n2026-03-02 10:15,"Mia Berg, #{ola}","ben, Dora",Met\n2026-03-03 09:00,Nobody,,Lost\n'
    (tmp_path / "touches.csv").write_text(lines)
    (tmp_path / "touches.toml").write_text(
        """
        [[step]]
        type = "activity.note"
        file = "touches.csv"
        [step.columns]
        when = "happened_at"
        who = "participants"
        us = "colleagues"
        said = "text"
        [step.set]
        channel = "Meeting"
        """
    )
    runs = cook(tmp_path / "touches.toml", tmp_path, people.anna)
    told = records("activity.note", "text participants colleagues", actor=people.anna)
    assert told == [("Met", [mia, ola], [people.ben.user_id, people.dora.user_id])]
    assert (runs[0].created, runs[0].failed) == (1, 1)

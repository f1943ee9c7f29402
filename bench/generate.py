"""Makes the large company that is measured: people, organisations and deals as CSV, seeded and skewed like real ones.

    python bench/generate.py FOLDER --people 1000000 --organisations 100000 --deals 200000

The same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

GIVEN = (
    "Anna Ben Clara David Elif Farid Grace Hanna Ivan Jonas Kari Luis Mia Noor Ola Pia "
    "Quentin Ravi Sofia Tom "
    "Uma Viktor Wen Xenia Yusuf Zoë Aïcha Bjørn Chloé "
    "Dóra Émile Fatma Gül Håkon Inés João Łukasz Márta Nuño Øyvind Renée Søren Thùy"
).split()
FAMILY = (
    "Almeida Becker Chen Diallo Eriksen Fischer García Haddad Ivanova Jensen Kowalski Lindqvist Mori Nair "
    "Okafor Petersen Quispe Rossi "
    "Schmidt Tanaka Ueda Vargas Weil Xu Yılmaz Zhang Ångström Böhm Çelik Dvořák Ferreira Grün Nguyễn O'Brien"
).split()
TRADES = "Marine Timber Hotel Clinic School Bakery Garage Shipyard Farm Studio Print Steel Glass Garden".split()
ENDINGS = "Group Works Brothers Partners Supply Trading Services House Ltd GmbH AS SA".split()
TOWNS = [
    ("Bergen", "NO"),
    ("Hamburg", "DE"),
    ("Porto", "PT"),
    ("Lyon", "FR"),
    ("Leeds", "GB"),
    ("Gdańsk", "PL"),
    ("Turku", "FI"),
    ("Bari", "IT"),
    ("Cork", "IE"),
    ("Aarhus", "DK"),
    ("Malmö", "SE"),
    ("Ghent", "BE"),
]
TITLES = "Buyer Owner Engineer Manager Director Clerk Foreman Accountant Assistant Surveyor".split()
SOURCES = "referral website trade_fair phone_call e_mail advertising partner".split()
SECTORS = "construction education manufacturing retail services technology logistics medical".split()
STAGES = [("New", 30), ("Qualified", 25), ("Engaging", 20), ("Proposal", 15), ("Negotiation", 10)]
OWNERS = 10
START = date(2025, 1, 1)


def skewed(chance: random.Random, count: int) -> int:
    """Few have much, most have little: the square of a uniform number."""
    return int(chance.random() ** 2 * count)


def firm(chance: random.Random, number: int) -> tuple[str, str, str]:
    """Name, town and country of the organisation with this number; no two have one name."""
    town, country = chance.choice(TOWNS)
    return f"{chance.choice(FAMILY)} {chance.choice(TRADES)} {chance.choice(ENDINGS)} {number}", town, country


def organisations(chance: random.Random, count: int) -> Iterator[list[object]]:
    yield ["id", "name", "sector", "country", "city", "employees", "owner"]
    for number in range(count):
        name, town, country = firm(chance, number)
        yield [
            f"o{number}",
            name,
            chance.choice(SECTORS),
            country,
            town,
            1 + skewed(chance, 5_000),
            f"seller{number % OWNERS}",
        ]


def people(chance: random.Random, count: int, organisations: int) -> Iterator[list[object]]:
    yield [
        "id",
        "given",
        "family",
        "title",
        "organisation",
        "email",
        "phone",
        "mobile",
        "city",
        "country",
        "source",
        "owner",
    ]
    for number in range(count):
        given, family = chance.choice(GIVEN), chance.choice(FAMILY)
        town, country = chance.choice(TOWNS)
        yield [
            f"p{number}",
            given,
            family,
            chance.choice(TITLES),
            f"o{skewed(chance, organisations)}",
            f"person{number}@firm{number % organisations}.example",
            f"+4930{number:08d}",
            f"+49151{number:08d}",
            town,
            country,
            chance.choice(SOURCES),
            f"seller{skewed(chance, OWNERS)}",
        ]


def newcomers(count: int, firms: Sequence[str], *, first: int) -> Iterator[list[object]]:
    """People who come after all others, with the names of their organisations instead of the keys."""
    rows = people(random.Random(5), count, len(firms))
    yield next(rows)
    for number, row in enumerate(rows, first):
        key, organisation = f"n{number}", str(row[4])
        row[0], row[4], row[5] = key, firms[int(organisation[1:])], f"{key}@new.example"
        row[6], row[7] = f"+4940{number:08d}", f"+49160{number:08d}"
        yield row


def deals(chance: random.Random, count: int, organisations: int) -> Iterator[list[object]]:
    yield ["id", "name", "organisation", "stage", "amount", "opened", "expected", "owner"]
    names, weights = zip(*STAGES, strict=True)
    for number, stage in enumerate(chance.choices(names, weights, k=count)):
        opened = START + timedelta(days=chance.randrange(600))
        yield [
            f"d{number}",
            f"{chance.choice(TRADES)} order {number}",
            f"o{skewed(chance, organisations)}",
            stage,
            f"{100 + skewed(chance, 90_000)}.{chance.randrange(100):02d}",
            opened,
            opened + timedelta(days=chance.randrange(10, 200)),
            f"seller{skewed(chance, OWNERS)}",
        ]


def write(path: Path, rows: Iterator[list[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def generate(folder: Path, *, people_count: int, organisation_count: int, deal_count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "organisations.csv", organisations(random.Random(1), organisation_count))
    write(folder / "people.csv", people(random.Random(2), people_count, organisation_count))
    write(folder / "deals.csv", deals(random.Random(3), deal_count, organisation_count))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--organisations", type=int, default=100_000)
    parser.add_argument("--deals", type=int, default=200_000)
    given = parser.parse_args()
    generate(given.folder, people_count=given.people, organisation_count=given.organisations, deal_count=given.deals)

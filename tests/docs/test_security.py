"""The table of requirements is whole, what it names is there, and the limits that are told are those that hold."""

from __future__ import annotations

import ast
import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import get_hasher

from bodega.kernel.query import tree
from bodega.lib import csv_rows, xlsx
from bodega.platform.accounts import passwords, signing_in
from bodega.platform.files import images, store
from bodega.platform.outgoing import calling
from bodega.surfaces.api import bulk, calls
from bodega.surfaces.html import lists
from bodega.surfaces.transfer import store as imports
from bodega.web.asgi import THREADS
from bodega.web.config import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
TABLE, MEASURES = ROOT / "docs/security/asvs.csv", ROOT / "docs/security/measures.md"
STATES = ("met", "not yet", "not applicable", "operator")
LEVEL_2 = """
1.1: 1-2, 1.2: 1-9, 1.3: 1-11, 1.4: 1-3, 1.5: 1-2, 2.1: 1-3, 2.2: 1-3, 2.3: 1-4, 2.4: 1-1, 3.2: 1-2, 3.3: 1-4,
3.4: 1-6, 3.5: 1-5, 3.7: 1-2, 4.1: 1-3, 4.2: 1-1, 4.3: 1-2, 4.4: 1-4, 5.1: 1-1, 5.2: 1-3, 5.3: 1-2, 5.4: 1-3, 6.1: 1-3,
6.2: 1-12, 6.3: 1-4, 6.4: 1-4, 6.5: 1-5, 6.6: 1-3, 6.8: 1-4, 7.1: 1-3, 7.2: 1-4, 7.3: 1-2, 7.4: 1-5, 7.5: 1-2, 7.6: 1-2,
8.1: 1-2, 8.2: 1-3, 8.3: 1-1, 8.4: 1-1, 9.1: 1-3, 9.2: 1-4, 10.1: 1-2, 10.2: 1-2, 10.3: 1-4, 10.4: 1-11, 10.5: 1-5,
10.6: 1-2, 10.7: 1-3, 11.1: 1-2, 11.2: 1-3, 11.3: 1-3, 11.4: 1-4, 11.5: 1-1, 11.6: 1-1, 12.1: 1-3, 12.2: 1-2, 12.3: 1-4,
13.1: 1-1, 13.2: 1-5, 13.3: 1-2, 13.4: 1-5, 14.1: 1-2, 14.2: 1-4, 14.3: 1-3, 15.1: 1-3, 15.2: 1-3, 15.3: 1-7, 16.1: 1-1,
16.2: 1-5, 16.3: 1-4, 16.4: 1-3, 16.5: 1-3, 17.1: 1-1, 17.2: 1-4, 17.3: 1-2"""
"""Which requirements of ASVS 5.0.0 are of level 1 or 2: in each section the first so many."""


@cache
def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def named(cell: str) -> list[str]:
    return [one.strip() for one in cell.split(";") if one.strip()]


def asked_for() -> list[str]:
    sections = re.findall(r"([\d.]+): 1-(\d+)", LEVEL_2)
    return [f"{section}.{number}" for section, last in sections for number in range(1, int(last) + 1)]


def test_every_requirement_of_the_level_is_there_once() -> None:
    assert [row["id"] for row in rows()] == asked_for()
    assert Counter(row["level"] for row in rows()) == {"1": 70, "2": 183}


def test_each_has_a_state_and_says_why() -> None:
    for row in rows():
        assert row["state"] in STATES, row["id"]
        assert row["asks"], row["id"]
        assert row["where"] or row["state"] in {"not yet", "not applicable"}, row["id"]
        assert row["note"] or row["state"] in {"met", "operator"}, row["id"]
    print(told())  # noqa: T201  (pytest -rP shows it)


def told() -> str:
    counts = Counter(row["state"] for row in rows())
    tested = sum(1 for row in rows() if row["state"] == "met" and row["test"])
    return f"ASVS 5.0.0, level 2: {', '.join(f'{counts[one]} {one}' for one in STATES)}; {tested} of those met by test"


def test_the_readme_says_how_many() -> None:
    assert told() in (ROOT / "docs/security/README.md").read_text("utf-8")


def test_every_file_and_every_test_that_is_named_is_there() -> None:
    missing = [f"{row['id']}: {name}" for row in rows() for name in named(row["where"]) if not (ROOT / name).exists()]
    for row in rows():
        for test in named(row["test"]):
            file, _colons, name = test.partition("::")
            if not (ROOT / file).is_file() or name not in functions_in(ROOT / file):
                missing.append(f"{row['id']}: {test}")
    readme = (ROOT / "docs/security/README.md").read_text("utf-8")
    missing += [name for name in re.findall(r"`(tests/[\w/.]+)`", readme) if not (ROOT / name).is_file()]
    assert not missing, "\n".join(missing)


@cache
def functions_in(file: Path) -> set[str]:
    return {one.name for one in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(one, ast.FunctionDef)}


MEGA, GIGA = 2**20, 2**30
LIMITS = {
    "a form, or a call of the API": (
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE // MEGA,
        settings.DATA_UPLOAD_MAX_NUMBER_FIELDS,
    ),
    "a file": (store.LARGEST // MEGA,),
    "an image": (images.LARGEST // MEGA, images.MOST_POINTS // 1_000_000),
    "a file to import": (imports.LARGEST // GIGA, csv_rows.ROW_LIMIT // MEGA),
    "a workbook": (xlsx._MOST_UNPACKED // GIGA, xlsx._MOST_RATIO, xlsx._MOST_ENTRIES),
    "a call of the API for many, or a page of its list": (bulk.MOST,),
    "a question": (tree.LONGEST, tree.MOST, tree.DEEPEST),
    "a count": (lists.MOST,),
    "requests at once, in one process": (THREADS,),
}


def test_the_limits_that_are_told_are_those_that_hold() -> None:
    text = MEASURES.read_text("utf-8")
    told = {cells[1]: cells[2] for line in text.splitlines() if len(cells := [*map(str.strip, line.split("|"))]) == 5}
    assert {what: numbers(told[what]) for what in LIMITS} == LIMITS
    assert calls.LIMIT == bulk.MOST
    defaults = calling.Client.call.__kwdefaults__
    assert numbers(told["a call to another server"]) == (
        defaults["seconds"],
        defaults["most"] // 10**6,
        calling.REDIRECTS,
    )
    flat = " ".join(text.split())
    minutes = signing_in.WINDOW.total_seconds() // 60
    assert f"{signing_in.PER_PERSON} failures of one name from one address, {signing_in.PER_LOGIN} of one name" in flat
    assert f"or {signing_in.PER_ADDRESS} from one address for any name, within {minutes:.0f} minutes" in flat
    default = {one.name: one.default for one in SETTINGS}
    assert f"after {default['session_idle_hours']} hours without use (`BODEGA_SESSION_IDLE_HOURS`)" in flat
    assert f"in any case after {default['session_days']} days (`BODEGA_SESSION_DAYS`)" in flat
    assert (passwords.SHORTEST_WORD, passwords.ENOUGH) == (4, 8)
    assert "has four letters or more and fewer than eight characters remain" in flat


def numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", text))


def test_passwords_are_kept_as_is_told() -> None:
    assert get_hasher("default").algorithm == "argon2"
    assert get_hasher().encode("a password", "salt of sixteen").startswith("argon2$argon2id$")
    [lengths] = [one["OPTIONS"] for one in settings.AUTH_PASSWORD_VALIDATORS if "OPTIONS" in one]
    assert lengths == {"min_length": 10}

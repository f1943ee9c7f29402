"""Strings that break software pass through every reader: kept, or refused with a sentence, never with a crash."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from bodega.lib.countries import country_code, country_name
from bodega.lib.dates import parse_date, parse_moment, parse_relative
from bodega.lib.html import clean, from_markdown, linkify_plain, text_of
from bodega.lib.locales import locale_of
from bodega.lib.money import is_currency, parse_money
from bodega.lib.numbers import parse_decimal, parse_integer
from bodega.lib.phones import format_phone, parse_phone
from bodega.lib.tables import open_table, write_csv, write_xlsx
from bodega.lib.text import closest, fold, initials, shorten, slug

NAUGHTY = [
    *[
        "",
        " ",
        "\t\n",
        "undefined",
        "null",
        "NULL",
        "nan",
        "Infinity",
        "-0",
        "0x0",
        "1E+999",
        "1/0",
        "9" * 100,
        "½",
        "²",
    ],
    *[
        "<script>alert(1)</script>",
        "'; DROP TABLE users;--",
        "=cmd|' /C calc'!A0",
        "%s%n%x",
        "{0}",
        "${x}",
        "../../etc",
    ],
    *[
        "ﷺ",
        "Ω≈ç√∫˜µ≤≥÷",
        "\N{FAMILY}\N{ZERO WIDTH JOINER}\N{FAMILY} ❤️",
        "表ポあA鷗Œé",
        "הָיְתָה",
        "الكل في المجمو",
        "٠١٢٣",
    ],
    *[
        "\u202e\u2066abc",
        "Z̮̞̠͙͔ͅA̳̥L͓GO",
        "\ufeff",
        "\u2028\u2029",
        "\x00\x01\x7f\x85",
        "İıŞşßẞςΣ",
        "true",
        "COM1",
        "a" * 10_000,
    ],
    *["2026-13-45", "+" * 500, "1,,2", "$$$", "€"],
]


def naughty(folder: Path | None = None) -> list[str]:
    return [
        *NAUGHTY,
        *(json.loads((folder / "corpora/naughty-strings/blns.json").read_text("utf-8")) if folder else []),
    ]


ANSWERING: list[Callable[[str], object]] = [
    fold, initials, slug, partial(shorten, length=20), lambda text: closest(text, ["name", text]), clean, text_of,
    from_markdown, linkify_plain, country_code, lambda text: country_name(text, text), is_currency, locale_of,
    parse_relative, partial(format_phone, country="DE"),
]  # fmt: skip
READING: list[Callable[[str], object]] = [
    parse_integer, parse_decimal, partial(parse_money, currency="EUR"), parse_date,
    partial(parse_moment, zone=ZoneInfo("Europe/Berlin")), partial(parse_phone, country="DE"),
]  # fmt: skip


def assert_nothing_crashes(texts: list[str]) -> None:
    for text in texts:
        for answer in ANSWERING:
            answer(text)
        for read in READING:
            try:
                read(text)
            except ValueError as refusal:
                sentence = str(refusal)
                assert sentence[0] == "“" or text.strip()[:1] == sentence[0], (read, text, sentence)
                assert "\n" not in sentence


def test_made_up_strings_crash_nothing() -> None:
    assert_nothing_crashes(naughty())


def test_the_list_of_naughty_strings_crashes_nothing(shared: Path) -> None:
    assert_nothing_crashes(naughty(shared))


def kept(file: Path) -> list[list[object]]:
    return [list(item[1]) for item in open_table(file) if isinstance(item, tuple)]


def assert_tables_keep(texts: list[str], folder: Path) -> None:
    """In CSV no NUL is kept; in Excel neither is U+FFFE, which XML can't hold."""
    rows = [[str(number), text] for number, text in enumerate(texts) if "\0" not in text]
    with (folder / "naughty.csv").open("w", encoding="utf-8", newline="") as file:
        write_csv(file, ["number", "text"], rows)
    assert kept(folder / "naughty.csv") == rows
    rows = [row for row in rows if "\ufffe" not in row[1]]
    write_xlsx(folder / "naughty.xlsx", ["number", "text"], rows)
    assert kept(folder / "naughty.xlsx") == rows


def test_tables_keep_made_up_strings(tmp_path: Path) -> None:
    assert_tables_keep(naughty(), tmp_path)


def test_tables_keep_the_list_of_naughty_strings(tmp_path: Path, shared: Path) -> None:
    assert_tables_keep(naughty(shared), tmp_path)

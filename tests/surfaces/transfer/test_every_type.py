"""Every record type with every kind of field comes in by file as we would write it; hostile texts come in unchanged."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bodega.kernel.kinds import Kind, Show
from bodega.kernel.parts import Part
from bodega.kernel.record import RecordType
from bodega.kernel.scope import remembered
from bodega.lib.tables import write_csv
from bodega.surfaces.transfer.models import ImportRun
from bodega.surfaces.transfer.perform import perform
from tests import specimens
from tests.personas import People
from tests.surfaces.transfer.bringing import begin, counts, told

pytestmark = pytest.mark.slow

HOSTILE = [
    *[
        "=1+1",
        "+1",
        "-1",
        "@a",
        "'; DROP TABLE x; --",
        '"',
        '""',
        "a,b;c|d\te",
        "<script>alert(1)</script>",
        "{{ 7*7 }}",
    ],
    *[
        "%s %(x)s",
        "\\",
        "\\N",
        "NULL",
        "None",
        "null",
        "true",
        "0",
        "1e5",
        "٠١٢",
        "ʤ",
        "田中さん",
        "👩\u200d👩",
        "Z̮̞̠͟a̴lgo",
    ],
    *[
        "Z̮̞̠͟a̴lgo",
        "\u202eevil",
        "﷽",
        "a\nb",
        "a\r\nb",
        "a\rb",
        " lead",
        "trail ",
        "#1",
        "9" * 30,
        "\ufeffbom",
        "a\u2028b\x85c",
    ],
    *["ﬁ ﬂ ß İ ı", "\x01\x1f\x7f", "{name}", "me", "-", "…"],
]


def as_file(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO(newline="")
    write_csv(text, names, rows)
    return text.getvalue()


def bring(type_: RecordType, folder: Path, text: str, people: People) -> ImportRun:
    run = begin(folder, type_.key, text, actor=people.anna, match=[], mode="create")
    return perform(run, actor=people.anna)


def exported(type_: RecordType, values: Mapping[str, Any], people: People) -> dict[str, str]:
    kinds = type_.fields()
    return {name: kinds[name].export(value, show=Show(people.anna)) for name, value in values.items()}


def newest(type_: RecordType, names: Iterable[str], count: int, people: People) -> list[dict[str, Any]]:
    rows = type_.read(type_.rows(people.anna).order_by("-pk")[:count], names)
    return [dict(row.values) for row in reversed(rows)]


def test_what_we_write_into_a_file_comes_in_again(type_: RecordType, people: People, tmp_path: Path) -> None:
    given = [specimens.values(type_, number, actor=people.anna) for number in (1, 2, 3)]
    texts = [exported(type_, values, people) for values in given]
    run = bring(type_, tmp_path, as_file([*texts[0]], [[*one.values()] for one in texts]), people)
    assert (told(run), counts(run)) == ([], (3, 0, 0, 0))
    kinds = type_.fields()
    for values, found in zip(given, newest(type_, given[0], 3, people), strict=True):
        assert {n: kinds[n].to_json(found[n]) for n in values} == {n: kinds[n].to_json(values[n]) for n in values}


def test_hostile_texts_come_in_unchanged(type_: RecordType, people: People, tmp_path: Path) -> None:
    unchanged(type_, HOSTILE, people, tmp_path)


@pytest.mark.slow
def test_naughty_strings_come_in_unchanged(type_: RecordType, people: People, tmp_path: Path, shared: Path) -> None:
    found = json.loads((shared / "corpora" / "naughty-strings" / "blns.json").read_text("utf-8"))
    found = found[:50] if type_.key == "kernel.rule" else found  # there are fifty at most
    unchanged(type_, [*dict.fromkeys(text for text in found if text.strip() and "\0" not in text)], people, tmp_path)


def unchanged(type_: RecordType, texts: Sequence[str], people: People, folder: Path) -> None:
    """Put each text into all text fields of a record at once."""
    kinds = type_.fields()
    names = [name for name, kind in kinds.items() if is_free(type_, name, kind)]
    longest = min((getattr(kinds[name], "length", None) or 10_000 for name in names), default=0)
    fitting = [text for text in texts if len(text) <= longest]
    if fitting:
        rows = [others(type_, at, people) | dict.fromkeys(names, text) for at, text in enumerate(fitting)]
        run = bring(type_, folder, as_file([*rows[0]], [[*row.values()] for row in rows]), people)
        assert told(run) == []
    found = newest(type_, names, len(fitting), people)
    assert [[row[name] for name in names] for row in found] == [[text] * len(names) for text in fitting]


def others(type_: RecordType, number: int, people: People) -> dict[str, str]:
    """The same values in every line, but for those that only one record may have."""
    own = specimens.OWN.get(type_.key, {})
    same = remembered(("specimen", type_.key), lambda: specimens.values(type_, 1, actor=people.anna))
    texts = exported(type_, {name: value for name, value in same.items() if name != "external_id"}, people)
    return {
        name: own[name].format(n=number) if isinstance(own.get(name), str) else text for name, text in texts.items()
    }


def is_free(type_: RecordType, name: str, kind: Kind) -> bool:
    """Whether a person may write any text into the field. Keys of other systems are trimmed."""
    own = specimens.OWN.get(type_.key, {})
    plain = kind.word in ("text", "longtext") and kind.editable and not isinstance(kind, Part)
    return plain and name not in own and name != "external_id"

"""Every file of csv-spectrum comes into a type that an administrator made exactly as its JSON says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bodega.kernel import change, registry
from bodega.lib.tables import open_table
from bodega.lib.text import slug
from bodega.surfaces.transfer.perform import perform
from tests.personas import People
from tests.surfaces.transfer.bringing import begin, counts, told

MADE_UP = {
    "plain": (b"a,b\n1,2\n", [{"a": "1", "b": "2"}]),
    "quotes": (b'a,b\r\n"x, ""y""\r\nz",\r\n', [{"a": 'x, "y"\r\nz', "b": ""}]),
    "utf8": ("a,b\nʤ,田\n".encode(), [{"a": "ʤ", "b": "田"}]),
}
FILES = (
    *("comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "location_coordinates", "newlines"),
    *("newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8"),
)
# Its JSON was written for another file: the number differs from the one in the CSV.
REPLACED = {"location_coordinates": {"Contact Phone Number": "2095257564"}}


def as_imported(data: bytes, folder: Path, people: People) -> list[dict[str, str]]:
    """The rows of a file after its way through a type with a text field for each of its columns."""
    (folder / "file.csv").write_bytes(data)
    with open_table(folder / "file.csv") as table:
        columns = table.columns
    made = change.create(registry.type_of("kernel.type"), {"name": "Spectrum"}, actor=people.anna)
    words = {name: f"w_{slug(name).replace('-', '_')}" for name in columns}
    for name, word in words.items():
        field = {"type": made.key, "name": name, "word": word, "kind": "longtext"}
        change.create(registry.type_of("kernel.field"), field, actor=people.anna)
    run = begin(folder, made.key, data, actor=people.anna, columns=words, set={"name": "Row"}, match=[])
    perform(run, actor=people.anna)
    assert (told(run), counts(run)[0]) == ([], run.created)
    type_ = registry.type_of(made.key)
    rows = type_.read(type_.rows(people.anna).order_by("pk"), words.values())
    return [{name: row.values[word] for name, word in words.items()} for row in rows]


@pytest.mark.parametrize("name", MADE_UP)
def test_made_up_files(name: str, people: People, tmp_path: Path) -> None:
    data, expected = MADE_UP[name]
    assert as_imported(data, tmp_path, people) == expected


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_csv_spectrum(name: str, people: People, tmp_path: Path, shared: Path) -> None:
    folder = shared / "corpora" / "csv-spectrum"
    assert {path.stem for path in (folder / "csvs").iterdir()} == {*FILES}
    said: Any = json.loads((folder / "json" / f"{name}.json").read_text("utf-8"))
    expected = [row | REPLACED.get(name, {}) for row in (said if isinstance(said, list) else [said])]
    assert as_imported((folder / "csvs" / f"{name}.csv").read_bytes(), tmp_path, people) == expected

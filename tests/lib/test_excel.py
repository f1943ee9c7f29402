"""Excel workbooks are read with their types, and none of them can fill the memory."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from bodega.lib.tables import BadRow, open_table, sheets, write_xlsx

pytestmark = pytest.mark.slow

UNREADABLE = r"^This is not a readable \.xlsx file; open it in a spreadsheet and save it again$"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "book.xlsx"


def test_values_have_types_and_rows_the_number_of_the_sheet(file: Path) -> None:
    rows: list[list[object]] = [
        ["Isdom", 3, 1.5, True, date(2026, 3, 4)],
        [None, -1, Decimal("2.25"), False, datetime(2026, 3, 4, 10, 30, tzinfo=UTC)],
        ["=1+1", 10**14, "http://x.example", None, "'quoted"],
    ]
    write_xlsx(file, ["name", "n", "x", "yes", "when"], rows)
    table = open_table(file)
    assert table.columns == ["name", "n", "x", "yes", "when"]
    assert list(table) == [
        (2, ["Isdom", 3, 1.5, True, date(2026, 3, 4)]),
        (3, ["", -1, 2.25, False, datetime(2026, 3, 4, 10, 30)]),
        (4, ["=1+1", 10**14, "http://x.example", "", "'quoted"]),
    ]
    values = [item[1] for item in table if isinstance(item, tuple)]
    assert [type(value) for value in values[0]] == [str, int, float, bool, date]


def test_a_table_need_not_start_in_the_corner(file: Path) -> None:
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet("Plan")
        sheet.write_row(2, 1, ["a", "", "a", ""])
        sheet.write_row(4, 1, [1, 2, 3])
        sheet.write_row(5, 1, [4, 5, 6, "note"])
        sheet.write_row(6, 1, [7, 8, 9])
        sheet.write_blank(9, 5, None, book.add_format({"bold": True}))
        book.add_worksheet("Empty")
    assert sheets(file) == ["Plan", "Empty"]
    table = open_table(file, sheet="Plan", start=6)
    assert table.columns == ["a", "Column 2", "a (2)"]
    assert list(table) == [
        BadRow(6, "The row has a cell to the right of the last heading", "4\t5\t6\tnote"),
        (7, [7, 8, 9]),
    ]
    with pytest.raises(ValueError, match=r"^The sheet has no rows$"):
        open_table(file, sheet="Empty")
    with pytest.raises(ValueError, match=r"^There is no sheet “plan” in the file; there are: Plan, Empty$"):
        open_table(file, sheet="plan")


def test_numbers_and_days_that_excel_gets_wrong_are_written_as_text(file: Path) -> None:
    write_xlsx(file, list("abcd"), [[10**15, Decimal("12345678901.123456"), date(1800, 1, 1), float("inf")]])
    assert list(open_table(file)) == [(2, ["1000000000000000", "12345678901.123456", "1800-01-01", "inf"])]


@pytest.mark.parametrize("text", ["x" * 32_768, "a\ufffeb"])
def test_what_excel_cannot_hold_is_refused_rather_than_cut(file: Path, text: str) -> None:
    with pytest.raises(ValueError, match="write CSV instead"):
        write_xlsx(file, ["a"], [[text]])
    with pytest.raises(ValueError, match=r"16384 columns; write CSV instead"):
        write_xlsx(file, ["a"] * 16_385, [])


def test_what_looks_like_a_formula_stays_text_when_it_is_edited(file: Path) -> None:
    write_xlsx(file, ["a"], [["=1+1"], ["+4930123"], ["@x"], ["x"]])
    with zipfile.ZipFile(file) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert b'quotePrefix="1"' in archive.read("xl/styles.xml")
    assert re.findall(r'<c r="A(\d)" s="\d" t="inlineStr"', sheet) == ["2", "4"]
    assert "<f>" not in sheet


cells = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=12)
    | st.integers(-(10**14), 10**14)
    | st.booleans()
)


@settings(max_examples=40)
@given(st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=5))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[list[object]]) -> None:
    file = tmp_path_factory.getbasetemp() / "written.xlsx"
    write_xlsx(file, ["a", "b", "c"], rows)
    kept = [item[1] for item in open_table(file) if isinstance(item, tuple)]
    assert kept == [row for row in rows if any(value != "" for value in row)]


def rezip(file: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.fixture
def parts(file: Path) -> dict[str, bytes]:
    write_xlsx(file, ["a", "b"], [[1, 2]])
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_file_that_unpacks_to_far_more_is_refused(file: Path, parts: dict[str, bytes]) -> None:
    rezip(file, parts | {"xl/media/image1.png": b"\0" * 20_000_000})
    with pytest.raises(ValueError, match=r"^The file unpacks to far more than its size; it is refused$"):
        open_table(file)


def test_a_size_that_lies_is_found_out(file: Path, parts: dict[str, bytes]) -> None:
    content = parts["xl/worksheets/sheet1.xml"]
    rezip(file, parts | {"xl/worksheets/sheet1.xml": content + b" " * 5_000_000})
    honest = file.read_bytes()
    real, told = (len(content) + 5_000_000).to_bytes(4, "little"), len(content).to_bytes(4, "little")
    assert honest.count(real) == 2
    file.write_bytes(honest.replace(real, told))
    with pytest.raises(ValueError, match=UNREADABLE):
        open_table(file)


def test_a_file_of_too_many_parts_is_refused(file: Path, parts: dict[str, bytes]) -> None:
    rezip(file, parts | {f"xl/media/{number}": b"" for number in range(10_000)})
    with pytest.raises(ValueError, match=r"^The file has more parts than a spreadsheet would$"):
        open_table(file)


def write_corners(file: Path, row: int, column: int) -> None:
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write(row, column, "stray")


@pytest.mark.parametrize(("row", "column"), [(1_048_575, 16_383), (1_048_575, 40), (99_999, 5_000)])
def test_a_cell_far_out_is_refused_before_room_is_made_for_it(file: Path, row: int, column: int) -> None:
    write_corners(file, row, column)
    reach = f"row {row + 1} and column {column + 1}"
    with pytest.raises(ValueError, match=f"^The sheet reaches to {reach}; clear what is far out, or save it as CSV$"):
        open_table(file)


@pytest.mark.parametrize(("row", "column"), [(120_000, 5), (20, 16_383), (2_000, 400)])
def test_long_sheets_and_wide_ones_are_read(file: Path, row: int, column: int) -> None:
    write_corners(file, row, column)
    table = open_table(file)
    assert table.height == row + 1
    assert list(table) == [
        BadRow(row + 1, "The row has a cell to the right of the last heading", "\t" * column + "stray")
    ]


damage = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=8)


@settings(max_examples=60)
@given(damage, st.integers(1_000, 10_000))
def test_a_damaged_file_is_refused_with_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, bytes_: list[tuple[int, int]], length: int
) -> None:
    file = tmp_path_factory.getbasetemp() / "damaged.xlsx"
    write_xlsx(file, ["a", "b"], [[1, "x"], [2.5, "y"]])
    content = bytearray(file.read_bytes())
    for place, value in bytes_:
        content[4 + place * (len(content) - 5) // 10_000] = value
    file.write_bytes(content[: len(content) * length // 10_000])
    try:
        list(open_table(file))
    except ValueError as error:
        sentence = str(error)
    else:
        return
    assert sentence.endswith((" again", " refused", " no rows"))


def test_a_zip_of_something_else_is_refused(file: Path) -> None:
    rezip(file, {"letter.txt": b"hello"})
    with pytest.raises(ValueError, match=UNREADABLE):
        sheets(file)


@pytest.mark.parametrize("name", ["xl/embeddings/book.xlsx", "xl/media/image1.png"])
def test_an_archive_in_the_archive_is_refused(file: Path, parts: dict[str, bytes], name: str) -> None:
    rezip(file, parts | {name: file.read_bytes()})
    with pytest.raises(ValueError, match=r"^There is another file packed into the workbook"):
        open_table(file)


ENTITIES = """<?xml version="1.0" encoding="{}"?><!{} x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">
<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&b;&f;</x>"""


@pytest.mark.parametrize("name", ["xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels", "docProps/APP.XML"])
@pytest.mark.parametrize(("encoding", "word"), [("utf-8", "DOCTYPE"), ("utf-16", "DOCTYPE"), ("utf-8", "docType")])
def test_xml_with_words_of_its_own_is_refused(
    file: Path, parts: dict[str, bytes], name: str, encoding: str, word: str
) -> None:
    rezip(file, parts | {name: ENTITIES.format(encoding, word).encode(encoding)})
    with pytest.raises(ValueError, match=r"^The workbook declares entities"):
        open_table(file)


def test_where_it_declares_them_makes_no_difference(file: Path, parts: dict[str, bytes]) -> None:
    for fill in range(2**20 - 12, 2**20 + 3):
        before = b"<?xml version='1.0'?><!--" + b"x" * (fill - 28) + b"-->"
        rezip(file, parts | {"xl/sharedStrings.xml": before + b"<!DOCTYPE x><x/>"})
        with pytest.raises(ValueError, match=r"^The workbook declares entities"):
            open_table(file)


def test_a_text_about_entities_is_a_text(file: Path) -> None:
    text = '<!DOCTYPE x [<!ENTITY a "PK\x03\x04">]>'.replace("\x03", "").replace("\x04", "")
    write_xlsx(file, ["a"], [[text]])
    assert list(open_table(file)) == [(2, [text])]


@pytest.mark.parametrize(
    "start", [b"\x89PNG\r\n\x1a\n", b"GIF89a,b\n", b"\xff\xd8\xff\xe0", b"%PDF-1.7\n", b"{\\rtf1 a", b"\x1f\x8b\x08\0",
              b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x7fELF"],
)  # fmt: skip
def test_what_is_no_table_is_refused_by_its_first_bytes(tmp_path: Path, start: bytes) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(start + b"name,mail\nMia,mia@isdom.example\n")
    with pytest.raises(ValueError, match=r"^This is neither a CSV file nor a workbook, whatever it is called$"):
        open_table(file)

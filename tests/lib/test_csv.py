"""CSV files are read whatever their encoding, delimiter and size, and a broken row never stops the others."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.lib.tables import BadRow, open_table, write_csv


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


def read(file: Path, content: bytes | str, *, start: int = 0) -> tuple[list[str], list[object]]:
    """The columns and the items of a file with this content; a bad row is given as (number, raw)."""
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with open_table(file, start=start) as table:
        items = [(item.number, item.raw) if isinstance(item, BadRow) else item for item in table]
        return table.columns, list(items)


def problems(file: Path) -> dict[int, str]:
    return {item.number: item.problem for item in open_table(file) if isinstance(item, BadRow)}


def test_rows_carry_the_number_of_their_first_line(file: Path) -> None:
    columns, rows = read(file, 'a,b\n1,"two\r\nlines"\n\n3,"a ""word"""\n')
    assert columns == ["a", "b"]
    assert rows == [(2, ["1", "two\r\nlines"]), (5, ["3", 'a "word"'])]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_line_ending_is_one(file: Path, ending: str) -> None:
    assert read(file, ending.join(["a,b", "1,2", "3,4"])) == (["a", "b"], [(2, ["1", "2"]), (3, ["3", "4"])])


def test_rows_without_content_are_left_out(file: Path) -> None:
    assert read(file, '\n,,\na,b\n\n1,2\n,\n"",""\n3,4')[1] == [(5, ["1", "2"]), (8, ["3", "4"])]


def test_columns_get_clear_unique_names(file: Path) -> None:
    columns, _rows = read(file, '\ufeff Name ,"E-mail\naddress",,Name,Name,Name (2),\n1,2,3,4,5,6,7\n')
    assert columns == ["Name", "E-mail address", "Column 3", "Name (2)", "Name (3)", "Name (2) (2)", "Column 7"]


@pytest.mark.parametrize("content", ["", "\n\n", ",,\n", "\ufeff", "\0"])
def test_a_file_without_rows_is_refused(file: Path, content: str) -> None:
    with pytest.raises(ValueError, match=r"^The file has no rows$"):
        read(file, content)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(file: Path, mark: str) -> None:
    lines = [["name", "notes, short", "amount"], ['"b, c; d | e"', '"x\n,;|y"', "2"]]
    lines[0] = [f'"{title}"' for title in lines[0]]
    columns, rows = read(file, "\n".join(mark.join(line) for line in lines))
    assert columns == ["name", "notes, short", "amount"]
    assert rows == [(2, ["b, c; d | e", "x\n,;|y", "2"])]


def test_decimal_commas_do_not_win_over_semicolons(file: Path) -> None:
    columns, rows = read(file, "price;sum, net\n1,5;2,5\n3,5;4,5\n")
    assert (columns, rows) == (["price", "sum, net"], [(2, ["1,5", "2,5"]), (3, ["3,5", "4,5"])])


def test_one_column_needs_no_delimiter(file: Path) -> None:
    assert read(file, "name\nIsdom\nHarbour Hardware\n")[1] == [(2, ["Isdom"]), (3, ["Harbour Hardware"])]


def test_a_given_delimiter_is_taken(file: Path) -> None:
    file.write_text("a:b,c\n1:2,3\n")
    assert list(open_table(file, delimiter=":")) == [(2, ["1", "2,3"])]


@pytest.mark.parametrize("delimiter", ["::", '"', "\n"])
def test_what_is_no_delimiter_is_refused(file: Path, delimiter: str) -> None:
    file.write_text("a,b\n")
    with pytest.raises(ValueError, match=r"^“[^”]+” is not a delimiter; it is one character, such as ;$"):
        open_table(file, delimiter=delimiter)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_files_are_read_without_a_note(file: Path, encoding: str) -> None:
    file.write_bytes("näme,städt\nŁukasz,Köln 😀\n".encode(encoding))
    table = open_table(file)
    assert (table.columns, list(table), table.notes) == (["näme", "städt"], [(2, ["Łukasz", "Köln 😀"])], [])


def test_a_file_of_windows_1252_is_read_and_noted(file: Path) -> None:
    file.write_bytes("name,city\nMia,Bonn\nJörg,Köln €\n".encode("cp1252"))
    table = open_table(file)
    assert list(table) == [(2, ["Mia", "Bonn"]), (3, ["Jörg", "Köln €"])]
    assert table.notes == ["Some letters, first in line 3, are not UTF-8; they were read as Windows-1252"]


def test_one_wrong_byte_spoils_no_other_letter(file: Path) -> None:
    assert read(file, "a,b\nö,".encode() + b"\xf6\nok,\x81\n")[1] == [
        (2, ["ö", "ö"]),
        (3, ["ok", "\N{REPLACEMENT CHARACTER}"]),
    ]


def test_a_given_encoding_is_taken(file: Path) -> None:
    file.write_bytes("a,b\nПривет,мир\n".encode("cp1251"))
    table = open_table(file, encoding="cp1251")
    assert (list(table), table.notes) == ([(2, ["Привет", "мир"])], [])


def test_what_a_given_encoding_cannot_explain_is_replaced_and_noted(file: Path) -> None:
    file.write_bytes(b"a,b\nx,\xff\n")
    table = open_table(file, encoding="ascii")
    assert list(table) == [(2, ["x", "\N{REPLACEMENT CHARACTER}"])]
    assert table.notes == ["Some letters, first in line 2, are not ascii; they were replaced by �"]


def test_a_file_that_is_not_in_the_given_encoding_is_refused(file: Path) -> None:
    file.write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match=r"^The file is not written in utf-16$"):
        open_table(file, encoding="utf-16")


@pytest.mark.parametrize("encoding", ["klingon", "base64", "rot13", "idna", "undefined", ""])
def test_what_is_no_encoding_is_refused(file: Path, encoding: str) -> None:
    file.write_text("a,b\n")
    with pytest.raises(ValueError, match=r"^“.*” is not an encoding; try utf-8 or windows-1252$"):
        open_table(file, encoding=encoding)


def test_rows_of_the_wrong_width_are_reported_and_reading_goes_on(file: Path) -> None:
    assert read(file, "a,b,c\n1,2\n1,2,3,4\n1,2,3,\n4,5,6\n")[1] == [
        (2, "1,2\n"), (3, "1,2,3,4\n"), (4, ["1", "2", "3"]), (5, ["4", "5", "6"]),
    ]  # fmt: skip
    assert problems(file) == {
        2: "The row has 2 cells, the header has 3", 3: "The row has 4 cells, the header has 3",
    }  # fmt: skip


def test_a_nul_character_is_reported(file: Path) -> None:
    assert read(file, "a,b\n1,x\0y\n2,ok\n")[1] == [(2, "1,x\0y\n"), (3, ["2", "ok"])]
    assert problems(file) == {2: "The row has a NUL character, which text never has"}


def test_text_after_a_closing_quote_is_reported(file: Path) -> None:
    assert read(file, 'a,b\n1,"x"y\n2,5" pipe\n')[1] == [(2, '1,"x"y\n'), (3, ["2", '5" pipe'])]
    assert problems(file) == {2: "There is text between a closing quote and the next delimiter"}


@pytest.mark.parametrize("rest", ['2,ok\n3,"fine"\n', "2,ok\n3,fine\n", '2,ok\n3,"fi\nne"\n'])
def test_an_unclosed_quote_costs_only_its_own_row(file: Path, rest: str) -> None:
    _columns, rows = read(file, 'a,b\n1,"open\n' + rest)
    fine = (4, ["3", "fi\nne"]) if "fi\nne" in rest else (4, ["3", "fine"])
    assert rows == [(2, '1,"open\n'), (3, ["2", "ok"]), fine]
    assert problems(file) == {2: "A quote is opened in this row and not closed"}


def test_an_unclosed_quote_in_the_last_line_is_reported(file: Path) -> None:
    assert read(file, 'a,b\n1,2\n3,"x')[1] == [(2, ["1", "2"]), (3, '3,"x')]


def test_a_row_beyond_ten_million_characters_is_reported_and_cut(file: Path) -> None:
    _columns, rows = read(file, "a,b\n1," + "x" * 25_000_000 + "\r\n3,4\n")
    assert rows == [(2, "1," + "x" * 99_998), (3, ["3", "4"])]
    assert problems(file) == {2: "The row has more than 10 million characters"}


def test_a_long_cell_below_the_limit_is_kept(file: Path) -> None:
    assert read(file, "a,b\n1," + "x" * 9_000_000)[1] == [(2, ["1", "x" * 9_000_000])]


@pytest.mark.slow
@pytest.mark.parametrize("body", ['a","c\n', 'a,"b\n', 'a,"""\n', '"\n', 'x,"\n'])
def test_quotes_all_wrong_are_read_in_linear_time(file: Path, body: str) -> None:
    count = 120_000
    columns, rows = read(file, "h,i\n" + body * count)
    assert columns == ["h", "i"]
    assert count / 2 <= len(rows) <= count


def test_reading_resumes_at_a_line(file: Path) -> None:
    content = 'a,b\n1,"x\ny"\n2,bad,row\n3,z\n'
    assert read(file, content, start=4)[1] == [(4, "2,bad,row\n"), (5, ["3", "z"])]
    assert read(file, content, start=3)[1] == [(4, "2,bad,row\n"), (5, ["3", "z"])]
    assert read(file, content, start=99)[1] == []


def test_a_table_is_read_again_from_its_top_and_sampled(file: Path) -> None:
    file.write_text("a,b\n1,2\n3,4\n5,6\n")
    with open_table(file) as table:
        assert table.sample(2) == [(2, ["1", "2"]), (3, ["3", "4"])]
        assert list(table) == list(table)
    assert list(table) == []


def test_an_old_excel_file_is_refused(file: Path) -> None:
    with pytest.raises(
        ValueError, match=r"^This is an old or password-protected Excel file; save it as \.xlsx without a password$"
    ):
        read(file, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def test_a_missing_file_is_a_missing_file(file: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_table(file)


@given(st.binary(max_size=400) | st.text('ab,;"\n\r\t\0ö', max_size=60).map(str.encode))
def test_any_bytes_are_rows_or_bad_rows(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.csv"
    try:
        _columns, items = read(file, content)
    except ValueError:
        return
    numbers = [item[0] for item in items if isinstance(item, tuple)]
    assert numbers == sorted(set(numbers))


cells = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


@given(st.integers(2, 4).flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1)))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    file = tmp_path_factory.getbasetemp() / "written.csv"
    columns = [f"Column {number}" for number in range(1, len(rows[0]) + 1)]
    with file.open("w", encoding="utf-8", newline="") as out:
        write_csv(out, columns, rows)
    table = open_table(file, delimiter=",")
    assert table.columns == columns
    assert [values for _number, values in good(table)] == [row for row in rows if any(row)]


def good(items: object) -> Iterator[tuple[int, list[str]]]:
    for item in items:  # type: ignore[attr-defined]
        assert isinstance(item, tuple)
        yield item


def test_values_are_written_plainly() -> None:
    out = io.StringIO(newline="")
    write_csv(out, ["a", "b"], [[1, None], [True, "x,y"]])
    assert out.getvalue() == 'a,b\r\n1,\r\nTrue,"x,y"\r\n'


def test_nothing_that_is_written_looks_like_a_formula(tmp_path: Path) -> None:
    rows = [["=1+1"], ["+1 a"], ["-a"], ["@x"], ["\tx"], ["＝x"], ["-1"], ["a=b"]]
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as out:
        write_csv(out, ["=a"], rows)
    lines = (tmp_path / "a.csv").read_bytes().decode().split("\r\n")
    assert lines == ["'=a", "'=1+1", "'+1 a", "'-a", "'@x", "'\tx", "'＝x", "-1", "a=b", ""]
    table = open_table(tmp_path / "a.csv", delimiter=",")
    assert (table.columns, [values for _number, values in good(table)]) == (["=a"], rows)


SPECTRUM = {
    "comma in quotes": ('a,b\nx,"Anytown, WW"\n', [["x", "Anytown, WW"]]),
    "empty": ('a,b,c\r\n1,"",""\r\n2,3,4\r\n', [["1", "", ""], ["2", "3", "4"]]),
    "escaped quotes": ('a,b\n1,"ha ""ha"" ha"\n3,4\n', [["1", 'ha "ha" ha'], ["3", "4"]]),
    "json": (
        'key,val\n1,"{""type"": ""Point"", ""at"": [102.0, 0.5]}"\n',
        [["1", '{"type": "Point", "at": [102.0, 0.5]}']],
    ),
    "newlines": ('a,b\n"Once upon \r\na time",5\n', [["Once upon \r\na time", "5"]]),
    "quotes and newlines": ('a,b\n1,"ha \n""ha"" \nha"\n', [["1", 'ha \n"ha" \nha']]),
    "utf8": ("a,b\n4,ʤ\n", [["4", "ʤ"]]),
}


@pytest.mark.parametrize("name", SPECTRUM)
def test_a_spectrum_of_csv_is_read(file: Path, name: str) -> None:
    content, expected = SPECTRUM[name]
    file.write_bytes(content.encode())
    assert [values for _number, values in good(open_table(file))] == expected


def test_the_csv_spectrum_is_read_as_its_json_says(shared: Path) -> None:
    folder = shared / "corpora/csv-spectrum"
    files = sorted((folder / "csvs").glob("*.csv"))
    assert len(files) == 12
    for path in files:
        expected = json.loads((folder / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
        table = open_table(path)
        rows = [dict(zip(table.columns, values, strict=True)) for _number, values in good(table)]
        if path.stem == "location_coordinates":  # its JSON is one object, with another phone number than the CSV
            expected = [expected | {"Contact Phone Number": "2095257564"}]
        assert rows == expected

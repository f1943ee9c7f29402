"""`bodega audit`: says whether the log is whole, here or in a file, and writes it to one."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from bodega.platform.audit import guard
from bodega.platform.audit import log as audit
from bodega.platform.audit.models import Entry
from bodega.web import cli
from tests.personas import People


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BODEGA_DATA_DIR", str(tmp_path))


@pytest.fixture
def digests(people: People) -> list[str]:
    for _number in range(3):
        audit.note(audit.Kind.SIGNED_IN, actor=people.anna)
    return [*Entry.objects.order_by("number").values_list("digest", flat=True)]


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = cli.main(["audit", *words])
    printed = capsys.readouterr()
    return code, printed.out + printed.err


def test_a_whole_log_is_told_with_its_last_entry(digests: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    told = f"3 entries are whole. The last one is 3:{digests[2]}\n"
    assert said(capsys, "verify") == (0, told)
    assert said(capsys, "verify", "--seal", f"2:{digests[1]}", "--seal", f"3:{digests[2]}") == (0, told)


def test_the_first_entry_that_is_wrong_is_told(digests: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    Entry.objects.filter(number=2).update(name="Ben")
    assert said(capsys, "verify") == (1, "1 entries are whole; entry 2 was changed after it was written\n")


def test_another_seal_is_told(digests: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    found = said(capsys, "verify", "--seal", f"2:{digests[0]}")
    assert found == (1, "1 entries are whole; entry 2 is not the one that was sealed\n")
    code, told = said(capsys, "verify", "--seal", "2")
    assert (code, "'2' is no seal" in told) == (1, True)


def test_a_file_is_written_and_checked(digests: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "audit.jsonl"
    assert said(capsys, "export", str(path)) == (0, "")
    assert said(capsys, "verify", str(path)) == (0, f"3 entries are whole. The last one is 3:{digests[2]}\n")
    path.write_text(path.read_text("utf-8").replace('"Anna"', '"Ben"'), "utf-8")
    assert said(capsys, "verify", str(path)) == (1, "0 entries are whole; entry 1 was changed after it was written\n")
    path.write_text("no entry\n", "utf-8")
    code, told = said(capsys, "verify", str(path))
    assert (code, "can't be read" in told) == (1, True)
    code, told = said(capsys, "export", str(tmp_path / "audit.pdf"))
    assert (code, "There is no format “pdf”" in told) == (1, True)


def test_the_guard_is_put_up_again(digests: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert not guard.stands()
    assert said(capsys, "guard") == (0, "The database refuses to change or remove entries\n")
    assert guard.stands()
    with pytest.raises(DatabaseError, match=guard.WHY), transaction.atomic():
        Entry.objects.filter(number=2).delete()


def test_without_a_file_it_goes_to_standard_output(
    digests: list[str], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert cli.main(["audit", "export"]) == 0
    assert capfdbinary.readouterr().out.count(b"\n") == 3

"""`bodega token`: tokens made, listed and ended on the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from bodega.web import cli
from tests.personas import People


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BODEGA_DATA_DIR", str(tmp_path))


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = cli.main(["token", *words])
    printed = capsys.readouterr()
    return code, printed.err if code else printed.out


def test_it_is_made_listed_and_ended(people: People, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = said(capsys, "add", "anna@example.com", "--name", "Nightly copy", "--types", "sales.deal")
    secret = re.search(r"^bodega_\S+$", out, re.MULTILINE)
    assert (code, bool(secret)) == (0, True)
    assert secret
    ask = {"headers": {"Authorization": f"Bearer {secret[0]}"}}
    assert Client().get("/api/v1/deals/", **ask).status_code == 200  # type: ignore[arg-type]
    assert Client().get("/api/v1/people/", **ask).status_code == 403  # type: ignore[arg-type]
    code, out = said(capsys, "list")
    assert "Nightly copy (read sales.deal, last used 2" in out
    assert secret[0] not in out
    number = out.split()[0]
    assert said(capsys, "end", number) == (0, "Nobody comes in by “Nightly copy” any more\n")
    assert Client().get("/api/v1/deals/", **ask).status_code == 401  # type: ignore[arg-type]
    assert said(capsys, "list", "anna@example.com") == (0, "")


def test_what_is_wrong_is_told(people: People, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = said(capsys, "add", "nobody", "--name", "x")
    assert (code, "nobody signs in as 'nobody'" in out) == (1, True)
    code, out = said(capsys, "add", "anna@example.com", "--name", "x", "--types", "sales.ship")
    assert (code, "There is no record type “sales.ship”." in out) == (1, True)
    code, out = said(capsys, "end", "99")
    assert (code, "there is no token 99" in out) == (1, True)

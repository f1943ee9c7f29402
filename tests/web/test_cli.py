"""The command line: help for everything at once, and refusals in words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bodega.web import cli


@pytest.fixture(autouse=True)
def own_data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BODEGA_DATA_DIR", str(tmp_path))


@pytest.mark.parametrize("words", [[], *([word] for word, command in cli.COMMANDS.items() if not command.is_hidden)])
def test_there_is_help_for_everything(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([*words, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(" ".join(["usage: bodega", *words]))


def test_the_overview_names_every_command_but_the_hidden_ones() -> None:
    shown = [line.split()[0] for line in cli.parser().format_help().split("COMMAND\n")[1].splitlines()]
    assert shown == [word for word, command in cli.COMMANDS.items() if not command.is_hidden]


def test_help_does_not_wait_for_django() -> None:
    ask = "import sys; from bodega.web import cli; cli.parser().format_help(); print('django' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, env=with_source())
    assert said.stdout == "False\n"


def with_source() -> dict[str, str]:
    return {"PYTHONPATH": ":".join(sys.path)}


def test_no_command_is_not_understood(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([])
    assert ended.value.code == 2


def test_wrong_settings_are_told_and_nothing_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BODEGA_CURRENCY", "euro")
    monkeypatch.setenv("BODEGA_COUNTRY", "x")
    assert cli.main(["user", "list"]) == 1
    assert capsys.readouterr().err == (
        "bodega: these settings are wrong:\n"
        "  BODEGA_CURRENCY: 'euro' is not a currency code like EUR\n"
        "  BODEGA_COUNTRY: 'x' is not a country code like DE\n"
    )


def test_a_data_folder_that_cannot_be_made_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("BODEGA_DATA_DIR", str(tmp_path / "file" / "data"))
    assert cli.main(["user", "list"]) == 1
    assert capsys.readouterr().err == f"bodega: the data folder {tmp_path}/file/data can't be made: Not a directory\n"

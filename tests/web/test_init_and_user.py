"""A new installation and who may sign in to it, from a command line without a terminal."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from django.contrib.auth import authenticate

from bodega.kernel.actors import User
from bodega.web import cli

pytestmark = [pytest.mark.usefixtures("empty"), pytest.mark.slow]
GOOD = "correct horse"


@pytest.fixture(autouse=True)
def no_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BODEGA_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("sys.stdin", io.StringIO())


class Said:
    """What a command printed and answered."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *words: str) -> None:
        self.code = cli.main(words)
        self.out, self.err = capsys.readouterr()


def test_init_makes_one_administrator_and_shows_a_random_password_once(capsys: pytest.CaptureFixture[str]) -> None:
    said = Said(capsys, "init")
    shown = re.search(r"admin may sign in as admin with the password (\S+) \(shown once\)", said.out)
    assert said.code == 0
    assert shown
    user = authenticate(username="admin", password=shown[1])
    assert isinstance(user, User)
    assert user.is_admin


def test_init_takes_what_it_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    said = Said(capsys, "init", "--login", "mia@example.com", "--name", "Mia Moss", "--password", GOOD)
    assert "Mia Moss may sign in as mia@example.com\n" in said.out
    assert authenticate(username="MIA@example.com", password=GOOD) == User.objects.get()


def test_init_refuses_where_somebody_may_sign_in_already(capsys: pytest.CaptureFixture[str]) -> None:
    Said(capsys, "init", "--password", GOOD)
    said = Said(capsys, "init", "--login", "other", "--password", GOOD)
    assert (said.code, said.err) == (
        1,
        "bodega: there is an installation here already, and 1 may sign in. Add more: bodega user add LOGIN\n",
    )
    assert User.objects.count() == 1


def test_a_password_that_is_easy_to_guess_is_refused_and_nobody_is_added(capsys: pytest.CaptureFixture[str]) -> None:
    said = Said(capsys, "user", "add", "bert", "--password", "bertbert")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("bodega: password: ")
    assert User.objects.count() == 0


def test_people_are_added_listed_and_lose_their_access(capsys: pytest.CaptureFixture[str]) -> None:
    Said(capsys, "user", "add", "mia", "--name", "Mia", "--admin", "--password", GOOD)
    assert Said(capsys, "user", "add", "bert", "--name", "Bert", "--password", GOOD).out == "Bert may sign in as bert\n"
    assert Said(capsys, "user", "deactivate", "BERT").out == "Bert may no longer sign in\n"
    assert authenticate(username="bert", password=GOOD) is None
    listed = [line.split(maxsplit=1) for line in Said(capsys, "user", "list").out.splitlines()]
    assert listed == [["bert", "Bert (may not sign in)"], ["mia", "Mia (administrator)"]]
    assert Said(capsys, "user", "activate", "bert").out == "Bert may sign in again\n"
    assert authenticate(username="bert", password=GOOD) is not None


def test_two_people_cannot_share_a_sign_in_name_in_another_case(capsys: pytest.CaptureFixture[str]) -> None:
    Said(capsys, "user", "add", "mia", "--password", GOOD)
    said = Said(capsys, "user", "add", "Mia", "--password", GOOD)
    assert (said.code, said.err) == (1, "bodega: login: Somebody signs in with this name already.\n")


def test_a_new_password_replaces_the_old_one(capsys: pytest.CaptureFixture[str]) -> None:
    Said(capsys, "user", "add", "mia", "--password", GOOD)
    said = Said(capsys, "user", "password", "mia")
    assert authenticate(username="mia", password=GOOD) is None
    assert authenticate(username="mia", password=said.out.split("password ")[2].split()[0]) is not None


def test_somebody_who_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    said = Said(capsys, "user", "password", "nobody")
    assert (said.code, said.err) == (1, "bodega: nobody signs in as 'nobody'. `bodega user list` shows who does.\n")

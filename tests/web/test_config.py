"""Settings: what is read, which place wins, and what a person is told when one is wrong."""

from __future__ import annotations

import stat
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.web import config
from bodega.web.databases import database


def problems(environ: dict[str, str]) -> list[str]:
    with pytest.raises(config.ConfigError) as caught:
        config.load(environ)
    return str(caught.value).splitlines()


def test_everything_has_a_default(tmp_path: Path) -> None:
    assert config.load({"BODEGA_DATA_DIR": str(tmp_path)}) == config.Config(
        data_dir=tmp_path,
        database_url=f"sqlite:///{tmp_path}/bodega.sqlite3",
        secret_key="",
        secret_key_before=(),
        base_url="http://127.0.0.1:8000",
        hosts=(),
        company="",
        currency="EUR",
        country="DE",
        time_zone="UTC",
        language="en",
        demo=False,
        trace=False,
        log="auto",
        slow_query_ms=1000,
        metrics_token="",
        backup_keep=0,
        backup_dir=tmp_path / "backups",
        session_days=14,
        session_idle_hours=72,
        outgoing_ports=frozenset({80, 443}),
        outgoing_allow=frozenset(),
        tiles="",
        tiles_by="",
        language_model_url="",
        language_model="default",
        language_model_key="",
    )


def test_a_clone_keeps_its_data_beside_the_source() -> None:
    assert config.load({}).data_dir == config.ROOT / "data"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "bodega.toml"
    file.write_text('currency = "USD"\ncountry = "US"\ndemo = true\nhosts = ["crm", "10.0.0.1"]\n')
    found = config.load({"BODEGA_CONFIG": str(file), "BODEGA_CURRENCY": "CHF"})
    assert (found.currency, found.country, found.demo, found.hosts) == ("CHF", "US", True, ("crm", "10.0.0.1"))


def test_servers_inside_are_named_with_their_ports() -> None:
    found = config.load({"BODEGA_OUTGOING_ALLOW": "Wiki.example.com:443, 10.0.0.5:8080 [fd00:0::5]:80"})
    assert found.outgoing_allow == {("wiki.example.com", 443), ("10.0.0.5", 8080), ("fd00::5", 80)}


@pytest.mark.parametrize(
    ("name", "value", "answer"),
    [
        (
            "DATABASE_URL",
            "postgre://h/x",
            "'postgre://h/x' is not sqlite:///path/to/file or postgresql://user:password@host:port/name",
        ),
        (
            "DATABASE_URL",
            "postgresql://h:x/y",
            "'postgresql://h:x/y' is not an address: Port could not be cast to integer value as 'x'",
        ),
        ("DATA_DIR", "~nobody-here/x", "'~nobody-here/x' is in the home of somebody who is not known here"),
        ("BASE_URL", "crm.example.com", "'crm.example.com' is not an address like https://crm.example.com"),
        (
            "SECRET_KEY_BEFORE",
            "hunter2",
            "'…' is too short: take at least 32 random characters, or leave it out to have one made",
        ),
        ("SESSION_DAYS", "0", "'0' is not a whole number of 1 and more"),
        ("OUTGOING_PORTS", "80, 99999", "'80, 99999' is not a list of ports like 80, 443"),
        (
            "OUTGOING_ALLOW",
            "wiki.example.com",
            "'wiki.example.com' is not a list of servers like wiki.example.com:443, 10.0.0.5:8080",
        ),
        ("CURRENCY", "EURO", "'EURO' is not a currency code like EUR"),
        ("COUNTRY", "Germany", "'Germany' is not a country code like DE"),
        ("TIME_ZONE", "Berlin", "'Berlin' is not a time zone like Europe/Berlin"),
        ("TIME_ZONE", "../etc/passwd", "'../etc/passwd' is not a time zone like Europe/Berlin"),
        ("LANGUAGE", "english", "'english' is not a language code like en or pt-br"),
        ("DEMO", "maybe", "'maybe' is not yes or no"),
        (
            "SECRET_KEY",
            "hunter2",
            "'…' is too short: take at least 32 random characters, or leave it out to have one made",
        ),
    ],
)
def test_a_wrong_value_is_named_with_its_variable(name: str, value: str, answer: str) -> None:
    assert problems({f"BODEGA_{name}": value}) == [f"BODEGA_{name}: {answer}"]


@given(values=st.fixed_dictionaries({one.variable: st.text() for one in config.SETTINGS}))
def test_whatever_is_given_is_taken_or_refused_in_words(values: dict[str, str]) -> None:
    with suppress(config.ConfigError):
        database(config.load(values).database_url)


def test_every_wrong_setting_is_told_at_once() -> None:
    assert len(problems({"BODEGA_CURRENCY": "x", "BODEGA_COUNTRY": "x", "BODEGA_DEMO": "x"})) == 3


def test_a_password_is_not_repeated() -> None:
    assert problems({"BODEGA_DATABASE_URL": "mysql://anna:secret@h/x"})[0].startswith(
        "BODEGA_DATABASE_URL: 'mysql://anna:…@h/x'"
    )


def test_a_wrong_line_of_the_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "bodega.toml"
    file.write_text('# ours\ncurency = "USD"\ncountry = "Spain"\nlanguage = 5\n')
    assert problems({"BODEGA_CONFIG": str(file)}) == [
        f"{file} line 2: there is no setting 'curency'; did you mean 'currency'?",
        f"{file} line 4: language must be a text in quotes, true, false or a list of texts",
        f"{file} line 3: country: 'Spain' is not a country code like DE",
    ]


def test_a_missing_or_broken_file_is_told(tmp_path: Path) -> None:
    assert problems({"BODEGA_CONFIG": "/none.toml"}) == [
        "BODEGA_CONFIG: '/none.toml' can't be read: No such file or directory"
    ]
    (tmp_path / "x.toml").write_text("currency = USD")
    assert problems({"BODEGA_CONFIG": str(tmp_path / "x.toml")})[0].startswith(f"{tmp_path}/x.toml: Invalid value")


def test_the_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    found = config.load({"BODEGA_DATA_DIR": str(tmp_path / "new")})
    assert found.signing_key() != found.signing_key()
    found.prepare()
    key = found.signing_key()
    found.prepare()
    assert (found.signing_key(), len(key), stat.S_IMODE(found.secret_file.stat().st_mode)) == (key, 64, 0o600)
    assert list(found.data_dir.iterdir()) == [found.secret_file]


def test_of_two_processes_that_make_a_key_the_first_one_wins(tmp_path: Path) -> None:
    config.keep_first(tmp_path / "key", "first")
    config.keep_first(tmp_path / "key", "second")
    assert (tmp_path / "key").read_text() == "first"


def test_a_given_key_is_used_and_not_written(tmp_path: Path) -> None:
    found = config.load({"BODEGA_DATA_DIR": str(tmp_path), "BODEGA_SECRET_KEY": "k" * 40})
    found.prepare()
    assert (found.signing_key(), list(tmp_path.iterdir())) == ("k" * 40, [])

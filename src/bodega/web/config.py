"""The settings an installation has, read from the environment and one TOML file, and checked before anything starts."""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import IPv6Address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from babel.core import get_global
from django.conf.locale import LANG_INFO

PREFIX = "BODEGA_"
ROOT = Path(__file__).resolve().parents[3]


class ConfigError(Exception):
    """One line for each setting that is wrong, saying where it was given and what it should be."""


@dataclass(frozen=True)
class Config:
    """The settings of this installation; the words are those of `SETTINGS`."""

    data_dir: Path
    database_url: str
    secret_key: str
    secret_key_before: tuple[str, ...]
    base_url: str
    hosts: tuple[str, ...]
    company: str
    currency: str
    country: str
    time_zone: str
    language: str
    demo: bool
    trace: bool
    log: str
    slow_query_ms: int
    metrics_token: str
    backup_keep: int
    backup_dir: Path
    session_days: int
    session_idle_hours: int
    outgoing_ports: frozenset[int]
    outgoing_allow: frozenset[tuple[str, int]]
    tiles: str
    tiles_by: str
    language_model_url: str
    language_model: str
    language_model_key: str

    @property
    def secret_file(self) -> Path:
        return self.data_dir / "secret.key"

    @property
    def is_secure(self) -> bool:
        return self.base_url.startswith("https://")

    def signing_key(self) -> str:
        """The key that was given, or the one in the data folder; before there is one, a key for this process alone."""
        if self.secret_key:
            return self.secret_key
        try:
            return self.secret_file.read_text("ascii").strip()
        except OSError:
            return secrets.token_urlsafe(48)

    def prepare(self) -> None:
        """Makes the data folder, and the secret key inside it, where they are missing."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        if not self.secret_key and not self.secret_file.exists():
            keep_first(self.secret_file, secrets.token_urlsafe(48))


def keep_first(path: Path, text: str) -> None:
    """Writes a private file whole or not at all; of several processes that do so at once, the first one wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def default_data_dir() -> str:
    """`data` beside the source when run from a clone, else where this user's programs keep their data."""
    if (ROOT / "pyproject.toml").is_file() and (ROOT / "src" / "bodega").is_dir():
        return str(ROOT / "data")
    return str(Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser() / "bodega")


def folder(value: str) -> Path:
    try:
        return Path(value).expanduser().absolute()
    except RuntimeError:
        raise ValueError("is in the home of somebody who is not known here") from None


def folder_if_given(value: str) -> Path | None:
    return folder(value) if value else None


def database(value: str) -> str:
    parts = split(value)
    is_sqlite = parts.scheme == "sqlite" and not parts.netloc
    if value and not ((is_sqlite or parts.scheme == "postgresql") and len(parts.path) > 1):
        raise ValueError("is not sqlite:///path/to/file or postgresql://user:password@host:port/name")
    return value


def split(value: str) -> SplitResult:
    """The parts of an address. Raises ValueError for a port that is no number, which `urlsplit` leaves for later."""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  (raises)
    except ValueError as error:
        raise ValueError(f"is not an address: {error}") from None
    return parts


def secret(value: str) -> str:
    if value and len(value) < 32:
        raise ValueError("is too short: take at least 32 random characters, or leave it out to have one made")
    return value


def secrets_before(value: str) -> tuple[str, ...]:
    return tuple(map(secret, names(value)))


def address(value: str) -> str:
    parts = split(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("is not an address like https://crm.example.com")
    return f"{parts.scheme}://{parts.netloc}"


def names(value: str) -> tuple[str, ...]:
    return tuple(name for name in re.split(r"[,\s]+", value) if name)


def currency(value: str) -> str:
    if value not in get_global("all_currencies"):
        raise ValueError("is not a currency code like EUR")
    return value


def country(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", value) or value not in get_global("territory_zones"):
        raise ValueError("is not a country code like DE")
    return value


def time_zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (KeyError, OSError, ValueError):
        raise ValueError("is not a time zone like Europe/Berlin") from None


def language(value: str) -> str:
    if value.lower() not in LANG_INFO:
        raise ValueError("is not a language code like en or pt-br")
    return value.lower()


def yes_no(value: str) -> bool:
    if value.lower() in ("1", "yes", "true", "on"):
        return True
    if value.lower() in ("", "0", "no", "false", "off"):
        return False
    raise ValueError("is not yes or no")


def log(value: str) -> str:
    if value not in ("auto", "json", "text"):
        raise ValueError("is not auto, json or text")
    return value


def milliseconds(value: str) -> int:
    if not re.fullmatch(r"\d{1,6}", value):
        raise ValueError("is not a whole number of milliseconds")
    return int(value)


def count(value: str) -> int:
    if not re.fullmatch(r"\d{1,4}", value):
        raise ValueError("is not a whole number")
    return int(value)


def length(value: str) -> int:
    if not count(value):
        raise ValueError("is not a whole number of 1 and more")
    return int(value)


def token(value: str) -> str:
    if value and len(value) < 16:
        raise ValueError("is too short: take at least 16 random characters")
    return value


def ports(value: str) -> frozenset[int]:
    if not all(re.fullmatch(r"\d{1,5}", one) and 0 < int(one) < 65536 for one in names(value)):
        raise ValueError("is not a list of ports like 80, 443")
    return frozenset(map(int, names(value)))


def servers(value: str) -> frozenset[tuple[str, int]]:
    """Hosts, in small letters and an IPv6 address without its brackets, and ports."""
    found = [split(f"//{one}") for one in names(value)]
    if not all(one.hostname and one.port and one.netloc[-1].isdigit() and not one.path for one in found):
        raise ValueError("is not a list of servers like wiki.example.com:443, 10.0.0.5:8080")
    return frozenset((plain(one.hostname or ""), one.port or 0) for one in found)


def tiles(value: str) -> str:
    if value and not (value.startswith("https://") and all(part in value for part in ("{z}", "{x}", "{y}"))):
        raise ValueError("is not an address like https://tiles.example.com/{z}/{x}/{y}.png")
    if value and not re.fullmatch(r"[a-z0-9.-]+(:\d+)?", urlsplit(value).netloc):
        raise ValueError("names no single server")
    return value


def endpoint(value: str) -> str:
    parts = split(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or "@" in parts.netloc):
        raise ValueError("is not an address like https://models.example.com/v1")
    return value


def plain(host: str) -> str:
    """As the program writes it: of the ways to write an IPv6 address, the shortest."""
    return str(IPv6Address(host)) if ":" in host else host


@dataclass(frozen=True)
class Setting:
    """One setting: its word in the TOML file (in the environment: BODEGA_ and the word in capitals)."""

    name: str
    default: str
    read: Callable[[str], Any]
    help: str
    is_private: bool = False

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()


SETTINGS = (
    Setting("data_dir", "", folder, "Folder for the embedded database, files and the secret key."),
    Setting("database_url", "", database, "Where the records are: sqlite:///… or postgresql://…", is_private=True),
    Setting("secret_key", "", secret, "Signs sessions; at least 32 random characters.", is_private=True),
    Setting("secret_key_before", "", secrets_before, "Keys that went before it, still believed.", is_private=True),
    Setting("base_url", "http://127.0.0.1:8000", address, "The address under which people reach the pages."),
    Setting("hosts", "", names, "Further host names that the server answers to, with commas between them."),
    Setting("company", "", str, "The company's name, as it stands on every page."),
    Setting("currency", "EUR", currency, "The company's currency (ISO 4217)."),
    Setting("country", "DE", country, "The country that telephone numbers without a prefix belong to (ISO 3166)."),
    Setting("time_zone", "UTC", time_zone, "The time zone of people who have not chosen one."),
    Setting("language", "en", language, "The language of people who have not chosen one."),
    Setting("demo", "no", yes_no, "Whether the sample company's sign-in works."),
    Setting("trace", "no", yes_no, "Whether each reaction to an event is logged."),
    Setting("log", "auto", log, "How the log is written: json, text, or auto: text in a terminal, else json."),
    Setting("slow_query_ms", "1000", milliseconds, "Statements that take so long are logged; 0: none."),
    Setting("metrics_token", "", token, "Who sends it may read /metrics; at least 16 characters.", is_private=True),
    Setting("backup_keep", "0", count, "How many nightly copies are kept; 0: none are taken."),
    Setting("backup_dir", "", folder_if_given, "Folder for copies; by default `backups` in the data folder."),
    Setting("session_days", "14", length, "Days after which everybody signs in again."),
    Setting("session_idle_hours", "72", length, "Hours without use after which somebody signs in again."),
    Setting(
        "tiles", "", tiles, "Pictures for maps: an address with {z}, {x} and {y}; none: a map of the world of our own."
    ),
    Setting("tiles_by", "", str, "Whom those pictures are from, as it has to be told on the map."),
    Setting(
        "language_model_url",
        "",
        endpoint,
        "A language model that suggests facts, by chat completions; none: off.",
    ),
    Setting("language_model", "default", str, "The name of the model there."),
    Setting("language_model_key", "", str, "The key that the model's server asks for.", is_private=True),
    Setting("outgoing_ports", "80, 443", ports, "The ports that Bodega may call on other servers."),
    Setting("outgoing_allow", "", servers, "Servers inside your network that Bodega may call, as host:port."),
)


def load(environ: Mapping[str, str] | None = None) -> Config:
    """Reads and checks all settings; the environment wins over the file.

    Raises `ConfigError` with a line for every setting that is wrong.
    """
    environ = os.environ if environ is None else environ
    problems: list[str] = []
    given = dict(_from_file(environ.get(PREFIX + "CONFIG", ""), problems))
    given |= {s.name: (s.variable, environ[s.variable]) for s in SETTINGS if environ.get(s.variable, "").strip()}
    given.setdefault("data_dir", ("the default folder", default_data_dir()))
    values = {setting.name: _value(setting, given, problems) for setting in SETTINGS}
    if problems:
        raise ConfigError("\n".join(problems))
    values["database_url"] = values["database_url"] or f"sqlite:///{values['data_dir'] / 'bodega.sqlite3'}"
    values["backup_dir"] = values["backup_dir"] or values["data_dir"] / "backups"
    return Config(**values)


def _value(setting: Setting, given: Mapping[str, tuple[str, str]], problems: list[str]) -> Any:
    place, value = given.get(setting.name, ("", setting.default))
    try:
        return setting.read(value.strip())
    except ValueError as error:
        problems.append(f"{place}: '{_shown(setting, value)}' {error}")
        return None


def _shown(setting: Setting, value: str) -> str:
    if not setting.is_private:
        return value
    return re.sub(r"(?<=:)[^:@/]+(?=@)", "…", value) if setting.read is database else "…"


def _from_file(path: str, problems: list[str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """The settings in the TOML file as name → (file and line, text)."""
    if not path:
        return
    try:
        source = Path(path).expanduser().read_text("utf-8")
        table = tomllib.loads(source)
    except OSError as error:
        problems.append(f"{PREFIX}CONFIG: '{path}' can't be read: {error.strerror}")
        return
    except ValueError as error:
        problems.append(f"{path}: {error}")
        return
    for name, value in table.items():
        place = f"{path} line {_line_of(name, source)}"
        if name not in {setting.name for setting in SETTINGS}:
            problems.append(f"{place}: there is no setting '{name}'{_did_you_mean(name)}")
        elif (written := _as_text(value)) is None:
            problems.append(f"{place}: {name} must be a text in quotes, true, false or a list of texts")
        else:
            yield name, (f"{place}: {name}", written)


def _as_text(value: object) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ",".join(value)
    return value if isinstance(value, str) else None


def _line_of(name: str, source: str) -> int:
    found = re.search(rf"^[ \t]*[\"'\[]*{re.escape(name)}\b", source, re.MULTILINE)
    return source.count("\n", 0, found.start()) + 1 if found else 1


def _did_you_mean(name: str) -> str:
    near = get_close_matches(name.lower(), [setting.name for setting in SETTINGS], n=1)
    return f"; did you mean '{near[0]}'?" if near else ""

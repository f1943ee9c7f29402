"""How the columns of a file become fields: read from a recipe or a form, checked, written back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from bodega.lib.text import closest

MODES = ("both", "create", "update")
DAYS = ("ymd", "dmy", "mdy")
MARKS = (".", ",")
FEED_KEYS = ("field", "by", "format", "times", "default", "values", "create")
STEP_KEYS = ("type", "file", "sheet", "encoding", "delimiter", "match", "mode", "only", "columns", "set", "rows")


class MappingError(ValueError):
    """What is wrong in a mapping: where it stands, and what was expected there."""

    def __init__(self, at: str, problem: str) -> None:
        super().__init__(f"{at}: {problem}" if at else problem)


@dataclass(frozen=True)
class Feed:
    """What one column of the file (`source`), or a fixed `text`, gives to one field.

    `field` may be a part: `address.city`, `amount.currency`, `lines.product`. A reference is looked up `by` a field
    of the records referred to. `format` is the order of a date ("dmy") or the decimal mark (","). Numbers are
    multiplied by `times`. `values` replaces texts; `default` stands for an empty cell; with `create`, what is named and
    not there is made. A fixed text may name columns: "{product} {account}".
    """

    field: str
    source: str = ""
    text: str = ""
    by: str = ""
    format: str = ""
    times: str = ""
    default: str = ""
    values: Mapping[str, str] = made_by(default_factory=dict)
    create: bool = False

    def written(self) -> Any:
        """As a recipe has it."""
        more = {key: value for key in FEED_KEYS[1:] if (value := getattr(self, key))}
        return {"field": self.field, **more} if more else self.field


@dataclass(frozen=True)
class Step:
    """One file, or the `rows` written in the recipe, and the record type it goes into.

    `match` are the fields that, all together, tell whether a record is there already; None leaves it to the type, ()
    means that every line is new. Lines that have nothing in one of the columns `only` are left out.
    """

    type: str
    feeds: tuple[Feed, ...] = ()
    match: tuple[str, ...] | None = None
    mode: str = "both"
    file: str = ""
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    only: tuple[str, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()

    def written(self) -> dict[str, Any]:
        """As a recipe has it, without rows: the file is kept elsewhere."""
        columns: dict[str, list[Any]] = {}
        for feed in self.feeds:
            if feed.source:
                columns.setdefault(feed.source, []).append(feed.written())
        plain = {key: value for key in ("sheet", "encoding", "delimiter") if (value := getattr(self, key))}
        return {
            "type": self.type,
            **plain,
            **({} if self.match is None else {"match": [*self.match]}),
            "mode": self.mode,
            **({"only": [*self.only]} if self.only else {}),
            "columns": {source: found[0] if len(found) == 1 else found for source, found in columns.items()},
            "set": {
                feed.field: {"text": feed.text, "by": feed.by} if feed.by else feed.text
                for feed in self.feeds
                if not feed.source
            },
        }


def read_step(given: Any, *, at: str = "") -> Step:
    """A step from a recipe, a command or a form. Raises MappingError; whether the fields exist is asked later."""
    table = expect(given, dict, at)
    refuse_unknown(table, STEP_KEYS, at)
    plain = {key: text_at(table, key, at) for key in ("type", "file", "sheet", "encoding", "delimiter")}
    if not plain["type"]:
        raise MappingError(at, _("“type” is missing; name a record type, such as parties.person."))
    mode = text_at(table, "mode", at) or "both"
    one_of(mode, MODES, f"{at} mode")
    rows = tuple(
        read_row(row, f"{at} rows[{n}]") for n, row in enumerate(expect(table.get("rows", []), list, f"{at} rows"))
    )
    only = tuple(expect(name, str, f"{at} only") for name in expect(table.get("only", []), list, f"{at} only"))
    feeds = read_feeds(table, rows, at)
    return Step(match=read_match(table, at), mode=mode, feeds=feeds, only=only, rows=rows, **plain)


def read_match(table: Mapping[str, Any], at: str) -> tuple[str, ...] | None:
    given = table.get("match")
    if given is None:
        return None
    words = given.replace(",", " ").split() if isinstance(given, str) else expect(given, list, f"{at} match")
    return tuple(expect(word, str, f"{at} match") for word in words)


def read_feeds(table: Mapping[str, Any], rows: Sequence[Mapping[str, str]], at: str) -> tuple[Feed, ...]:
    """Those of the columns, then the fixed ones; rows written in the recipe name fields, unless it says otherwise."""
    own = {name: name for row in rows for name in row}
    columns = expect(table.get("columns", own), dict, f"{at} columns")
    fixed = expect(table.get("set", {}), dict, f"{at} set")
    found = [
        feed for source, given in columns.items() for feed in read_column(source, given, f"{at} columns.“{source}”")
    ]
    return (*found, *(read_fixed(name, given, f"{at} set.“{name}”") for name, given in fixed.items()))


def read_fixed(name: str, given: Any, at: str) -> Feed:
    """A text, or one with the field `by` which the record that it names is found."""
    table = given if isinstance(given, dict) else {"text": given}
    refuse_unknown(table, ("text", "by"), at)
    return Feed(name, text=as_text(table.get("text", given), at), by=text_at(table, "by", at))


def read_column(source: str, given: Any, at: str) -> list[Feed]:
    """One column feeds a field, several fields, or, with "", none."""
    if isinstance(given, list):
        return [feed for one in given for feed in read_column(source, one, at)]
    table = {"field": given} if isinstance(given, str) else expect(given, dict, at)
    refuse_unknown(table, FEED_KEYS, at)
    name = text_at(table, "field", at)
    if not name:
        return []
    values = expect(table.get("values", {}), dict, f"{at} values")
    return [
        Feed(
            name,
            source=source,
            by=text_at(table, "by", at),
            format=read_format(text_at(table, "format", at), at),
            times=read_times(table.get("times"), at),
            default=as_text(table.get("default", ""), f"{at} default"),
            values={key.strip(): as_text(value, f"{at} values") for key, value in values.items()},
            create=expect(table.get("create", False), bool, f"{at} create"),
        )
    ]


def read_format(text: str, at: str) -> str:
    if text:
        one_of(text, (*DAYS, *MARKS), f"{at} format")
    return text


def read_times(given: Any, at: str) -> str:
    try:
        return str(Decimal(str(given))) if given is not None else ""
    except InvalidOperation:
        raise MappingError(f"{at} times", _("“%(found)s” is not a number.") % {"found": given}) from None


def read_row(given: Any, at: str) -> dict[str, str]:
    return {key: as_text(value, f"{at}.{key}") for key, value in expect(given, dict, at).items()}


def as_text(given: Any, at: str) -> str:
    """A value in a recipe as the text that a file would have."""
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, list):
        return ", ".join(as_text(one, at) for one in given)
    if isinstance(given, str | int | float | date):
        return str(given)
    raise MappingError(at, _("expected a text or a number, found %(found)s.") % {"found": type(given).__name__})


NAMES = {dict: "a table", list: "a list", str: "a text", bool: "true or false"}


def expect(given: Any, kind: type[Any], at: str) -> Any:
    if not isinstance(given, kind):
        raise MappingError(
            at,
            _("expected %(kind)s, found %(found)s.")
            % {"kind": NAMES[kind], "found": NAMES.get(type(given), repr(given))},
        )
    return given


def text_at(table: Mapping[str, Any], key: str, at: str) -> str:
    return str(expect(table.get(key, ""), str, f"{at} {key}"))


def refuse_unknown(table: Mapping[str, Any], known: Sequence[str], at: str) -> None:
    for key in table:
        one_of(key, known, at)


def one_of(word: str, known: Iterable[str], at: str) -> None:
    """Refuse a word that is not known, with the one that was probably meant."""
    known = [*known]
    if word not in known:
        raise MappingError(at, unknown(word, known))


def unknown(word: str, known: Sequence[str]) -> str:
    near = closest(word, known)
    if near:
        return _("there is no “%(word)s”; did you mean “%(near)s”?") % {"word": word, "near": near}
    return _("there is no “%(word)s”; there are: %(names)s.") % {"word": word, "names": ", ".join(known[:40])}

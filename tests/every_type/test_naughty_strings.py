"""Whatever a person types stays what it is, in every text field of every type: stored, told in history, found again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from bodega.kernel import change, registry
from bodega.kernel.kinds import Asking, JsonData, LongText, RichText, Text
from bodega.kernel.models import ChangeRow
from bodega.kernel.record import RecordType
from bodega.platform.worktime.asking import WEEK
from tests import specimens
from tests.personas import People

pytestmark = pytest.mark.slow

MADE_UP = [
    "Robert'); DROP TABLE people;--",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "%s %(x)s %d",
    "\\",
    "''",
    '"',
    "=1+1",
    "-- x",
    "Ünï çødé ß İ ı ſ",
    "田中さん",
    "مرحبا",
    "👩‍👩‍👧‍👦",
    "\u202eabc",
    "\ufeffBOM",
    "a\u0301",
    "NULL",
    "None",
    "0",
    "1e999",
    "⁰⁴⁵",
    "\t tab",
    "a\r\nb",
]
OWN = {"kernel.user": {"login"}, "kernel.field": {"type", "word", "target", "kind"}, "kernel.type": {"slug", "icon"},
       "kernel.option": {"set", "key"}, "kernel.rate": {"name"}, "kernel.rule": {"question"},
       "audit.mark": {"type", "field"}, "views.view": {"question", "sort", "columns", "by", "show"},
       "memory.topic": {"key"}, "memory.sensitive_topic": {"key"},
       "worktime.working_time": {*WEEK, "holidays"}}  # fmt: skip
SPECIAL = {"external_id", "time_zone", "language", "code"}


def text_fields(type_: RecordType) -> list[str]:
    """The fields that take any text: not e-mail addresses and the like, which have a form of their own."""
    plain = {Text, LongText}
    return [
        name
        for name, kind in type_.fields().items()
        if type(kind) in plain and kind.editable and name not in SPECIAL | OWN.get(type_.key, set())
    ]


def strings(shared_file: Path | None) -> list[str]:
    found = json.loads(shared_file.read_text()) if shared_file else MADE_UP
    return [text for text in found if text.strip() and "\x00" not in text]


KEYS = [key for key, found in registry.DECLARED.items() if found.form]


@pytest.mark.parametrize("key", KEYS)
def test_made_up_strings_survive(key: str, people: People) -> None:
    survive(registry.type_of(key), strings(None), people)


@pytest.mark.slow
@pytest.mark.parametrize("key", [key for key in KEYS if key != "kernel.rule"])  # there are fifty at most
def test_the_big_list_survives(key: str, people: People, shared: Path) -> None:
    survive(registry.type_of(key), strings(shared / "corpora" / "naughty-strings" / "blns.json"), people)


def survive(type_: RecordType, texts: Sequence[str], people: People) -> None:
    specimens.create(registry.type_of("parties.organisation"), 90, actor=people.anna)
    specimens.create(registry.type_of("parties.person"), 91, actor=people.anna)
    for name in text_fields(type_):
        kind = type_.fields()[name]
        fitting = [text for text in texts if not (isinstance(kind, Text) and kind.length and len(text) > kind.length)]
        parsed = [kind.parse(text, actor=people.anna) for text in fitting]
        assert parsed == fitting
        drafts = [change.Draft(None, own(type_, name, text, at, people)) for at, text in enumerate(fitting)]
        found = change.save_many(type_, drafts, actor=people.anna)
        assert [(draft.values[name], draft.problem) for draft in found.problems] == []
        rows = type_.read(type_.rows(people.anna).filter(pk__in=found.created).order_by("pk"), [name])
        assert [row.values[name] for row in rows] == fitting
        told = ChangeRow.objects.filter(type=type_.key, record_id__in=found.created).order_by("record_id")
        assert [row.new[name] for row in told if row.new] == fitting
        asked(type_, name, rows, people)


def own(type_: RecordType, name: str, text: str, number: int, people: People) -> dict[str, Any]:
    """A specimen with the text in one field, and with what must be unique made so."""
    unique = f"{name}{number}".replace("_", "")
    made = specimens.values(type_, number, actor=people.anna) | {"external_id": unique}
    made |= {field: unique for field in ("login", "slug", "word") if field in made}
    if type_.key == "kernel.option":
        made |= {"set": f"tests.{name}", "key": unique}
    if type_.key == "kernel.rate":
        made["since"] = specimens.DAY + timedelta(days=number)
    return made | {name: text}


def asked(type_: RecordType, name: str, rows: Sequence[Any], people: People) -> None:
    """Asking for the text finds its record (and those that differ by case and accents only)."""
    kind = type_.fields()[name]
    for row in rows[:: max(len(rows) // 12, 1)]:
        text = row.values[name]
        condition = kind.condition("is", kind.operand(text, actor=people.anna), asking=Asking(people.anna))
        assert type_.rows(people.anna).filter(condition, pk=row.id).exists()


def test_what_no_database_can_keep_is_refused_with_a_sentence(people: People) -> None:
    kind = registry.type_of("products.product").fields()["name"]
    for text in ("a\x00b", "\ud800"):
        with pytest.raises(ValidationError, match="Remove it"):
            kind.parse(text, actor=people.anna)


def test_what_no_database_can_keep_is_refused_within_json_too(people: People) -> None:
    kind = JsonData(name="data")
    for text in (r'{"a": ["\u0000"]}', r'{"\ud800": 1}'):
        with pytest.raises(ValidationError, match="Remove it"):
            kind.parse(text, actor=people.anna)
    assert kind.parse(r'{"a": "\\u0000"}', actor=people.anna) == {"a": r"\u0000"}


def test_rich_text_is_cleaned_and_then_stays_as_it_is(people: People) -> None:
    kind = RichText(name="text")
    once = kind.parse('<p onclick="x()">Hi <script>alert(1)</script><b>you</b></p>', actor=people.anna)
    assert (once, kind.parse(once, actor=people.anna)) == ("<p>Hi <b>you</b></p>", once)

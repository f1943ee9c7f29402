"""What somebody sends who wants something else to happen than is offered, by sort; with a mark to be looked for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

MARK = "zq7x"
"""Stands in what is sent. In a statement it may stand among the parameters only."""

SQL = [
    "zq7x' OR '1'='1", "zq7x'; DROP TABLE kernel_user; --", 'zq7x" OR ""="', "zq7x') OR ('1'='1", "1 OR 1=1 /*zq7x*/",
    "1) UNION SELECT password FROM kernel_user -- zq7x", "zq7x\\' OR 1=1 --", "zq7x%' ESCAPE '!", "zq7x%_%", "zq7x''",
    "zq7x`", "zq7x]", "zq7x;", "zq7x--", "zq7x/*", "*/zq7x", "zq7x%s", "zq7x%(pk)s", "%", "%%zq7x", "zq7x?", "zq7x:a",
    "zq7x$1", "$$zq7x$$", "zq7x::int", "E'zq7x'", "x'7a7137'zq7x", "U&'zq7x'", "zq7x || pg_sleep(9)", "N'zq7x'",
    "zq7x\u02bc OR 1=1", "zq7x\u2019 OR 1=1", "zq7x\uff07 OR 1=1", "zq7x\u00bf\u0027 OR 1=1",
]  # fmt: skip
NAMES = [
    "owner__password__startswith", "password", "-password", "owner__password", "owner.password",
    "owner__login__regex",
    "pk__in", "name__regex", "name__zq7x", "-zq7x", "zq7x DESC", "id DESC", "random()", "?", "-?", "(SELECT 1)", "1",
    'name" DESC, "zq7x', "name COLLATE zq7x", "custom->>'zq7x'", "custom__zq7x", "name,password", "version",
    "deleted_at", "_state", "__class__", "pk", "created_at.zq7x", "stage.owner.password", "count zq7x",
    "sum password",
    "lines.zq7x", "zq7x.name", "extra(select=zq7x)", "id;zq7x", "*", "**zq7x", "Meta", "objects",
]  # fmt: skip
QUESTIONS = [
    'name:"zq7x\' OR 1=1"', "name:zq7x' name:", "password:zq7x", "owner.password:zq7x*", "owner(password:zq7x)",
    "zq7x(", "((((((((((zq7x", "name:(zq7x or", "-" * 300 + "zq7x", "not " * 200 + "zq7x", "(" * 900, "name:" * 200,
    '"' * 999, "name>" * 100, "was(" * 60 + "zq7x", "tasks(" * 60 + "zq7x", "count(lines zq7x)>2", "changed(zq7x)",
    "{zq7x}", "name:{zq7x}", "amount>zq7x", "amount:1..zq7x", "id:99999999999999999999", "owner:zq7x", "a or " * 300,
    "created_at>9999-12-31", "created_at<-999999999d", "created_at>+99999999999y", "name:,,,,zq7x,",
]  # fmt: skip
NUMBERS = [
    "-1", "0", "-0", "9" * 30, "-" + "9" * 19, "9223372036854775808", "2147483648", "1e999", "NaN", "Infinity",
    "0x1F", "1_000", "+1", " 1 ", "\u0661\u0662", "\u00b2", "1.", ".5", "1,5", "1e-400", "9" * 5000,
]  # fmt: skip
TEXTS = [
    "\0", "zq7x\0zq7x", "zq7x\r\nSet-Cookie: zq7x=1", "\ufeffzq7x", "\u202ezq7x", "\ud800zq7x".encode(
        "utf-8", "surrogatepass").decode("latin-1"), "zq7x\U0010ffff", "\x1b[31mzq7x", "e" + "\u0301" * 500,
    "zq7x" * 5000,
    "\u200b", " ", "\t\n", "\u2028zq7x", "\ufdfd" * 300, "{{7*7}}zq7x", "{% debug %}zq7x", "${7*7}zq7x",
    "{0.__class__}zq7x",
    "{zq7x!r:>9999999}", "%(zq7x)9999999d", "%n%n%nzq7x", "<script>zq7x</script>", "<!--zq7x", "]]>zq7x", "&zq7x;",
    "javascript:zq7x", "//zq7x.example", "https://zq7x.example", "\\\\zq7x.example", "/\\zq7x.example",
    "../../etc/passwd",
    "..\\..\\zq7x", "file:///zq7x", "zq7x@zq7x@zq7x", "#-1", "#zq7x", "#99999999999999999999", "parties.person#zq7x",
    "kernel.user#1", "zq7x.zq7x#1", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!zq7x", "(a+)+$", "1" * 400 + "zq7x",
    "a@" + "a." * 400, "+49" + "0" * 400, "http://" + "a" * 3000, "9999-99-99", "0000-00-00", "2026-02-30T25:61:61Z",
    "99999-01-01", "=cmd|' /C calc'!A0 zq7x", "@SUM(1+9)*zq7x", "-2+3+zq7x", "=HYPERLINK(\"zq7x\")", "\t=1+zq7x",
    "\r=1+zq7x",
]  # fmt: skip
NESTED = ["[" * 3000, "[" * 3000 + "]" * 3000, '{"a":' * 3000, '{"a":' * 900 + "1" + "}" * 900, "[[[[[[zq7x"]
JSON_TEXTS = [
    '"zq7x"', "null", "true", "[]", "{}", '["zq7x"]', '{"zq7x": 1}', "1e400", "-0.0", "1" * 400, '[null]', '[[]]',
    '[{}]',
    '{"id": "zq7x"}', '{"type": "kernel.user", "id": "1"}', '{"$ne": null}', '{"__class__": "zq7x"}', '"\\u0000"',
    '"\\ud800"', '{"amount": "zq7x", "currency": "EUR"}', '{"amount": "1e9999", "currency": "zq7x"}',
    '{"op": "is", "field": "owner__password", "value": "zq7x"}', '[{"id": "1", "zq7x": 1}]',
]  # fmt: skip


def own() -> Sequence[str]:
    """All of ours."""
    return [*SQL, *NAMES, *QUESTIONS, *NUMBERS, *TEXTS, *NESTED, *JSON_TEXTS]


def further() -> Iterator[str]:
    """Those of a file that BODEGA_PAYLOADS names: one a line, or a list of texts as JSON."""
    if name := os.environ.get("BODEGA_PAYLOADS"):
        text = Path(name).read_text("utf-8", "surrogateescape")
        yield from json.loads(text) if name.endswith(".json") else text.splitlines()


def of_corpora(shared: Path) -> Iterator[str]:
    """Naughty strings, and cells that a spreadsheet would run."""
    yield from json.loads((shared / "corpora/naughty-strings/blns.json").read_text("utf-8"))
    yield from formulas(shared)


def formulas(shared: Path) -> Sequence[str]:
    return (shared / "corpora/csv-injection/Intruder_csv-payload.txt").read_text("utf-8").splitlines()

"""The rules of the house that a linter does not know, read off the source itself.

Each rule finds nodes of the syntax tree that it forbids. Where one is right all the same, the exceptions of that rule
name the place and the reason.
"""

from __future__ import annotations

import ast
import tokenize
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "bodega"
Found = Iterator[tuple[int, str]]


@dataclass(frozen=True)
class Module:
    """One file of the source: its name below `src/bodega`, its tree, and the comment of each line."""

    name: str
    tree: ast.Module
    comments: Mapping[int, str]

    def nodes(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)


@dataclass(frozen=True)
class Rule:
    """What is forbidden, why, and where it is right all the same (a pattern of file names → the reason)."""

    name: str
    why: str
    find: Callable[[Module], Found]
    exceptions: Mapping[str, str] = field(default_factory=dict)

    def broken_in(self, module: Module) -> list[str]:
        if any(fnmatch(module.name, pattern) for pattern in self.exceptions):
            return []
        return [f"src/bodega/{module.name}:{line}: {what}. {self.why}" for line, what in self.find(module)]


@cache
def modules() -> tuple[Module, ...]:
    """All modules of ours, without migrations (written by Django) and tests."""
    paths = (path for path in sorted(SOURCE.rglob("*.py")) if not {"migrations", "tests"} & set(path.parts))
    return tuple(read(path.relative_to(SOURCE).as_posix(), path.read_text("utf-8")) for path in paths)


def read(name: str, source: str) -> Module:
    words = tokenize.generate_tokens(iter(source.splitlines(keepends=True)).__next__)
    comments = {word.start[0]: word.string for word in words if word.type == tokenize.COMMENT}
    return Module(name, ast.parse(source), comments)


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a name or an attribute; calls on the way are left out (`rows().filter` is `rows.filter`)."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return dotted(node.func)
    return node.id if isinstance(node, ast.Name) else ""


def calls(module: Module) -> Iterator[tuple[int, str, ast.Call]]:
    for node in module.nodes():
        if isinstance(node, ast.Call):
            yield node.lineno, dotted(node.func), node


def named(module: Module, words: frozenset[str]) -> Found:
    """Uses of attributes and plain names in `words`."""
    for node in module.nodes():
        word = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if word in words:
            yield node.lineno, f"`{word}`"  # type: ignore[attr-defined]


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in module.nodes():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
WRITES = frozenset({"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create"})
CLOCKS = (
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "date.today",
    "timezone.now",
    "timezone.localdate",
    "time.time",
)
PAGES = ("django.http", "django.shortcuts", "django.template", "django.urls", "django.views", "django_htmx")
NOT_FOR = {
    "lib/": (*PAGES, "django.conf", "django.contrib", "django.core", "django.db", "django.forms"),
    "kernel/": PAGES,
    "platform/": PAGES,
}
WORLDLY = (
    "aiohttp", "ftplib", "http.client", "httpcore", "httpx", "imaplib", "nntplib", "poplib", "requests", "smtplib",
    "socket", "ssl", "telnetlib", "urllib.request", "urllib3", "websockets", "xmlrpc.client",
    "django.core.mail", "logging.handlers",
)  # fmt: skip
EMPTY_NAMES = frozenset({"utils", "helpers", "manager", "managers", "common", "misc"})


def find_managers(module: Module) -> Found:
    return named(module, MANAGERS)


def find_writes(module: Module) -> Found:
    """`x.save()`, `x.bulk_create()`, `x.objects….create()`, `….update()` and `….delete()`, but not `change.save()`."""
    for line, name, _ in calls(module):
        *before, last = name.split(".")
        on_rows = bool(MANAGERS & set(before)) and last in {"create", "update", "delete"}
        if (last in WRITES and before and before[-1] not in {"change", "form"}) or on_rows:
            yield line, f"`{name}()`"


def find_unescaped(module: Module) -> Found:
    """`mark_safe(…)` and `SafeString(…)`, unless the text is a constant."""
    for line, name, call in calls(module):
        is_constant = len(call.args) == 1 and isinstance(call.args[0], ast.Constant)
        if name.split(".")[-1] in {"mark_safe", "SafeString", "SafeText"} and not is_constant:
            yield line, f"`{name}()`"


def find_clocks(module: Module) -> Found:
    for line, name, _ in calls(module):
        if any(name == clock or name.endswith(f".{clock}") for clock in CLOCKS):
            yield line, f"`{name}()`"


def find_signals(module: Module) -> Found:
    for node in module.nodes():
        if isinstance(node, ast.ImportFrom) and node.module in {"django.db.models.signals", "django.dispatch"}:
            yield node.lineno, f"imports from {node.module}"


def find_magic(module: Module) -> Found:
    for node in module.nodes():
        if isinstance(node, ast.ClassDef):
            yield from (
                (node.lineno, f"class {node.name} has a metaclass") for word in node.keywords if word.arg == "metaclass"
            )
            if dotted_bases(node) & {"Model", "Record"}:
                overrides = (item for item in node.body if isinstance(item, ast.FunctionDef))
                yield from (
                    (item.lineno, f"{node.name}.{item.name}") for item in overrides if item.name in {"save", "delete"}
                )


def dotted_bases(node: ast.ClassDef) -> set[str]:
    return {dotted(base).split(".")[-1] for base in node.bases}


def find_positional_actors(module: Module) -> Found:
    for function in functions(module):
        positional = function.args.posonlyargs + function.args.args
        if "actor" in {argument.arg for argument in positional}:
            yield function.lineno, f"`{function.name}` takes `actor` by position"


def find_unreasoned_imports(module: Module) -> Found:
    for function in functions(module):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                comment = module.comments.get(node.end_lineno or node.lineno, "")
                if not comment.partition("  (" if "noqa" in comment else "#")[2].strip():
                    yield node.lineno, f"`{function.name}` imports inside without saying why"


def find_upward_parts_of_django(module: Module) -> Found:
    """import-linter knows who imports whom among us; this is what the lower layers may take from Django."""
    banned = next((parts for layer, parts in NOT_FOR.items() if module.name.startswith(layer)), ())
    for node in module.nodes():
        words = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        words += [name.name for name in node.names] if isinstance(node, ast.Import) else []
        for word in words:
            if any(word == part or word.startswith(f"{part}.") for part in banned):
                yield node.lineno, f"{module.name.split('/')[0]} imports {word}"  # type: ignore[attr-defined]


def find_calls_of_the_world(module: Module) -> Found:
    """Imports of what connects to another machine, and the loop's own way of doing so."""
    for node in module.nodes():
        if isinstance(node, ast.Import):
            yield from ((node.lineno, f"imports {one.name}") for one in node.names if reaches_out(one.name))
        elif isinstance(node, ast.ImportFrom):
            names = (f"{node.module}.{one.name}" for one in node.names)
            yield from ((node.lineno, f"imports {name}") for name in names if reaches_out(name))
    for line, name, _ in calls(module):
        if name.split(".")[-1] in {"open_connection", "open_unix_connection", "create_connection", "sock_connect"}:
            yield line, f"`{name}()`"


def find_ways_in(module: Module) -> Found:
    """Django's own functions that make a browser somebody's, or nobody's."""
    for node in module.nodes():
        if isinstance(node, ast.ImportFrom) and node.module == "django.contrib.auth":
            yield from ((node.lineno, f"imports {one.name}") for one in node.names if one.name in {"login", "logout"})


def reaches_out(name: str) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in WORLDLY)


def find_empty_names(module: Module) -> Found:
    if EMPTY_NAMES & set(module.name.removesuffix(".py").split("/")):
        yield 1, "the name says nothing"


RULES = (
    Rule(
        "one door for reading",
        "Read through `type.rows(actor)`, which knows who may see what.",
        find_managers,
        {
            "kernel/*": "the doors themselves, and the tables beneath them",
            "platform/*": "tables of services, which are no records",
            "surfaces/transfer/runs.py": "imports and what was wrong in them, which are no records",
            "surfaces/api/keeping.py": "answers that are kept for a day, which are no records",
            "surfaces/search/*": "what is searched is made from all records, and read by the rights of who asks",
            "apps/*/actions.py": "an action has checked its actor",
            "apps/*/queries.py": "joins and sums, which start from rows(actor)",
            "apps/*/jobs.py": "the program itself is acting",
            "apps/*/reactions.py": "the program itself is acting",
            "apps/*/drafting.py": "what a draft follows from (the stages of a pipeline) is not shown to anybody",
            "apps/activity/projection.py": "the timeline is made from history, for whoever may read it later",
            "apps/activity/closeness.py": "a roll-up of the timeline, told to whoever sees the customer",
            "apps/memory/suggesting.py": "suggestions, which are no records, read by the rights of their interaction",
            "surfaces/transfer/*": "an import's own progress and refused lines, which are no records",
            "web/health.py": "the doctor counts jobs and workers, which are no records",
        },
    ),
    Rule(
        "one door for writing",
        "Write through `change`, called by an action: rows and history together, or not at all.",
        find_writes,
        {
            "kernel/*": "the door itself, and the tables beneath it",
            "platform/*": "tables of services, which are no records",
            "surfaces/transfer/runs.py": "imports and what was wrong in them, which are no records",
            "surfaces/api/keeping.py": "answers that are kept for a day, which are no records",
            "surfaces/search/making.py": "what is searched is made from the records and may be made again at any time",
            "apps/activity/projection.py": "the timeline is made from history and may be made again at any time",
            "apps/memory/suggesting.py": "suggestions are made from interactions and may be made again at any time",
            "surfaces/transfer/*": "an import's own progress and refused lines, which are no records",
        },
    ),
    Rule(
        "no unescaped text",
        "Use `format_html`, or a component.",
        find_unescaped,
        {
            "lib/markup.py": "where texts are escaped",
            "kernel/kinds/texts.py": "rich text, cleaned by lib.html on its way out",
            "surfaces/html/components.py": "the components, which escape every value they are given",
            "surfaces/html/templatetags/*": "what stands inside a block tag was escaped by the template",
        },
    ),
    Rule(
        "one clock",
        "Ask `bodega.lib.clock`, which tests and seeding can set.",
        find_clocks,
        {"lib/*": "the clock itself"},
    ),
    Rule("no signals", "Say what happens where it happens, or write a reaction to an event.", find_signals),
    Rule("no magic", "A model is plain: no save() or delete() of its own, no metaclass.", find_magic),
    Rule(
        "the actor is named",
        "`actor` is keyword-only, so that nobody passes another value for it.",
        find_positional_actors,
        {
            "kernel/access.py": "the actor is what it is about",
            "kernel/record.py": "`rows(actor)`: the door for reading takes nothing else",
        },
    ),
    Rule(
        "imports stand at the top",
        "Say in a comment on the line which cycle or slow import it is.",
        find_unreasoned_imports,
    ),
    Rule(
        "the lower layers make no pages",
        "Let an upper layer do it.",
        find_upward_parts_of_django,
        {
            "lib/expressions.py": "SQL that Django's ORM does not say, for any project",
            "lib/prepared.py": "statements on their way to the driver, for any project",
        },
    ),
    Rule(
        "one way out",
        "Call another address through `bodega.platform.outgoing`, which goes nowhere inside the company's network.",
        find_calls_of_the_world,
        {
            "platform/outgoing/calling.py": "the way out itself",
            "platform/jobs/worker.py": "the name of this machine, for the list of workers",
            "platform/neighbours.py": "the server's own processes, by sockets in a folder of theirs",
            "web/supervisor.py": "the socket on which the server listens",
            "web/commands/web.py": "the same, in a process of its own",
        },
    ),
    Rule(
        "one way in",
        "Sign people in and out by `signing_in.begin` and `end`, which write it down.",
        find_ways_in,
        {"platform/accounts/signing_in.py": "the way in itself"},
    ),
    Rule("names say something", "Name the module for what it does.", find_empty_names),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_nobody_breaks(rule: Rule) -> None:
    broken = [line for module in modules() for line in rule.broken_in(module)]
    assert not broken, "\n" + "\n".join(broken)


EXAMPLES = [
    ("one door for reading", "def f():\n    return Person.objects.filter(x=1)\n", [2]),
    ("one door for writing", "person.save()\nchange.save(p, {}, actor=a)\nP.objects.filter(x=1).update(x=2)\n", [1, 3]),
    ("one door for writing", "P.objects.bulk_create(rows)\nseen.update(x)\ncache.delete(1)\n", [1]),
    ("no unescaped text", "mark_safe('<b>')\nmark_safe(f'<b>{name}')\nsafestring.SafeString(name)\n", [2, 3]),
    ("one clock", "datetime.now(UTC)\ndatetime.datetime.now()\nclock.now()\ntimezone.now()\n", [1, 2, 4]),
    ("no signals", "from django.db.models.signals import post_save\n", [1]),
    ("no magic", "class A(models.Model):\n    def save(self): ...\nclass B(metaclass=C): ...\n", [2, 3]),
    ("the actor is named", "def f(x, actor): ...\ndef g(x, *, actor): ...\n", [1]),
    (
        "one way out",
        "import os, socket\nimport urllib.request as u\nfrom urllib import parse, request\nimport socketserver\n",
        [1, 2, 3],
    ),
    (
        "one way out",
        "from urllib3 import x\nimport urllib.parse\nasyncio.open_connection('h', 1)\n",
        [1, 3],
    ),
    ("one way in", "from django.contrib.auth import authenticate, login\nfrom django.contrib import auth\n", [1]),
    (
        "imports stand at the top",
        "def f():\n    import a\n    import b  # a cycle\n    import c  # noqa: F401\n",
        [2, 4],
    ),
]


@pytest.mark.parametrize(("rule", "source", "lines"), EXAMPLES)
def test_a_rule_finds_what_it_forbids(rule: str, source: str, lines: list[int]) -> None:
    found = next(one for one in RULES if one.name == rule).find(read("made_up.py", source))
    assert sorted(line for line, _ in found) == lines

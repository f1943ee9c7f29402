"""Counts the lines of the source and fails where a part, a file or a function has outgrown its budget."""

from __future__ import annotations

import ast
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from math import ceil
from pathlib import Path
from statistics import median

SOURCE = Path(__file__).resolve().parents[1] / "src" / "bodega"
FILE_LINES = 500
FUNCTION_LINES = 60
FUNCTION_LINES_95 = 35
FUNCTION_LINES_MEDIAN = 8
KERNEL, HTML, SURFACE = 6000, 4000, 1500  # lines of code: docs/decisions/0017-budgets.md
SILENT = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER,
}  # fmt: skip


@dataclass(frozen=True)
class Function:
    """One `def` and how many lines it takes, from its first decorator to its last line."""

    name: str
    place: str
    lines: int


def sources(folder: Path) -> list[Path]:
    """Python files of ours: without migrations, which Django writes, and without tests."""
    return sorted(path for path in folder.rglob("*.py") if not {"migrations", "tests"} & set(path.parts))


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield Function(node.name, f"{shown(path)}:{node.lineno}", (node.end_lineno or first) - first + 1)


def shown(path: Path) -> str:
    return str(path.relative_to(SOURCE.parents[1]))


def lines(path: Path) -> int:
    return path.read_text("utf-8").count("\n")


def code(path: Path) -> int:
    """Lines that hold code: no blank line, no comment, no docstring."""
    text = path.read_text("utf-8")
    told = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    held = {
        line
        for token in tokenize.generate_tokens(StringIO(text).readline)
        if token.type not in SILENT
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(held - told)


def parts() -> Iterator[tuple[str, int, int]]:
    """(folder, lines of code, budget) of the kernel and of every surface."""
    yield "kernel", sum(map(code, sources(SOURCE / "kernel"))), KERNEL
    for entry in sorted((SOURCE / "surfaces").iterdir()):
        size = sum(map(code, sources(entry))) if entry.is_dir() else code(entry)
        if size:
            yield f"surfaces/{entry.name}", size, HTML if entry.name == "html" else SURFACE


def percentile(values: list[int], share: float) -> int:
    return sorted(values)[ceil(len(values) * share) - 1]


def main() -> int:
    files = sources(SOURCE)
    found = [function for path in files for function in functions(path)]
    sizes = [function.lines for function in found]
    over = [
        f"{shown(path)} has {lines(path)} lines; a file has at most {FILE_LINES}"
        for path in files
        if lines(path) > FILE_LINES
    ]
    over += [
        f"{f.place} {f.name} has {f.lines} lines; a function has at most {FUNCTION_LINES}"
        for f in found
        if f.lines > FUNCTION_LINES
    ]
    table = [*parts(), ("functions, 95 %", percentile(sizes, 0.95), FUNCTION_LINES_95)]
    over += [f"{name} has {size} lines; its budget is {budget}" for name, size, budget in table if size > budget]
    for name, size, budget in [*table, ("functions, median (aim)", int(median(sizes)), FUNCTION_LINES_MEDIAN)]:
        print(f"{name:28}{size:8,} of {budget:6,}")
    print(f"{len(files)} files, {len(found)} functions, {sum(map(lines, files)):,} lines")
    print(*over, sep="\n", end="\n" if over else "")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())

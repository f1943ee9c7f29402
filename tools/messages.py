"""Brings the catalogues of texts up to date with the program, and compiles them: `make messages`."""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "bodega"
HOME = SOURCE / "web" / "locale"
ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
LANGUAGES = ("de",)
"""English is what stands in the program itself."""
PLURALS = {"ngettext": 1, "ngettext_lazy": 1, "npgettext": 2, "npgettext_lazy": 2}
CONTEXTS = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop"} | CONTEXTS | set(PLURALS)
LITERAL = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
IN_TEMPLATE = re.compile(rf"\b(_|gettext|ngettext|pgettext|npgettext)\(\s*((?:{LITERAL}\s*,?\s*)+)", re.DOTALL)

Text = tuple[str, str, str]
"""Context, one, several; what there is none of is empty."""


def texts_of(source: str) -> Iterator[tuple[int, Text]]:
    """The texts that a module has translated, with their lines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and is_action(node) and (told := ast.get_docstring(node)):
            yield node.lineno, ("", told, "")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            given = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if found := text_of(node.func.id, given):
                yield node.lineno, found


def is_action(node: ast.FunctionDef) -> bool:
    """What is written below an action's name is what its form says."""
    calls = (one.func for one in node.decorator_list if isinstance(one, ast.Call))
    return any(isinstance(call, ast.Name) and call.id == "action" for call in calls)


def text_of(call: str, given: list[str]) -> Text | None:
    context = given.pop(0) if call in CONTEXTS and given else ""
    several = given[1] if call in PLURALS and len(given) > 1 else ""
    return (context, given[0], several) if given else None


def texts_of_template(source: str) -> Iterator[tuple[int, Text]]:
    """Django writes a template as the calls that it will make; only those are read."""
    made = templatize(source)
    for call in IN_TEMPLATE.finditer(made):
        given = [ast.literal_eval(one) for one in re.findall(LITERAL, call[2], re.DOTALL)]
        if found := text_of(call[1], given):
            yield made.count("\n", 0, call.start()) + 1, found


def found_texts() -> dict[Text, list[tuple[str, int]]]:
    """Every text of the program, and where it stands."""
    found: dict[Text, list[tuple[str, int]]] = {}
    for path in sorted(SOURCE.rglob("*")):
        if "tests" in path.parts or path.suffix not in (".py", ".html", ".txt"):
            continue
        read = texts_of if path.suffix == ".py" else texts_of_template
        for line, text in read(path.read_text(encoding="utf-8")):
            found.setdefault(text, []).append((path.relative_to(SOURCE).as_posix(), line))
    return found


def path_of(language: str) -> Path:
    return HOME / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def brought_up(old: Catalog) -> Catalog:
    """The texts of today with the translations there are: nothing is guessed, what is gone is dropped."""
    new = Catalog(locale=old.locale, project="Bodega", charset="utf-8", fuzzy=False)
    for (context, one, several), places in found_texts().items():
        known = old.get(one, context=context or None)
        asked: str | tuple[str, str] = (one, several) if several else one
        said = known.string if known is not None and isinstance(known.string, str) != bool(several) else None
        files = [(file, None) for file in dict.fromkeys(file for file, _line in places)]
        new.add(asked, said, locations=files, flags=known.flags & {"fuzzy"} if known else (), context=context or None)
    return new


def missing(catalogue: Catalog) -> list[str]:
    """Texts that have no translation, or one that nobody has looked at."""
    return [str(message.id) for message in catalogue if message.id and (message.fuzzy or not is_whole(message))]


def is_whole(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def written(catalogue: Catalog) -> bytes:
    """The catalogue without the day it was made on, so that the same texts are the same file."""
    out = io.BytesIO()
    write_po(out, catalogue, width=120, sort_output=True, omit_header=False, include_lineno=False)
    text = re.sub(
        r'"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator)[^\n]*\n', "", out.getvalue().decode()
    )
    return re.sub(r"\A(#.*\n)+", "", text).encode()


def compiled(catalogue: Catalog) -> bytes:
    """The same texts are the same bytes, whenever they are compiled."""
    out = io.BytesIO()
    catalogue.creation_date = catalogue.revision_date = ALWAYS
    write_mo(out, catalogue)
    return out.getvalue()


def main() -> int:
    left = []
    for language in LANGUAGES:
        path = path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = brought_up(read(language) if path.exists() else Catalog(locale=language))
        path.write_bytes(written(fresh))
        path.with_suffix(".mo").write_bytes(compiled(read(language)))
        left += [f"{language}: {text}" for text in missing(fresh)]
        print(f"{path.relative_to(ROOT)}: {len(fresh)} texts, {len(missing(fresh))} to translate")
    print("\n".join(left))
    return bool(left)


if __name__ == "__main__":
    sys.exit(main())

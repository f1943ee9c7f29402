"""Templates, styles and scripts keep to the content security policy and to what comes inside our packages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "bodega"
FORBIDDEN = {
    ".html": {
        r"\|\s*safe\b|autoescape\s+off": "text is escaped; a component makes what must not be",
        r"\sstyle\s*=": "an inline style, which the policy blocks: use a class",
        r"<style\b": "an inline style sheet, which the policy blocks",
        r"<script(?![^>]*\ssrc=)": "an inline script, which the policy blocks",
        r"\son[a-z]+\s*=": "an inline handler, which the policy blocks",
        r"(?i)javascript:": "a script in an address, which the policy blocks",
        r"\s(?:src|srcset|action)\s*=\s*[\"'](?:https?:)?//": "something of another server",
    },
    ".css": {r"url\(\s*[\"']?(?:https?:)?//|@import\s+[\"'](?:https?:)?//": "something of another server"},
    ".js": {
        r"\beval\(|new Function\(": "text run as a script, which the policy blocks",
        r"\.(?:inner|outer)HTML\s*=|insertAdjacentHTML": "text put in as HTML: use textContent or a template element",
        r"\.style\.cssText|setAttribute\([\"']style": "an inline style, which the policy blocks",
        r"\bpostMessage\(|\b(?:local|session)Storage\b|\bindexedDB\b": "a place where others can read",
        r"\bfrom\s+[\"'](?:https?:)?//|\bimport\(\s*[\"'](?:https?:)?//": "something of another server",
    },
}


def broken_in(name: str, text: str) -> Iterator[str]:
    for pattern, why in FORBIDDEN[Path(name).suffix].items():
        for found in re.finditer(pattern, text):
            yield f"{name}:{text.count(chr(10), 0, found.start()) + 1}: {found[0].strip()!r} is {why}"


@pytest.mark.parametrize("suffix", FORBIDDEN)
def test_no_file_asks_for_what_the_policy_forbids(suffix: str) -> None:
    files = sorted(SOURCE.rglob(f"*{suffix}"))
    broken = [line for file in files for line in broken_in(str(file.relative_to(SOURCE)), file.read_text("utf-8"))]
    assert not broken, "\n" + "\n".join(broken)


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        (
            "a.html",
            '<p class="x">{{ name }}</p><script type="module" src="/a.js"></script><a href="https://x.org">x</a>',
            0,
        ),
        ("a.html", '<p style="color: red" onclick="x()">{{ name|safe }}</p>\n<script>x</script>', 4),
        ("a.css", 'a { background: url("x.svg") }', 0),
        ("a.css", "a { background: url(//x.org/x.svg) }", 1),
        ("a.js", "import './b.js'; element.textContent = name; element.style.setProperty('--x', 1)", 0),
        ("a.js", "element.innerHTML = name; eval(name)", 2),
        ("a.js", "localStorage.setItem('name', name); window.parent.postMessage(name)", 2),
    ],
)
def test_what_is_forbidden_is_found(name: str, text: str, count: int) -> None:
    assert len(list(broken_in(name, text))) == count

"""Texts that try to be run: a few of our own for each place a text can stand in, and the collections of others."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

ELSEWHERE = "//beacon.invalid/x"
OWN = (
    # where text stands
    "<script>alert(1)</script>",
    "<ScRiPt >alert(1)</sCrIpT\n>",
    "<script>fetch('//beacon.invalid/x')</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<input autofocus onfocus=alert(1)>",
    "<x-probe tabindex=1 autofocus onfocus=alert(1)>x</x-probe>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java&#10;script&colon;alert(1)'>x</a>",
    "<form action=javascript:alert(1)><button autofocus>x</button></form>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=//beacon.invalid/>",
    "<link rel=stylesheet href=//beacon.invalid/x>",
    "<img src=//beacon.invalid/x>",
    "<style>@import '//beacon.invalid/x';</style>",
    "<p style='background:url(//beacon.invalid/x)'>x</p>",
    "<template><img src=x onerror=alert(1)></template>",
    "<div hx-get=/me/ hx-trigger=load hx-on:htmx:load=alert(1)>x</div>",
    "<div hx-on::load=alert(1) data-hx-on:click=alert(1)>x</div>",
    # out of what it stands in
    "\"><img src=x onerror=alert(1)>",
    "'><img src=x onerror=alert(1)>",
    "\" autofocus onfocus=alert(1) x=\"",
    "' autofocus onfocus=alert(1) x='",
    "x autofocus onfocus=alert(1) y",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</option></select><img src=x onerror=alert(1)>",
    "</style><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</template><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "\";alert(1);//",
    "';alert(1);//",
    "${alert(1)}`${alert(1)}`",
    # where an address stands
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "\tjavascript:alert(1)",
    "javascript://isdom.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://isdom.example/\"onmouseover=\"alert(1)",
    "https://isdom.example/'><script>alert(1)</script>",
    # read twice
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;img src=x onerror=alert(1)&amp;gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    # as Markdown
    "[x](javascript:alert(1))",
    "[x](//isdom.example \"onmouseover=alert(1)\")",
    "![x](x\"onerror=alert(1)//)",
    "<javascript:alert(1)>",
    # what a cleaner and a browser may read otherwise
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror=alert(1)&gt;\">",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<table><tr><td><svg><desc><td><img src=x onerror=alert(1)></td></desc></svg></td></tr></table>",
    "<b <script>alert(1)//</script>0</script></b>",
)  # fmt: skip
PART = re.compile(r"""<div id="\d+">(.*?)//\["'`-->\]\]>\]</div>""", re.DOTALL)


def shared() -> Path:
    """The folder of real data; BODEGA_SHARED, by default `../shared`."""
    return Path(os.environ.get("BODEGA_SHARED") or Path(__file__).parents[3] / "shared")


def collected(folder: Path) -> Iterator[str]:
    """Those of DOMPurify's own tests, and of the HTML5 Security Cheatsheet."""
    for one in json.loads((folder / "corpora" / "dompurify" / "expect.json").read_text("utf-8")):
        yield one["payload"]
    yield from PART.findall((folder / "corpora" / "h5sc" / "vectors.txt").read_text("utf-8"))


def every() -> list[str]:
    """Ours and the collections, each once. Raises FileNotFoundError where there are no collections."""
    found = dict.fromkeys([*OWN, *collected(shared())])
    return [text for text in found if text.strip() and "\0" not in text]


def packed(texts: Sequence[str], length: int) -> list[str]:
    """All texts that fit into a field of this length, as few times as they do: several in one where there is room."""
    groups, group = list[str](), ""
    for text in texts:
        if len(text) > length:
            continue
        longer = f"{group} {text}" if group else text
        if len(longer) > length:
            groups.append(group)
        group = longer if len(longer) <= length else text
    return [*groups, group] if group else groups

"""What one person did of one sort within minutes is one line of a timeline, which opens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.apps.activity.queries import NOTE, Line
from bodega.kernel import registry
from bodega.lib.markup import format_html, format_html_join
from bodega.lib.text import amid
from bodega.surfaces.html.shapes import Entry

FEWEST, APART = 3, timedelta(minutes=10)
"""Lines that make a burst, and the longest pause between two of them."""
Drawn = tuple[Line, Entry]
TOLD: Mapping[str, str | Promise] = {
    "created": gettext_lazy("%(who)s added %(n)s %(what)s"),
    "moved": gettext_lazy("%(who)s moved %(n)s %(what)s"),
    "won": gettext_lazy("%(who)s won %(n)s %(what)s"),
    "lost": gettext_lazy("%(who)s lost %(n)s %(what)s"),
    "reopened": gettext_lazy("%(who)s reopened %(n)s %(what)s"),
    "done": gettext_lazy("%(who)s finished %(n)s %(what)s"),
    "restored": gettext_lazy("%(who)s restored %(n)s %(what)s"),
}


def gathered(lines: Iterable[Drawn]) -> list[Drawn]:
    """The same lines, the newest first, with bursts in the place of what they hold."""
    return [line for run in runs(lines) for line in (run if len(run) < FEWEST else [burst(run)])]


def runs(lines: Iterable[Drawn]) -> Iterator[list[Drawn]]:
    """Neighbours that belong together; what somebody said stands for itself."""
    run: list[Drawn] = []
    for line in lines:
        if run and not together(run[-1][0], line[0]):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def together(later: Line, earlier: Line) -> bool:
    one, other = later.entry, earlier.entry
    alike = (one.type, one.verb, one.user_id, one.actor) == (other.type, other.verb, other.user_id, other.actor)
    return alike and one.type != NOTE and one.verb in TOLD and one.at - other.at <= APART


def burst(run: list[Drawn]) -> Drawn:
    line, first = run[0]
    words = TOLD[line.entry.verb] % {"who": "{who}", "n": "{n}", "what": "{what}"}
    what = amid(registry.type_of(line.entry.type).plural)
    title = format_html(words, who=format_html("<b>{}</b>", line.entry.actor), n=len(run), what=what)
    inside = format_html_join("", "<li>{}</li>", ((entry.title,) for _line, entry in run))
    text = format_html("<details><summary>{}</summary><ul>{}</ul></details>", _("Show each of them"), inside)
    return line, Entry(title=title, icon=first.icon, tone=first.tone, text=text, at=first.at, when=first.when)

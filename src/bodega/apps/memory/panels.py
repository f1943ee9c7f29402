"""What memory brings to the page of a customer: what we know, first of all, and what to ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from urllib.parse import urlencode

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.apps.memory import queries, suggesting, values
from bodega.apps.memory.models import SURE, SURENESS, Topic
from bodega.apps.memory.queries import Known
from bodega.apps.memory.suggesting import Suggested
from bodega.apps.parties.drafting import KIND_OF
from bodega.apps.parties.models import ContactPoint
from bodega.kernel import access
from bodega.kernel.kinds import Show
from bodega.kernel.options import options_of
from bodega.kernel.reading import Row
from bodega.kernel.record import load_labels
from bodega.kernel.registry import type_of
from bodega.lib import dates
from bodega.lib.markup import format_html, format_html_join
from bodega.lib.text import shorten
from bodega.surfaces.html import panels
from bodega.surfaces.html.components import button, icon
from bodega.surfaces.html.panels import Visit
from bodega.surfaces.html.shapes import Act, Panel
from bodega.surfaces.record import layouts

TO_ASK = 4
"""How many questions are offered at once."""
OTHERS = ""


def known(visit: Visit) -> Panel | None:
    """What they told us, by groups of topics; then what nobody has asked yet, and what is to be asked again."""
    may_add = access.may(type_of(queries.FACT), visit.actor, "create")
    found = [one for one in queries.known(visit.record.pk, actor=visit.actor) if one.holds]
    if not found and not may_add:
        return None
    drawing = Drawing(visit, found)
    offered = suggesting.suggested(visit.record.pk, actor=visit.actor) if may_add else []
    parts = [entry(visit), drawing.suggestions(offered)] if may_add else []
    parts += [drawing.groups(), *([drawing.to_ask()] if may_add else [])]
    html = format_html_join("", "{}", ((part,) for part in parts))
    acts = [Act(label=_("Everything, to print"), url=f"{visit.url}known/", icon="printer")] if found else []
    acts += [Act(label=_("Add a fact"), url=new_url(visit), icon="plus", dialog=True)] if may_add else []
    return Panel(title=_("What we know"), html=html, acts=acts)


def new_url(visit: Visit, **given: object) -> str:
    return f"/facts/new/?{urlencode({'party': f'#{visit.record.pk}', 'next': visit.url, **given})}"


def entry(visit: Visit) -> SafeString:
    """The line in which one writes while talking. What it is taken for is shown before it is kept."""
    label = _("What did they say?")
    return format_html(
        '<form class="say" action="/facts/new/" data-dialog>'
        '<input type="hidden" name="party" value="#{}"><input type="hidden" name="next" value="{}">'
        '<input class="input" name="line" maxlength="500" required autocomplete="off" aria-label="{}" placeholder="{}">'
        "{}</form>",
        visit.record.pk,
        visit.url,
        label,
        _("likes tea · size 42 · contract ends 3/2027"),
        button(_("Note"), icon_name="corner-down-left", only_icon=True),
    )


class Drawing:
    """The facts of one page, drawn with the names of who said and heard them (a query for each sort of name)."""

    def __init__(self, visit: Visit, found: Sequence[Known]) -> None:
        self.visit, self.found = visit, found
        self.may_mark = access.may(type_of("memory.asked_again"), visit.actor, "create")
        self.show = load_labels(Show(visit.actor), self.targets())

    def targets(self) -> Iterator[tuple[str, int]]:
        for row in (row for one in self.found for row in (*one.holds, *one.beside)):
            for name, key in (("said_by", "parties.party"), ("heard_by", "kernel.user")):
                if row.values[name]:
                    yield key, row.values[name]

    def groups(self) -> SafeString:
        order = {key: at for at, key in enumerate(options_of("memory.group"))}

        def place(one: Known) -> tuple[int, str]:
            return order.get(one.topic.group, len(order)), one.topic.group

        grouped = groupby(sorted(self.found, key=place), place)
        return in_columns(self.group(key, [*some]) for (_at, key), some in grouped)

    def group(self, key: str, some: Sequence[Known]) -> SafeString:
        option = options_of("memory.group").get(key)
        rows = (line for one in some for line in self.lines(one))
        return titled(option.name if option else _("Other"), rows)

    def lines(self, one: Known) -> Iterator[SafeString]:
        yield format_html(
            '<span class="quiet">{}</span><span class="values">{}</span>{}',
            one.topic.name,
            format_html_join(" · ", "{}", ((self.value(one.topic, row),) for row in one.holds)),
            format_html('<span class="far">{}{}</span>', self.stale(one), self.asked(one.topic)),
        )
        for row in one.beside:
            yield self.contradiction(one.topic, row)

    def value(self, topic: Topic, row: Row) -> SafeString:
        doubt = "" if row.values["sure"] == SURE else "?"
        return format_html(
            '<a href="{}" title="{}">{}{}</a>', fact_url(topic, row), self.source(row), self.text(topic, row), doubt
        )

    def text(self, topic: Topic, row: Row) -> str:
        return values.shown(row.values["text"], topic, show=self.show)

    def source(self, row: Row) -> str:
        """“Mia Berg said so to Anna, 3 Sep. Likely.”"""
        held = row.values
        named = {
            "who": self.show.label("parties.party", held["said_by"]).text if held["said_by"] else _("They"),
            "to": self.show.label("kernel.user", held["heard_by"]).text if held["heard_by"] else _("us"),
            "day": dates.day(held["heard_at"].astimezone(self.visit.actor.zone).date(), today=self.show.today),
        }
        sure = dict(SURENESS).get(held["sure"], "") if held["sure"] != SURE else ""
        by = _("Suggested by %(model)s") % {"model": held["suggested_by"]} if held["suggested_by"] else ""
        parts = [_("%(who)s said so to %(to)s, %(day)s.") % named, *(f"{part}." for part in (sure, by) if part)]
        return " ".join(parts)

    def stale(self, one: Known) -> SafeString:
        if not one.is_stale(self.show.today):
            return SafeString("")
        return format_html('<span class="tag warn plain">{}</span>', _("Ask again"))

    def asked(self, topic: Topic) -> SafeString:
        """One click for “I told you before”. Of a sensitive topic it is not said which."""
        if not self.may_mark:
            return SafeString("")
        about = {} if topic.sensitive else {"topic": f"#{topic.pk}"}
        url = new_url(self.visit, **about).replace("/facts/", "/asked-again/", 1)
        label = _("They had told us before: %(topic)s") % {"topic": topic.name}
        return self.visit.act(Act(label=label, url=url, icon="repeat", kind="bare small", post=True))

    def contradiction(self, topic: Topic, row: Row) -> SafeString:
        """Somebody else says otherwise; a click says that this is so."""
        name = "settle_sensitive" if topic.sensitive else "settle_fact"
        url = f"{fact_url(topic, row)}do/{name}/?{urlencode({'next': self.visit.url})}"
        settle = Act(label=_("“%(value)s” holds") % {"value": self.text(topic, row)}, url=url, icon="check", post=True)
        return format_html(
            '<span class="warn">{}</span><span class="values">{} {}</span><span class="far">{}</span>',
            icon("git-compare-arrows", label=_("Contradicts")),
            self.value(topic, row),
            format_html('<small class="quiet">{}</small>', self.source(row)),
            self.visit.act(settle),
        )

    def suggestions(self, offered: Sequence[Suggested]) -> SafeString:
        """What interactions seem to tell, unless it is known: one click or key keeps it, another leaves it out."""
        held = {(one.topic.pk, row.values["text"]) for one in self.found for row in (*one.holds, *one.beside)}
        known = queries.topics()
        load_labels(self.show, [("parties.party", other) for one in offered for other in one.others])
        shown = [one for one in offered if one.channel or (one.topic in known and (one.topic, one.text) not in held)]
        lines = [self.suggestion(one, known.get(one.topic or 0), first=at == 0) for at, one in enumerate(shown)]
        if not lines:
            return SafeString("")
        return format_html('<div id="suggested">{}</div>', in_columns([titled(_("From what was written down"), lines)]))

    def suggestion(self, one: Suggested, topic: Topic | None, *, first: bool) -> SafeString:
        value = values.shown(one.text, topic, show=self.show) if topic else reach_shown(one, show=self.show)
        source = _("“%(words)s”") % {"words": shorten(one.words, 120)}
        by = _("Suggested by %(model)s") % {"model": one.by} if one.by else ""
        keeps = [self.keep(one, self.visit.record.pk, _("Keep it: %(value)s") % {"value": value}, first=first)]
        named = [(other, self.show.label("parties.party", other).text) for other in one.others]
        keeps += [
            self.keep(one, other, _("Keep it of %(name)s: %(value)s") % {"name": name, "value": value}, name=name)
            for other, name in named
            if name
        ]
        return format_html(
            '<span class="quiet">{}</span><span class="values">{}? <small class="quiet">{}</small></span>'
            '<span class="far acts">{}<span data-decide="leave">{}</span></span>',
            topic.name if topic else dict(ContactPoint.CHANNELS)[one.channel],
            value,
            " · ".join(part for part in (source, by) if part),
            format_html_join("", '<span data-decide="keep">{}</span>', ((part,) for part in keeps)),
            self.visit.act(self.dismiss(one, value, first=first)),
        )

    def keep(self, one: Suggested, party: int, label: str, *, first: bool = False, name: str = "") -> SafeString:
        """Of several who may be meant, everybody else has a button with their name."""
        if one.topic is None:
            url = f"/suggestions/{one.id}/reach/?{urlencode({'party': party, 'next': self.back})}"
        else:
            given = {"topic": f"#{one.topic}", "text": one.text, "note": f"#{one.note}", "words": one.words}
            url = new_url(self.visit, **given, party=f"#{party}", next=self.back, suggestion=one.id)
        act = Act(label=label, url=url, icon="check", post=True, shortcut="y" if first else "")
        if not name:
            return self.visit.act(act)
        short = button(name, icon_name="check", kind="small", aria_label=label, title=label)
        return format_html(
            '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">{}</form>',
            url, self.visit.token, short,
        )  # fmt: skip

    def dismiss(self, one: Suggested, value: str, *, first: bool) -> Act:
        url = f"/suggestions/{one.id}/dismiss/?{urlencode({'next': self.back})}"
        label = _("Leave it out: %(value)s") % {"value": value}
        return Act(label=label, url=url, icon="x", post=True, kind="bare", shortcut="n" if first else "")

    @property
    def back(self) -> str:
        """To what is suggested, so that the next one is decided at once."""
        return f"{self.visit.url}#suggested"

    def to_ask(self) -> SafeString:
        """What of the catalogue nobody knows yet of them, as questions to ask."""
        kind = self.visit.type.key.rpartition(".")[2]
        there = {one.topic.pk for one in self.found}
        able = queries.asked_of(kind, actor=self.visit.actor, verb="create")
        missing = [one for one in able if one.pk not in there and one.question][:TO_ASK]
        if not missing:
            return SafeString("")
        chips = (format_html('<a class="btn small" href="{}" data-dialog>{}</a>', url, one.question)
                 for one in missing for url in [self.ask_url(one)])  # fmt: skip
        return format_html('<div class="known asks">{}</div>', format_html_join("", "{}", ((chip,) for chip in chips)))

    def ask_url(self, topic: Topic) -> str:
        slug = type_of(queries.SENSITIVE if topic.sensitive else queries.FACT).slug
        return new_url(self.visit, topic=f"#{topic.pk}").replace("/facts/", f"/{slug}/", 1)


def reach_shown(one: Suggested, *, show: Show) -> str:
    return KIND_OF[one.channel].text(one.text, show=show)


def in_columns(sections: Iterable[SafeString]) -> SafeString:
    html = format_html_join("", "{}", ((one,) for one in sections))
    return format_html('<div class="known">{}</div>', html) if html else html


def titled(title: object, lines: Iterable[SafeString]) -> SafeString:
    return format_html("<section><h3>{}</h3>{}</section>", title, panels.rows(lines))


def fact_url(topic: Topic, row: Row) -> str:
    return type_of(queries.SENSITIVE if topic.sensitive else queries.FACT).url(row.id)


panels.add("parties.person parties.organisation", known, label=gettext_lazy("What we know"), side=layouts.MAIN)

"""What facts say together: all we know of a customer, for who asks us; and how often we ask twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.dates import MONTHS_3
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bodega.apps.memory import asking, queries, suggesting, values
from bodega.apps.memory.models import SURENESS, Fact, Sending
from bodega.apps.memory.queries import Known
from bodega.apps.parties import actions as reaching
from bodega.kernel import access, query
from bodega.kernel.drafts import Gone
from bodega.kernel.kinds import Moment, Show
from bodega.kernel.reading import Row
from bodega.kernel.record import load_labels
from bodega.kernel.registry import type_of
from bodega.lib import clock
from bodega.lib.markup import conditional_escape, format_html
from bodega.platform.audit import log as audit
from bodega.surfaces.html import shapes
from bodega.surfaces.html.asking import Asked
from bodega.surfaces.html.forms import whole
from bodega.surfaces.html.lists import ListPage
from bodega.surfaces.html.pages import Page, TypePage
from bodega.surfaces.html.shapes import Act, Column, Empty, Link
from bodega.surfaces.html.sheets import Line, Table, TablesPage
from bodega.surfaces.html.trash import undo_url
from bodega.surfaces.office.sheet import OfficePage

ABOUT = frozenset({"parties.person", "parties.organisation"})
AT = Moment(name="at")
MONTHS = 12
MODEL_URL = "/language-model/"
LATELY, SHOWN = 30, 50


class KnownPage(TypePage):
    """All facts of a customer that whoever looks may see, with what was said before: to print, or to hand over."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.find(pk)
        page = TablesPage(
            title=_("What we know"),
            crumbs=[self.home, Link(label=self.name, url=self.url(pk))],
            intro=_("Everything that was noted of %(name)s, with who said it, who heard it, and when.")
            % {"name": self.name},
            acts=[Act(label=_("As a file"), url=f"/{self.type_.slug}/{pk}/known.json", icon="download")]
            if access.may(type_of(queries.FACT), self.actor, "export")
            else (),
            tables=[self.table()],
        )
        return self.render("tables.html", page)

    def find(self, pk: int) -> None:
        access.require(self.type_, self.actor, "view")
        if self.type_.key not in ABOUT:
            raise Http404
        label = self.type_.labels([pk], self.actor).get(pk)
        if label is None:
            raise Gone(_("It may not be there, or not be yours to see."))
        self.name = label.text
        self.known: Sequence[Known] = queries.known(pk, actor=self.actor)
        self.show = load_labels(Show(self.actor), pointed(self.known))

    def table(self) -> Table:
        heads = _("Topic"), _("What is known"), _("Standing"), _("Said by"), _("Heard by"), _("Heard"), _("Source")
        lines = [Line(cells=[*self.cells(one, row, word)]) for one in self.known for word, row in told(one)]
        nothing = Empty(title=_("Nothing is known yet"), text=_("What they tell you is written down on their page."))
        columns = [Column(name=head, label=head) for head in heads]
        return Table(title=self.name, columns=columns, lines=lines, empty=None if lines else nothing)

    def cells(self, one: Known, row: Row, word: str) -> Iterator[SafeString]:
        held, slug = row.values, type_of(queries.SENSITIVE if one.topic.sensitive else queries.FACT).slug
        sure = "" if held["sure"] == "sure" else f" ({dict(SURENESS).get(held['sure'], '')})"
        yield conditional_escape(one.topic.name)
        yield format_html('<a href="/{}/{}/">{}</a>{}', slug, row.id, self.value(one, row), sure)
        yield conditional_escape(word)
        yield from (conditional_escape(self.named(key, held[name])) for name, key in (
            ("said_by", "parties.party"), ("heard_by", "kernel.user")))  # fmt: skip
        yield conditional_escape(AT.text(held["heard_at"], show=self.show))
        yield conditional_escape(self.named("activity.note", held["note"]) or held["words"] or "–")

    def value(self, one: Known, row: Row) -> str:
        return values.shown(row.values["text"], one.topic, show=self.show)

    def named(self, key: str, pk: int | None) -> str:
        return self.show.label(key, pk).text if pk else ""


def pointed(known: Iterable[Known]) -> Iterator[tuple[str, int]]:
    for row in (row for one in known for row in (*one.holds, *one.beside, *one.past)):
        for name, key in (("said_by", "parties.party"), ("heard_by", "kernel.user"), ("note", "activity.note")):
            if row.values[name]:
                yield key, row.values[name]


def told(one: Known) -> Iterator[tuple[str, Row]]:
    words = dict(Fact.STANDINGS)
    for word, rows in (("current", one.holds), ("beside", one.beside), ("past", one.past)):
        yield from ((str(words[word] if not row.values["withdrawn_at"] else _("Withdrawn")), row) for row in rows)


class KnownFile(KnownPage):
    """The same as JSON, for the customer who asks what is kept of them; the audit log says that it left."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.find(pk)
        access.require(type_of(queries.FACT), self.actor, "export")
        facts = [self.fact(one, row, word) for one in self.known for word, row in told(one)]
        details = {"records": 1, "facts": len(facts)}
        audit.note(audit.Kind.EXPORTED, actor=self.actor, about=audit.About(self.type_.key, pk), details=details)
        found = {"about": self.name, "at": clock.now().isoformat(), "facts": facts}
        answer = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 2})
        answer["Content-Disposition"] = f'attachment; filename="known-{pk}.json"'
        return answer

    def fact(self, one: Known, row: Row, word: str) -> dict[str, Any]:
        held = row.values
        return {
            "topic": one.topic.name,
            "value": held["text"],
            "standing": word,
            "said_by": self.named("parties.party", held["said_by"]) or None,
            "heard_by": self.named("kernel.user", held["heard_by"]) or None,
            "heard_at": held["heard_at"].isoformat(),
            "source": self.named("activity.note", held["note"]) or None,
            "words": held["words"] or None,
            "sure": held["sure"],
            "suggested_by": held["suggested_by"] or None,
            "valid_until": held["valid_until"].isoformat() if held["valid_until"] else None,
        }


class AskedReport(Page):
    """How often we asked for what we had been told: by topic and month, and whether it falls."""

    def get(self, request: HttpRequest) -> HttpResponse:
        type_ = type_of("memory.asked_again").for_(self.actor)
        access.require(type_, self.actor, "view")
        months = [*last_months(clock.today(self.actor.zone))]
        counts: Counter[tuple[str, date]] = Counter()
        if {"topic", "asked_at"} <= type_.fields().keys():
            rows = query.ask(type_, query.parse(f"asked_at>={months[0]}", type_, actor=self.actor), actor=self.actor)
            for group in query.report(type_, rows, by=["topic", "asked_at.month"], actor=self.actor):
                if group.keys[1] in months:
                    counts[group.labels[0] or _("Not said"), group.keys[1]] += group.measures[0]
        page = TablesPage(
            title=_("Asked again"),
            crumbs=[Link(label=str(type_.plural), url="/asked-again/")],
            intro=trend([sum(count for (_topic, at), count in counts.items() if at == month) for month in months]),
            tables=[table(counts, months)],
        )
        return self.render("tables.html", page)


def last_months(today: date) -> Iterator[date]:
    """The first days of the last twelve, this one the last."""
    for back in range(MONTHS - 1, -1, -1):
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        yield date(year, month + 1, 1)


def trend(by_month: Sequence[int]) -> str:
    before, now = sum(by_month[-6:-3]), sum(by_month[-3:])
    said = _("Of the last three months: %(now)s; of the three before: %(before)s.") % {"now": now, "before": before}
    word = _("It falls.") if now < before else _("It rises.") if now > before else ""
    return f"{said} {word}".strip()


def table(counts: Counter[tuple[str, date]], months: Sequence[date]) -> Table:
    topics: Counter[str] = Counter()
    for (topic, _month), count in counts.items():
        topics[topic] += count
    heads = [_("Topic"), *(str(MONTHS_3[month.month]).title() for month in months), _("In all")]
    lines = [
        Line(cells=[conditional_escape(text) for text in (
            topic, *(counts[topic, month] or "–" for month in months), total)])
        for topic, total in topics.most_common()
    ]  # fmt: skip
    empty = Empty(
        title=_("Nobody had to say anything twice"),
        text=_("When a customer says “I told you before”, click on the arrows beside the fact on their page."),
    )
    return Table(
        title=_("By topic and month"),
        columns=[Column(name=str(at), label=head) for at, head in enumerate(heads)],
        lines=lines,
        empty=None if lines else empty,
    )


class TopicsPage(ListPage):
    def shape(self, asked: Asked, found: Any) -> shapes.ListPage:
        page, link = super().shape(asked, found), Act(label=_("Language model"), url=MODEL_URL, icon="bot")
        return replace(page, more=[link, *page.more]) if self.actor.is_admin else page


class ModelPage(OfficePage):
    """Whether a language model is asked, where, how often, and what came of it the last times."""

    def get(self, request: HttpRequest) -> HttpResponse:
        page = TablesPage(
            title=_("Language model"),
            crumbs=[Link(label=str(type_of(queries.TOPIC).plural), url="/topics/")],
            intro=f"{self.standing()} {self.often()}",
            tables=[self.last()],
        )
        return self.render("tables.html", page)

    def standing(self) -> str:
        model = asking.chosen()
        if model is None:
            return _("It is off: nothing is sent. The guide to the settings says how it is switched on.")
        named = {"model": model.name, "server": model.server}
        return (
            _("It is on: what is written down of customers goes to %(model)s at %(server)s.") % named
            + " "
            + _("Private interactions and sentences on sensitive topics stay here.")
        )

    def often(self) -> str:
        since = clock.now() - timedelta(days=LATELY)
        count = suggesting.sendings().filter(at__gte=since).count()
        return _("Sent in the last %(days)s days: %(count)s.") % {"days": LATELY, "count": count}

    def last(self) -> Table:
        sent = [*suggesting.sendings()[:SHOWN]]
        show = load_labels(Show(self.actor), (("activity.note", one.note_id) for one in sent))
        heads = _("When"), _("Interaction"), _("Letters"), _("Suggested"), _("Left out"), _("What came of it")
        lines = [Line(cells=[*self.cells(one, show)]) for one in sent]
        nothing = Empty(title=_("Nothing was sent"), text=_("What leaves will be listed here."))
        columns = [Column(name=head, label=head) for head in heads]
        return Table(title=_("Sent lately"), columns=columns, lines=lines, empty=None if lines else nothing)

    def cells(self, one: Sending, show: Show) -> Iterator[SafeString]:
        label = show.label("activity.note", one.note_id)
        yield conditional_escape(AT.text(one.at, show=show))
        yield format_html('<a href="{}">{}</a>', label.url, label.text) if label.url else conditional_escape(label.text)
        yield from (conditional_escape(str(number)) for number in (one.letters, one.found, one.dropped))
        yield conditional_escape(one.problem or one.model)


class DismissPage(Page):
    """A suggestion is left out from now on; `?back=1` brings it back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        back = "back" in request.GET
        party = suggesting.decide(pk, dismissed=not back, actor=self.actor)
        if party is None:
            raise Gone(_("There is no such suggestion that you may decide about."))
        undo = "" if back else f"{request.path}?{urlencode({'back': 1, 'next': self.next_url('/')})}"
        said = _("The suggestion is back.") if back else _("The suggestion was dismissed.")
        return self.go(self.next_url("/"), said, undo=undo)


class ReachPage(Page):
    """A suggested address or number is added to the ways to reach somebody who took part."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = suggesting.reach_of(pk, whole(request.GET.get("party", "")), actor=self.actor)
        if found is None:
            raise Gone(_("There is no such suggestion that you may decide about."))
        outcome = reaching.reach(found.party, channel=found.channel, value=found.text, actor=self.actor)
        return self.go(self.next_url("/"), _("The way to reach them was added."), undo=undo_url(outcome))

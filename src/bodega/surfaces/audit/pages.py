"""The page of the audit log: what happened, the newest first, sifted as its form says; and the same as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bodega.kernel.actors import Actor
from bodega.kernel.kinds import AnyReference, Date, Show, Text, UserReference
from bodega.lib import dates
from bodega.lib.markup import conditional_escape, format_html
from bodega.lib.numbers import format_decimal
from bodega.platform.audit import asking
from bodega.platform.audit.kinds import Kind
from bodega.platform.audit.models import Entry
from bodega.platform.audit.writing import written
from bodega.surfaces.audit import words
from bodega.surfaces.html.components import tag
from bodega.surfaces.html.forms import Form, Sent, whole
from bodega.surfaces.html.shapes import Act, Empty, Pager
from bodega.surfaces.html.sheets import Control, Line, Table, TablesPage
from bodega.surfaces.office.own_kinds import choice
from bodega.surfaces.office.sheet import OfficePage, table

HOME = "/audit/"
KINDS = {kind.value: kind.label for kind in Kind}
FILES = {"csv": "CSV", "xlsx": "Excel", "jsonl": "JSON Lines"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SiftedPage(TablesPage):
    """Tables below a form that says which lines of them are shown; `files` are buttons for the same as a file."""

    url: str
    fields: tuple[Control, ...]
    files: tuple[Act, ...] = ()
    is_asked: bool = False


@dataclass(frozen=True, kw_only=True)
class AnyRecord(AnyReference):
    """A record of any type, be it there any more or not: the log outlives what it tells of."""

    def parse(self, text: Any, *, actor: Actor) -> Any:
        type_key, mark, number = str(text).strip().rpartition("#")
        pk = whole(number)
        return (type_key, pk) if type_key and mark and pk is not None else super().parse(text, actor=actor)


class Sifting(OfficePage):
    """What is asked for stands in the address."""

    @cached_property
    def form(self) -> Form:
        kinds = [
            choice("kind", _("What"), KINDS),
            UserReference(name="person", label=_("Who, or about whom")),
            AnyRecord(name="about", label=_("Record")),
            Date(name="since", label=_("From")),
            Date(name="until", label=_("To")),
            Text(name="words", label=_("Words")),
        ]
        found = Form(kinds, {}, actor=self.actor, sent=Sent(self.request.GET.copy()))
        found.read(new=True)
        return found

    @cached_property
    def asked(self) -> asking.Asked:
        """Raises ValidationError where the address asks for what there is not."""
        if self.form.wrong:
            raise ValidationError(self.form.wrong)
        given: Mapping[str, Any] = self.form.entered
        since, until = given.get("since"), given.get("until")
        return asking.Asked(
            kind=given.get("kind") or "",
            person=given.get("person"),
            since=dates.edges(since, since, zone=self.actor.zone)[0] if since else None,
            until=dates.edges(until, until, zone=self.actor.zone)[1] if until else None,
            about=given.get("about"),
            words=given.get("words") or "",
        )

    def url(self, **given: object) -> str:
        """This page, asked the same."""
        kept = {name: value for name, value in self.request.GET.items() if value and name not in ("before", "after")}
        query = urlencode({**kept, **given})
        return f"{HOME}?{query}" if query else HOME


class AuditPage(Sifting):
    """`before` and `after` turn the pages: the number of an entry."""

    def get(self, request: HttpRequest) -> HttpResponse:
        page = SiftedPage(
            title=_("Audit log"),
            intro=_("Entries are added, and never changed or removed. The command “bodega audit verify” proves it."),
            url=HOME,
            fields=tuple(self.form.control(name) for name in self.form.kinds),
            files=tuple(Act(label=FILES[one], url=f"{HOME}export.{one}", icon="download") for one in FILES),
            is_asked=bool(self.form.entered or self.form.wrong),
            tables=[self.table()],
        )
        return self.render("audit.html", page)

    def table(self) -> Table:
        if self.form.wrong:
            text = _("Mend what is marked above; nothing is shown until it can be understood.")
            return table(_("Entries"), [], [], empty=Empty(title=_("This cannot be asked yet"), text=text))
        rows = asking.entries(self.asked, actor=self.actor)
        turned = {way: whole(self.request.GET.get(way, "")) for way in ("before", "after")}
        found = asking.page(rows, **turned)
        number, more = asking.count(rows)
        shown = format_decimal(number, self.actor.language) + "+" * more
        show = Show(self.actor)
        heads = [_("When"), _("What"), _("Who"), _("About"), _("More")]
        return table(
            _("Entries"),
            heads,
            [self.line(entry, show) for entry in found.rows],
            note=ngettext("%(n)s entry", "%(n)s entries", number) % {"n": shown},
            empty=self.nothing(),
            pager=Pager(
                previous_url=self.url(after=found.newer) if found.newer else "",
                next_url=self.url(before=found.older) if found.older else "",
            ),
        )

    def nothing(self) -> Empty:
        if not self.form.entered:
            return Empty(title=_("Nothing is written down yet"), text=_("The first sign-in is."), icon="scroll-text")
        clear = Act(label=_("Show all"), url=HOME, icon="x")
        text = _("Leave out a condition, or ask for something else.")
        return Empty(title=_("No entries match"), text=text, icon="search-x", acts=[clear])

    def line(self, entry: Entry, show: Show) -> Line:
        at = entry.at.astimezone(self.actor.zone)
        named = words.about(entry)
        link = conditional_escape(named)
        if entry.about_id is not None:
            link = format_html('<a href="{}">{}</a>', self.url(about=f"{entry.about_type}#{entry.about_id}"), named)
        return Line(
            id=f"entry-{entry.number}",
            cells=[
                format_html('<time datetime="{}">{}</time>', entry.at.isoformat(), f"{at:%Y-%m-%d %H:%M:%S}"),
                tag(str(KINDS.get(entry.kind, entry.kind)), tone=words.TONES.get(entry.kind, "neutral")),
                words.who(entry),
                link,
                words.told(entry, show=show),
            ],
            detail=words.whole(entry),
        )


class AuditFile(Sifting):
    """The entries that the page shows, all of them, in their order."""

    def get(self, request: HttpRequest, format: str) -> HttpResponseBase:  # noqa: A002  (as it stands in the address)
        file = written(self.asked, format=format, actor=self.actor)
        return FileResponse(file, as_attachment=True, filename=f"audit.{format}")

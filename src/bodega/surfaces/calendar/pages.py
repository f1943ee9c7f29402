"""The calendar of a record type: a month, a week, or what comes next; and moving a record to another day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from bodega.kernel import access, change, query
from bodega.kernel.drafts import Draft, Gone
from bodega.kernel.kinds import Choice, Date, Kind, Moment, Reference, Show
from bodega.kernel.query.page import Order
from bodega.kernel.reading import Row
from bodega.kernel.record import show_rows, this, with_ids
from bodega.lib import clock
from bodega.lib.numbers import format_decimal
from bodega.lib.text import amid
from bodega.surfaces.calendar import days as on_days
from bodega.surfaces.calendar.drawing import drawn
from bodega.surfaces.calendar.period import AGENDA, MONTH, WORDS, Period, short
from bodega.surfaces.calendar.shapes import CalendarPage, Day, Slip
from bodega.surfaces.html.asking import Asked
from bodega.surfaces.html.cells import is_badge, labels
from bodega.surfaces.html.editing import kinds_of
from bodega.surfaces.html.forms import whole
from bodega.surfaces.html.lists import more_acts, new_acts
from bodega.surfaces.html.pages import say
from bodega.surfaces.html.shapes import Link, Pager
from bodega.surfaces.html.shell import toasts
from bodega.surfaces.html.trash import told, undo_url
from bodega.surfaces.html.viewing import ViewedPage

SIZES = {MONTH: 4}
"""Records that fit on a day; of a week, more do."""
FIT, AHEAD = 40, 50
DETAILS = 2


class Calendar(ViewedPage):
    """`?q=` asks, `by` names the date that records stand on, `show` and `at` what is shown of the calendar."""

    @property
    def by_asked(self) -> str:
        return self.request.GET.get("by", "")

    @cached_property
    def kind(self) -> Date:
        """The date in the address, or the first."""
        known = {kind.name: kind for kind in on_days.dates_of(self.type_)}
        if not known:
            raise Http404
        return known.get(self.by_asked) or next(iter(known.values()))

    @cached_property
    def today(self) -> date:
        return clock.today(self.actor.zone)

    @cached_property
    def period(self) -> Period:
        given = self.request.GET
        return Period.of(given.get("show", ""), given.get("at", ""), today=self.today)

    @property
    def shown(self) -> str:
        """How much of it, where that is not the usual month."""
        return self.period.word if self.period.word != MONTH else ""

    def calendar_url(self, **given: Any) -> str:
        """This calendar with something else asked."""
        kept = {name: self.request.GET.get(name, "") for name in ("q", "by", "show", "at", "view")}
        return self.url("calendar", **{**kept, **given})

    def url_of(self, period: Period) -> str:
        return self.calendar_url(at=period.at.isoformat(), show=period.word if period.word != MONTH else "")

    # ---- records -----------------------------------------------------------------------------------------------

    @cached_property
    def toned(self) -> Kind | None:
        """The field that gives a record its colour: the one by which its board has lanes."""
        kind = self.type_.field(self.type_.board.split()[0]) if self.type_.board else None
        return kind if kind is not None and is_badge(kind) else None

    @cached_property
    def details(self) -> list[Kind]:
        """What stands below the title: what a card says, or the first columns."""
        shown = self.type_.named_fields(self.type_.card or self.type_.columns)
        taken = {self.type_.title, self.kind.name, self.toned.name if self.toned else ""}
        return [kind for kind in shown if kind.name not in taken and kind.word != "parts"][:DETAILS]

    @property
    def kinds(self) -> list[Kind]:
        title = self.type_.fields()[self.type_.title]
        return [title, *self.details, *([self.toned] if self.toned else [])]

    @property
    def names(self) -> list[str]:
        return [self.kind.name, *(kind.name for kind in self.kinds)]

    def slips(self, rows: Sequence[Row]) -> dict[int, Slip]:
        show = show_rows(rows, self.kinds, actor=self.actor)
        place = self.url(q=self.request.GET.get("q", ""), sort=self.kind.name).partition("?")[2]
        return {row.id: self.slip(row, show, place) for row in rows}

    def slip(self, row: Row, show: Show, place: str) -> Slip:
        title, at = self.kinds[0], row.values[self.kind.name]
        texts = (kind.text(row.values[kind.name], show=show) for kind in self.details)
        return Slip(
            id=row.id,
            url=f"{self.type_.url(row.id)}?{place}",
            title=title.text(row.values[title.name], show=show) or f"#{row.id}",
            version=row.version,
            time=f"{at.astimezone(self.actor.zone):%H:%M}" if isinstance(self.kind, Moment) else "",
            tone=tone(self.toned, row.values[self.toned.name], show) if self.toned else "",
            details=[text for text in texts if text],
        )

    def days(self, asked: Asked, days: Sequence[date]) -> list[Day]:
        """These days, which follow each other, with their first records: in three queries, however many there are."""
        size = SIZES.get(self.period.word, FIT)
        found = on_days.held(self.type_, asked.rows, self.kind, days, size=size, actor=self.actor)
        rows = self.type_.ask(with_ids, self.names, actor=self.actor, ids=[pk for one in found for pk in one.ids])
        slips = self.slips(rows)
        return [
            self.day(day, [slips[pk] for pk in one.ids if pk in slips], self.more(one), asked)
            for day, one in zip(days, found, strict=True)
        ]

    def more(self, held: on_days.Held) -> str:
        beyond = held.count - len(held.ids)
        if not beyond:
            return ""
        number = format_decimal(beyond, self.actor.language) + ("+" if held.over else "")
        return _("+%(number)s more") % {"number": number}

    def day(self, day: date, slips: Sequence[Slip], more: str, asked: Asked) -> Day:
        first, last = self.period.edges
        label = f"{WEEKDAYS_ABBR[day.weekday()]} {short(day)}"
        question = f"({asked.text})" if " or " in asked.text else asked.text
        return Day(
            value=day.isoformat(),
            number=str(day.day) if day.day > 1 or self.period.word != MONTH else short(day),
            label=label,
            is_today=day == self.today,
            outside=not first <= day <= last,
            slips=drawn(slips),
            more=more,
            more_url=self.url(q=f"{question} {self.kind.name}:{day.isoformat()}".strip(), sort=self.kind.name),
            new_url=self.new_url(day),
            new_label=_("New %(type)s on %(day)s") % {"type": amid(self.type_.label), "day": label},
        )

    def new_url(self, day: date) -> str:
        """The form for a new record on this day, where the form asks for that."""
        if not self.may_create:
            return ""
        text = f"{day}T{on_days.MORNING:%H:%M}" if isinstance(self.kind, Moment) else f"{day}"
        return self.url("new", **{self.kind.name: text, "next": self.calendar_url()})

    @cached_property
    def may_create(self) -> bool:
        return (
            bool(new_acts(self)) and self.kind.entered and self.kind.name in {one.name for one in kinds_of(self.type_)}
        )

    @cached_property
    def may_move(self) -> bool:
        return bool(self.type_.form) and self.kind.entered and access.may(self.type_, self.actor, "change")


def tone(kind: Kind, value: Any, show: Show) -> str:
    if isinstance(kind, Choice):
        option = kind.choices().get(value)
        return option.tone if option else ""
    return (show.label(kind.to, value).tone or "") if isinstance(kind, Reference) and value is not None else ""


class CalendarView(Calendar):
    def get(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "view")
        asked = Asked(request.GET.get("q", ""), self.type_, actor=self.actor)
        try:
            found = self.ahead(asked) if self.period.word == AGENDA else {"days": self.days(asked, self.period.days)}
        except query.QuestionError:  # a cursor of another day
            return self.go(self.calendar_url())
        return self.render("calendar.html", self.shape(asked, found))

    def shape(self, asked: Asked, found: Mapping[str, Any]) -> CalendarPage:
        period = self.period
        weekdays = WEEKDAYS_ABBR if period.word == MONTH else WEEKDAYS
        nothing = asked.error or (period.word == AGENDA and not found["days"])
        return CalendarPage(
            title=str(self.type_.plural),
            tabs=self.tabs("calendar", asked.text),
            acts=[
                *self.saving_acts("calendar", {"question": asked.text, "by": self.by_asked, "show": self.shown}),
                *new_acts(self),
            ],
            more=[*more_acts(self), *self.view_acts()],
            question=self.question(asked),
            word=period.word,
            period=period.title,
            words=[
                Link(label=str(label), url=self.url_of(replace(period, word=word)), current=word == period.word)
                for word, label in WORDS.items()
            ],
            by=self.dates(),
            before_url="" if period.word == AGENDA else self.url_of(period.before()),
            today_url=self.url_of(replace(period, at=self.today)),
            after_url="" if period.word == AGENDA else self.url_of(period.after()),
            heads=[str(weekdays[number]) for number in range(7)],
            move_url=self.url("reschedule", by=self.kind.name, show=period.word) if self.may_move else "",
            empty=asked.nothing(self.calendar_url(q=""), new_acts(self)) if nothing else None,
            **found,
        )

    def question(self, asked: Asked) -> Any:
        keep = [(name, self.request.GET.get(name, "")) for name in ("by", "show", "at", "view")]
        return asked.shape(lambda text: self.calendar_url(q=text), home=self.url("calendar"), keep=keep)

    def dates(self) -> list[Link]:
        """By which date records stand here, where there are several."""
        known, names = on_days.dates_of(self.type_), labels(self.type_)
        return [
            Link(label=names[kind.name], url=self.calendar_url(by=kind.name), current=kind == self.kind)
            for kind in (known if len(known) > 1 else ())
        ]

    # ---- what comes next ---------------------------------------------------------------------------------------

    def ahead(self, asked: Asked) -> dict[str, Any]:
        """The records from a day on, as a list that is turned page by page."""
        given, by = self.request.GET, self.kind.name
        begin = Order(self.type_, by).mark(Row(0, 0, {}, on_days.edge(self.kind, self.period.at, actor=self.actor)))
        turned = {"before": given["before"]} if "before" in given else {"after": given.get("after", begin)}
        rows = self.placed(asked.rows)
        found = query.page(self.type_, rows, sort=by, names=self.names, size=AHEAD, **turned)
        slips = self.slips(found.rows)
        grouped = groupby(found.rows, lambda row: on_days.day_of(self.kind, row.values[by], actor=self.actor))
        days = [self.day(day, [slips[row.id] for row in some], "", asked) for day, some in grouped]
        turn = {
            f"{name}_url": self.calendar_url(**{turn: mark}) if mark else ""
            for name, turn, mark in (("previous", "before", found.previous), ("next", "after", found.next))
        }
        return {"days": days, "pager": Pager(**turn)}

    def placed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return query.ask(self.type_, query.parse(f"-{self.kind.name}:empty", self.type_, actor=self.actor),
                         actor=self.actor, rows=rows)  # fmt: skip


class ReschedulePage(Calendar):
    """Puts a record on another day; a script gets the two days as they are now."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "change")
        if not self.may_move:
            raise PermissionDenied(_("This date is not set by people."))
        pk, to = whole(request.POST.get("ids", "")), self.asked_day(request.POST.get("to", ""))
        rows = self.type_.ask(this, self.names, actor=self.actor, pk=pk or 0)
        if not rows:
            raise Gone(_("There is no such record that you may see."))
        before = rows[0].values[self.kind.name]
        value = on_days.put_on(self.kind, to, actor=self.actor, before=before)
        draft = Draft(rows[0].id, {self.kind.name: value}, version=whole(request.POST.get(f"version.{pk}", "")))
        found = change.save_many(self.type_, [draft], actor=self.actor)
        told(found)
        where = f"{WEEKDAYS_ABBR[to.weekday()]} {short(to)}"
        said = _("%(name)s: now on %(day)s.") % {"name": self.slips(rows)[rows[0].id].title, "day": where}
        say(request, said, undo=undo_url(found))
        if not self.partial:
            return self.go(self.next_url(self.url("calendar")))
        left = [] if before is None else [on_days.day_of(self.kind, before, actor=self.actor)]
        asked = Asked(request.POST.get("q", ""), self.type_, actor=self.actor)
        days = [day for one in dict.fromkeys([*left, to]) for day in self.days(asked, [one])]
        return self.render_part("days.html", {"days": days}, toasts=toasts(request))

    def asked_day(self, text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise Http404 from None

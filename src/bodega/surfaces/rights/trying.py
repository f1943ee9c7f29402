"""Forms that decide who sees what, with a preview: who would gain and who would lose which records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bodega.kernel.actors import HIDDEN, LOCKED, VERBS
from bodega.lib.markup import conditional_escape, format_html
from bodega.lib.numbers import format_decimal
from bodega.platform.administration.gaining import Count, FieldGain, Gain, Gains, Place, gains
from bodega.surfaces.html.components import NOTHING, tag, who
from bodega.surfaces.html.editing import EditPage, NewPage, kinds_of
from bodega.surfaces.html.forms import Form, Sent
from bodega.surfaces.html.merging import Edit
from bodega.surfaces.html.pages import Page
from bodega.surfaces.html.shapes import Empty
from bodega.surfaces.html.sheets import FormPage, Line, Table
from bodega.surfaces.office.roles import RoleFields, RolePage
from bodega.surfaces.office.sheet import OfficeSheet, table
from bodega.surfaces.rights.why import verb_words

TRY = "try"
"""The name of the button that asks for a preview."""

if TYPE_CHECKING:
    Base = Page
else:
    Base = object


class Tried(Base):
    """A form that may be tried before it is saved: what is sent by the button for it is written and taken back."""

    would: Gains | None = None
    trying = written = False

    @property
    def may_be_tried(self) -> bool:
        """Whether anybody can gain or lose by it: by a role or a team that is there already."""
        return "pk" in self.kwargs

    def post(self, request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        usual: Callable[..., HttpResponse] = super().post  # type: ignore[misc]
        if TRY not in request.POST:
            return usual(request, **given)
        self.trying, answers = True, list[HttpResponse]()

        def write() -> bool:
            answers.append(usual(request, **given))
            return self.written

        self.would = gains(write)
        return self.drawn(request, **given) if self.written else answers[0]

    def go(self, url: str, said: str = "", *, undo: str = "") -> HttpResponse:
        """Where the form would go on it was written; nobody is told of what is taken back."""
        if not self.trying:
            return super().go(url, said, undo=undo)
        self.written = True
        return HttpResponse()

    def drawn(self, request: HttpRequest, **given: Any) -> HttpResponse:
        """The form as it was sent."""
        raise NotImplementedError

    def render(self, template: str, page: object, *, status: int = 200, **extra: Any) -> HttpResponse:
        if isinstance(page, FormPage) and self.may_be_tried:
            told = [gains_table(self.would, language=self.actor.language)] if self.would else []
            page = replace(page, try_label=_("Preview"), told=told)
        return super().render(template, page, status=status, **extra)


class TriedSheet(Tried, OfficeSheet):
    """A form of a role."""

    def drawn(self, request: HttpRequest, **given: Any) -> HttpResponse:
        del self.record  # it was written to, and that taken back
        form = Form(self.kinds(), self.values(), actor=self.actor, sent=Sent.of(request))
        return self.show(form)


class TriedRole(TriedSheet, RolePage):
    """How far its holders would reach."""


class TriedFields(TriedSheet, RoleFields):
    """Which fields they would see and set."""


class TriedNew(Tried, NewPage):
    """A rule, which concerns people from the first."""

    may_be_tried = True

    def drawn(self, request: HttpRequest, **given: Any) -> HttpResponse:
        return self.answer(Form(kinds_of(self.type_), self.defaults(), actor=self.actor, sent=Sent.of(request)))


class TriedEdit(Tried, EditPage):
    """A person, a team, a territory, a rule."""

    def drawn(self, request: HttpRequest, **given: Any) -> HttpResponse:
        return self.answer(Edit(self.type_, given["pk"], kinds_of(self.type_), actor=self.actor, sent=Sent.of(request)))


# ---- what is told ----------------------------------------------------------------------------------------------------


def gains_table(found: Gains, *, language: str) -> Table:
    words = verb_words()
    people = len(found.found) + found.others
    note = ngettext(
        "%(n)s person would see or do other things than now",
        "%(n)s people would see or do other things than now",
        people,
    )
    more = _("%(n)s more are not listed") % {"n": found.others}
    return table(
        _("Who gains and who loses"),
        [_("Person"), _("Records"), *(words[verb].capitalize() for verb in VERBS)],
        [line for gain in found.found for line in lines(gain, language=language)],
        note=", ".join([note % {"n": people}, *([more] if found.others else [])]) if people else "",
        empty=Empty(
            title=_("Nothing changes"), text=_("Everybody would see and may do what they do now."), icon="equal"
        ),
    )


def lines(gain: Gain, *, language: str) -> Sequence[Line]:
    """A line for each type of which there are records that they reach, now or then; the name before the first."""
    found = []
    for type_, places in groupby(gain.counts, key=lambda place: place.type):
        by_verb = {place.verb: place for place in places}
        if any(one.many for place in by_verb.values() for one in gain.counts[place]):
            cells = [change(gain, by_verb[verb], language=language) if verb in by_verb else NOTHING for verb in VERBS]
            found.append([conditional_escape(str(type_.plural)), *cells])
    found += [[of_field(one), *allowed(one)] for one in gain.fields]
    found = found or [[conditional_escape(_("None so far")), *[NOTHING] * len(VERBS)]]
    name = who(gain.person.name, href=f"/users/{gain.person.pk}/access/")
    return [Line(cells=[NOTHING if at else name, *cells]) for at, cells in enumerate(found)]


def change(gain: Gain, place: Place, *, language: str) -> SafeString:
    """The count before and after, and whether that is a gain."""
    before, after = gain.counts[place]
    if place.verb == "create":
        return may_or_not(is_so=bool(after.many))
    tone = "neutral" if before == after else "good" if (after.many, after.more) > (before.many, before.more) else "bad"
    shown = (said(count, language=language) for count in (before, after))
    return tag(format_html("{} → {}", *shown), tone=tone)


def of_field(one: FieldGain) -> SafeString:
    names = {"plural": str(one.type.plural), "field": str(one.kind.label or one.kind.name)}
    return conditional_escape(_("%(plural)s: the field “%(field)s”") % names)


def allowed(one: FieldGain) -> list[SafeString]:
    """For each verb whether the field may be seen or set now, where that is not as it was."""
    withheld = {"view": {HIDDEN}, "change": {HIDDEN, LOCKED}}
    return [
        NOTHING if verb not in withheld or is_so == was_so else may_or_not(is_so=is_so)
        for verb in VERBS
        for was_so, is_so in [[word not in withheld.get(verb, ()) for word in (one.before, one.after)]]
    ]


def may_or_not(*, is_so: bool) -> SafeString:
    return tag(_("may now"), tone="good") if is_so else tag(_("no longer"), tone="bad")


def said(count: Count, *, language: str) -> str:
    return format_decimal(count.many, language) + ("+" if count.more else "")

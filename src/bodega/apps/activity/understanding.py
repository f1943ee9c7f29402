"""What is read out of a line while it is written, shown as marks that are sent with it: each can be taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bodega.apps.activity import following, spoken
from bodega.apps.activity.actions import ABOUT, NOTE, TASK
from bodega.apps.activity.models import Note
from bodega.apps.activity.spoken import Heard, Someone, Understood
from bodega.kernel import access, registry
from bodega.kernel.options import options_of
from bodega.lib import clock, dates
from bodega.lib.markup import format_html, format_html_join
from bodega.lib.text import fold
from bodega.surfaces.html.components import icon
from bodega.surfaces.html.pages import Page

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.record import RecordType

LONGEST = 2_000
"""Letters of a text that are looked at."""
MOST_WORDS, MOST_PEOPLE = 12, 40
NOON = time(12)
LAST_LETTER = "\U0010ffff"
PERSON, ORGANISATION, USER = "parties.person", "parties.organisation", "kernel.user"


class UnderstoodPage(Page):
    """`/notes/understood/?about=parties.person%2312&text=…`: what such a note would say beside its text."""

    def get(self, request: HttpRequest) -> HttpResponse:
        notes = registry.type_of(NOTE)
        access.require(notes, self.actor, "create")
        about = ABOUT.parse(request.GET.get("about", ""), actor=self.actor)
        found = understood(request.GET.get("text", "")[:LONGEST], about, actor=self.actor)
        return HttpResponse(drawn(found, about, actor=self.actor))


def understood(line: str, about: tuple[str, int] | None, *, actor: Actor) -> Understood:
    """The line as it is meant on the page of a record: names are those of people who have to do with it, and ours."""
    known: Mapping[str, Any] = {
        "today": clock.today(actor.zone),
        "outcomes": {key: str(one.name) for key, one in options_of("activity.outcome").items() if not one.retired},
    }
    words = spoken.possible_names(line, **known)[:MOST_WORDS]
    return spoken.understand(line, **known, people=may_be_meant(about, words, actor=actor) if words else ())


# ---- who may be meant --------------------------------------------------------------------------------------------


def may_be_meant(about: tuple[str, int] | None, words: Sequence[str], *, actor: Actor) -> list[Someone]:
    """Of the customers that the record concerns, their people, and us, those who have one of the words in their name,
    as far as the actor may see them (a query for each type, and one for the record)."""
    people, firms, users = map(registry.type_of, (PERSON, ORGANISATION, USER))
    customers = {pk for _key, pk in concerned(about, actor=actor)} if about else set()
    found = [] if about else called(words, actor=actor)
    if customers:
        # Of an organisation that is hidden, nobody's belonging to it is told either.
        seen = dict(firms.rows(actor).filter(pk__in=customers).values_list("pk", "name"))
        theirs = Q(organisation_id__in=seen) if people.knows("organisation", actor) else Q(pk__in=[])
        found += some(people, Q(pk__in=customers) | theirs, words, actor=actor)
        found += [Someone(firms.key, pk, called) for pk, called in sorted(seen.items())]
    return [*found, *some(users, Q(is_active=True) & ~Q(pk=actor.user_id), words, actor=actor)]


def called(words: Sequence[str], *, actor: Actor) -> list[Someone]:
    """Of all customers those whose names begin with two words of the line together, else with one of them."""
    for begun in ([f"{one} {other}" for one, other in pairwise(words)], words):
        ranges = (Q(name_key__gte=fold(word), name_key__lt=fold(word) + LAST_LETTER) for word in begun)
        which = reduce(or_, ranges, Q(pk__in=[]))
        found = [one for key in (PERSON, ORGANISATION) for one in beginning(registry.type_of(key), which, actor=actor)]
        if found:
            return found
    return []


def beginning(type_: RecordType, which: Q, *, actor: Actor) -> list[Someone]:
    rows = type_.rows(actor).filter(which).order_by("name_key", "pk").values_list("pk", "name")[:MOST_PEOPLE]
    return [Someone(type_.key, pk, name) for pk, name in rows]


def proposed(line: str, *, actor: Actor) -> dict[str, Any]:
    """What the line says, as fields of an interaction: nothing where a name may mean several."""
    values: dict[str, Any] = {"text": line}
    for one in understood(line, None, actor=actor).heard:
        if one.part in ("channel", "direction", "minutes", "outcome"):
            values[one.part] = one.value
        elif one.part == "follow_up":
            values["follow"] = one.value
        elif one.part == "happened_on" and isinstance(one.value, date):
            values["happened_at"] = datetime.combine(one.value, NOON, actor.zone)
        elif isinstance(one.value, tuple) and len(one.value) == 1:
            field = "colleagues" if one.value[0].type == USER else "participants"
            values.setdefault(field, []).append(one.value[0].id)
    return values


def concerned(about: tuple[str, int], *, actor: Actor) -> Iterable[tuple[str, int]]:
    """The record, where it is a customer, and the customers it names."""
    type_ = registry.type_for(about[0], actor=actor)
    record = type_.one(about[1], actor=actor)
    named = type_.named_fields(type_.timeline) if record is not None else []
    found = [about, *(target for kind in named for target in kind.points_at(kind.get(record)))]
    return [target for target in found if target[0] in (PERSON, ORGANISATION, "parties.party")]


def some(type_: RecordType, which: Q, words: Sequence[str], *, actor: Actor) -> list[Someone]:
    key = type_.title_key
    called = reduce(or_, (Q(**{f"{key}__contains": fold(word)}) for word in words))
    rows = type_.rows(actor).filter(which).filter(called).order_by("pk").values_list("pk", "name")[:MOST_PEOPLE]
    return [Someone(type_.key, pk, name) for pk, name in rows]


# ---- the marks ---------------------------------------------------------------------------------------------------


def drawn(found: Understood, about: tuple[str, int] | None, *, actor: Actor) -> SafeString:
    """A box for each part. The channel is chosen in the list beside them, as far as nobody has chosen yet."""
    marks = [mark for one in found.heard for mark in marks_of(one, about, actor=actor)] + offers(found, actor=actor)
    channel = found.of("channel")
    return format_html(
        '<div class="understood" role="group" aria-label="{}" data-channel="{}">{}</div>',
        _("Understood"),
        channel.value if channel else "",
        format_html_join("", "{}", ((mark,) for mark in marks)),
    )


def marks_of(one: Heard, about: tuple[str, int] | None, *, actor: Actor) -> list[SafeString]:
    if isinstance(one.value, tuple):
        return [who(someone, sure=len(one.value) == 1) for someone in one.value if (someone.type, someone.id) != about]
    if isinstance(one.value, date):
        return day(one.part, one.value, actor=actor)
    if one.part == "minutes":
        return [mark("minutes", str(one.value), _("%(n)s min") % {"n": one.value}, sign="timer")]
    if one.part == "outcome":
        return [mark("outcome", str(one.value), str(options_of("activity.outcome")[str(one.value)].name), sign="flag")]
    if one.part == "direction":
        return [mark("direction", str(one.value), str(dict(Note.DIRECTIONS)[str(one.value)]), sign="arrow-right-left")]
    return []


def offers(found: Understood, *, actor: Actor) -> list[SafeString]:
    """What is offered after such an outcome, where the line does not say itself when to follow up. It is not ticked:
    nothing is made that nobody asked for."""
    outcome = found.of("outcome")
    if outcome is None or found.of("follow_up") or not access.may(registry.type_of(TASK), actor, "create"):
        return []
    steps = following.offered(str(outcome.value))
    words = [(str(step.pk), following.named(step, actor=actor)) for step in steps]
    return [mark("offered", pk, said, sign="corner-down-right", ticked=False) for pk, said in words]


def who(someone: Someone, *, sure: bool) -> SafeString:
    """Who alone is called so is ticked; of several, one is for a person to choose."""
    field, sign = ("colleagues", "user-round") if someone.type == USER else ("participants", "contact")
    return mark(field, f"#{someone.id}", someone.name, sign=sign, ticked=sure)


def day(part: str, value: date, *, actor: Actor) -> list[SafeString]:
    said = dates.day(value, today=clock.today(actor.zone))
    if part == "happened_on":
        return [mark("happened_at", f"{datetime.combine(value, NOON):%Y-%m-%dT%H:%M}", said, sign="calendar")]
    if not access.may(registry.type_of(TASK), actor, "create"):
        return []
    return [mark("follow", value.isoformat(), _("Follow up %(day)s") % {"day": said}, sign="corner-down-right")]


def mark(name: str, value: str, label: str, *, sign: str, ticked: bool = True) -> SafeString:
    box = (
        '<input type="checkbox" name="{}" value="{}" checked>'
        if ticked
        else '<input type="checkbox" name="{}" value="{}">'
    )
    return format_html("<label>{}{}{}</label>", format_html(box, name, value), icon(sign), label)

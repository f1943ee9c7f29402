"""Tasks that come again: how a rule is entered and read out, and what follows when one of them is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bodega.apps.activity.models import TaskReminder
from bodega.kernel import change, registry
from bodega.kernel.actors import system
from bodega.kernel.drafts import Draft
from bodega.kernel.kinds import Input, Show, Text
from bodega.kernel.parts import Part
from bodega.lib import clock, dates, recurring
from bodega.lib.recurring import DAILY, MONTHLY, WEEKLY, YEARLY, Rule
from bodega.lib.text import fold

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

TASK = "activity.task"
MOST_ABOUT = 50
"""Records that one task may be about."""
UNITS = {
    "": gettext_lazy("Never"),
    DAILY: gettext_lazy("Days"),
    WEEKLY: gettext_lazy("Weeks"),
    MONTHLY: gettext_lazy("Months"),
    YEARLY: gettext_lazy("Years"),
}
EXAMPLE = "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;UNTIL=20261231"
COPIED = "name kind about others priority repeat owner teams territory private".split()
"""What the next one has of the one that was done: so what is changed in one holds for those that follow."""


# ---- how it is entered -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Repeat(Text):
    """A rule of RFC 5545, as its text is kept; people enter it by unit, number, days and end."""

    operators = ("is", "empty")
    default_operator = "is"
    sortable = False

    def parse(self, text: Any, *, actor: Actor) -> str:
        word = super().parse(text, actor=actor) or ""
        try:
            return str(Rule.read(word)) if word else ""
        except ValueError:
            raise ValidationError(_("This is not a rule like %(rule)s.") % {"rule": EXAMPLE}) from None

    def text(self, value: Any, *, show: Show) -> str:
        return said(Rule.read(value), show=show) if value and is_rule(value) else value or ""

    def export(self, value: Any, *, show: Show) -> str:
        return value or ""

    def cell(self, value: Any, *, show: Show) -> Any:
        return super(Text, self).cell(value, show=show)

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        rule = Rule.read(value) if value and is_rule(value) else None
        days = ", ".join(str(WEEKDAYS_ABBR[day]) for day in rule.days) if rule else ""
        until = rule.until.isoformat() if rule and rule.until else ""
        units = [(key, str(name)) for key, name in UNITS.items()]
        return [
            Input("select", rule.unit if rule else "", options=units, label=_("Every so many")),
            Input("number", str(rule.every) if rule else "", "_every", label=_("How many")),
            Input("text", days, "_days", label=_("On days of the week")),
            Input("date", until, "_until", label=_("Until")),
        ]

    def read(self, given: Mapping[str, Sequence[str]], *, actor: Actor) -> str:
        unit = first(given, "")
        if unit not in UNITS:
            return self.parse(unit, actor=actor)
        if not unit:
            return ""
        days = ",".join(map(weekday, first(given, "_days").replace(",", " ").split())) if unit == WEEKLY else ""
        until = first(given, "_until").replace("-", "")
        parts = [f"FREQ={unit}", f"INTERVAL={first(given, '_every') or 1}"]
        parts += [f"BYDAY={days}"] if days else []
        return self.parse(";".join([*parts, *([f"UNTIL={until}"] if until else [])]), actor=actor)


def weekday(word: str) -> str:
    """The day of the week that a word means or begins, in the language of who writes. Raises ValidationError."""
    for number, code in enumerate(recurring.DAYS):
        if any(fold(name).startswith(fold(word).rstrip(".")) for name in (code, str(WEEKDAYS[number]))):
            return code
    raise ValidationError(_("“%(word)s” is no day of the week like Mon or Thu.") % {"word": word})


def first(given: Mapping[str, Sequence[str]], suffix: str) -> str:
    return next(iter(given.get(suffix, ())), "").strip()


def said(rule: Rule, *, show: Show) -> str:
    """The rule as people say it."""
    words = {
        DAILY: ngettext("every day", "every %(n)s days", rule.every),
        WEEKLY: ngettext("every week", "every %(n)s weeks", rule.every),
        MONTHLY: ngettext("every month", "every %(n)s months", rule.every),
        YEARLY: ngettext("every year", "every %(n)s years", rule.every),
    }
    parts = [words[rule.unit] % {"n": rule.every}]
    parts += [", ".join(str(WEEKDAYS[day]) for day in rule.days)] if rule.days else []
    if rule.until:
        parts.append(_("until %(day)s") % {"day": dates.day(rule.until, today=show.today)})
    return ", ".join(parts)


# ---- what is written along with it -----------------------------------------------------------------------------------


reminders = Part(
    name="reminders", label=gettext_lazy("Reminders"), model=TaskReminder, parent="task", fields="at", tells="due_on"
)


def prepare_task(drafts: Sequence[Draft], *, actor: Actor) -> None:
    """A rule needs a day to begin with; from then on the rule says the days, whatever day one of them is moved to."""
    for draft in drafts:
        if len(draft.values.get("others") or ()) > MOST_ABOUT:
            told = _("One task can be about up to %(most)s records.") % {"most": MOST_ABOUT}
            draft.refuse(ValidationError({"others": told}))
        rule = draft.get("repeat")
        if not rule or ("repeat" not in draft and "due_on" not in draft):
            continue
        day = draft.get("due_on")
        if not is_rule(rule):
            draft.refuse(ValidationError({"repeat": _("This is not a rule like %(rule)s.") % {"rule": EXAMPLE}}))
        elif day is None:
            draft.refuse(ValidationError({"due_on": _("What repeats needs a day to begin with.")}))
        elif "rhythm_on" not in draft and rule != draft.old.get("repeat"):
            draft.values |= {"repeat": anchored(rule, day), "rhythm_on": day}


def is_rule(text: str) -> bool:
    try:
        return bool(Rule.read(text))
    except ValueError:
        return False


def anchored(text: str, day: date) -> str:
    """The rule with the day of the month that it began on: the end of February does not make it the 28th for good."""
    rule = Rule.read(text)
    is_by_month = rule.unit in (MONTHLY, YEARLY)
    return str(replace(rule, month_day=day.day) if is_by_month and not rule.month_day else rule)


# ---- what follows ----------------------------------------------------------------------------------------------------


def together(*, actor: Actor, is_needed: bool) -> Actor:
    """Who says that one is done and has the next one made, to be taken back as one."""
    return actor.via(batch=f"repeat-{uuid4().hex}") if is_needed and not actor.batch else actor


def among(ids: Sequence[int], *, actor: Actor) -> list[int]:
    """Those of the tasks that repeat (one query)."""
    found = registry.type_of(TASK).raw(ids, ["id", "repeat"], actor=actor)
    return [pk for pk, rule in found if rule]


def go_on(ids: Sequence[int], *, actor: Actor) -> None:
    """Make the next one of each of these tasks, where there is one (a fixed number of statements)."""
    if not ids:
        return
    type_ = registry.type_of(TASK)
    rows = type_.read(type_.every(deleted=False).filter(pk__in=ids), [*COPIED, "due_on", "rhythm_on"])
    drafts = []
    for row in rows:
        day = next_day(row.values["repeat"], row.values["rhythm_on"] or row.values["due_on"], actor=actor)
        if day is not None:
            values = {name: row.values[name] for name in COPIED}
            values["others"] = [{"about": line["about"]} for line in values["others"]]
            drafts.append(Draft(None, {**values, "due_on": day, "rhythm_on": day}))
    if drafts:
        change.save_many(type_, drafts, actor=system(_("Repeated tasks"), on_behalf_of=actor))


def next_day(rule: str, day: date | None, *, actor: Actor) -> date | None:
    """The next day of a rule that is not past already."""
    today = clock.today(actor.zone)
    return Rule.read(rule).after(day or today, not_before=today)

"""The choices of fields that an administrator edits: sources, sectors, lost reasons, set by set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.html import conditional_escape as escaped
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bodega.kernel import change, registry
from bodega.kernel.kinds import Choice, Kind
from bodega.kernel.models import Option
from bodega.kernel.query.write import quote
from bodega.kernel.record import RecordType
from bodega.lib.markup import format_html
from bodega.platform.administration import records
from bodega.surfaces.html.components import tag
from bodega.surfaces.html.forms import Form
from bodega.surfaces.html.shapes import Act, Empty, Link, Section
from bodega.surfaces.html.sheets import FormPage, Line, Table, TablesPage
from bodega.surfaces.office.own_kinds import Picked, choice
from bodega.surfaces.office.sheet import OfficePage, OfficeSheet, give_to_all, order_acts, table
from bodega.surfaces.transfer.resolving import free_key

Users = Sequence[tuple[RecordType, Choice]]
"""The fields whose choices stand in a set."""
TONES = {
    "": gettext_lazy("Grey"),
    "info": gettext_lazy("Blue"),
    "plum": gettext_lazy("Plum"),
    "warn": gettext_lazy("Amber"),
    "good": gettext_lazy("Green"),
    "bad": gettext_lazy("Red"),
}


def every_set() -> dict[str, Users]:
    found: dict[str, list[tuple[RecordType, Choice]]] = {}
    for type_ in registry.every_type():
        for kind in type_.fields().values():
            if isinstance(kind, Choice) and kind.set and not type_.covers:
                found.setdefault(kind.set, []).append((type_, kind))
    return {**found}


def place(name: str, users: Users, *, current: bool = False) -> Link:
    return Link(label=str(users[0][1].label), url=f"/options/?set={name}", icon=users[0][0].icon, current=current)


class OptionsPage(OfficePage):
    """The options of one set, with all sets beside."""

    def get(self, request: HttpRequest) -> HttpResponse:
        sets, asked = every_set(), request.GET.get("set", "")
        name = asked if asked in sets else next(iter(sets))
        add = Act(label=_("New option"), url=f"/options/new/?set={name}", icon="plus", kind="primary", shortcut="n")
        links = [place(one, users, current=one == name) for one, users in sets.items()]
        page = TablesPage(
            title=str(records.option.plural),
            intro=_("What people choose from. One that is retired is no longer offered; records that have it keep it."),
            acts=[add],
            places=[Section(title=_("Choices"), links=links)],
            tables=[self.table(name, sets[name])],
        )
        return self.render("tables.html", page)

    def table(self, name: str, users: Users) -> Table:
        used = self.used(users)
        options = records.option.rows(self.actor).filter(set=name).order_by("order", "pk")
        heads = [_("Name"), _("Key"), _("Used by"), _("State")]
        empty = Empty(title=_("No options yet"), text=_("Add the first one."))
        note = ", ".join(dict.fromkeys(str(type_.plural) for type_, _kind in users))
        lines = [self.line(option, used.get(option.key, 0)) for option in options]
        return table(str(users[0][1].label), heads, lines, empty=empty, note=note)

    def used(self, users: Users) -> dict[str, int]:
        """How many records have each option: one query for each field."""
        counts: dict[str, int] = {}
        for type_, kind in users:
            rows = type_.rows(self.actor).exclude(**{kind.column: ""}).order_by().values_list(kind.column)
            for key, count in rows.annotate(count=Count("pk")):
                counts[key] = counts.get(key, 0) + count
        return counts

    def line(self, option: Option, used: int) -> Line:
        home = f"/options/{option.pk}"
        retire = Act(label=_("Retire"), url=f"{home}/retire/", icon="archive")
        if option.retired:
            retire = Act(label=_("Bring back"), url=f"{home}/return/", icon="archive-restore", post=True)
        told = ngettext("%(n)s record", "%(n)s records", used) % {"n": f"{used:,}"}
        return Line(
            cells=[
                tag(option.name, tone=option.tone or "neutral"),
                format_html("<code>{}</code>", option.key),
                escaped(told if used else "–"),
                tag(_("retired"), tone="warn") if option.retired else escaped(""),
            ],
            acts=[
                Act(label=_("Edit"), url=f"{home}/edit/", icon="pencil"),
                *order_acts(home, f"/options/%3Fset={option.set}"),
                retire,
            ],
        )


class OptionSheet(OfficeSheet):
    """A new option, or one that is there: its key stays, since records have it."""

    of = records.option

    @property
    def set(self) -> str:
        return str(self.record.set) if self.record else self.request.GET.get("set", "")

    @property
    def users(self) -> Users:
        known = every_set()
        if self.set not in known:
            raise ValidationError(_("There is no set of options “%(name)s”.") % {"name": self.set})
        return known[self.set]

    def kinds(self) -> Sequence[Kind]:
        tones = {key: tag(label, tone=key or "neutral") for key, label in TONES.items()}
        return [records.option.fields()["name"], Picked.of("tone", _("Colour"), tones).replace(required=False)]

    def values(self) -> Mapping[str, Any]:
        return {"name": self.record.name, "tone": self.record.tone} if self.record else {}

    def sheet(self, form: Form) -> FormPage:
        title = self.record.name if self.record else _("New option")
        return self.page(form, title, place(self.set, self.users))

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        known = self.users[0][1].choices()
        key = free_key(entered.get("name") or "", {*known})
        option = self.keep(entered, set=self.set, key=key, order=len(known))
        return self.go(f"/options/?set={self.set}", _("“%(name)s” can be chosen.") % {"name": option.name})


class Retire(OptionSheet):
    """Takes an option out of what can be chosen; the records that have it may be given another one."""

    def kinds(self) -> Sequence[Kind]:
        known = self.users[0][1].choices().items()
        others = {key: one.name for key, one in known if not one.retired and key != self.record.key}
        return [choice("to", _("Give its records"), others, told=_("Empty: they keep it."))]

    def values(self) -> Mapping[str, Any]:
        return {}

    def sheet(self, form: Form) -> FormPage:
        title = _("Retire “%(name)s”") % {"name": self.record.name}
        return self.page(form, title, place(self.set, self.users), save_label=_("Retire it"))

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        option = self.keep({"retired": True})
        for type_, kind in self.users if entered.get("to") else ():
            asked = f"{kind.name}:{quote(option.key)}"
            give_to_all(self, type_, asked, {kind.name: entered["to"]}, batch=f"retire:{option.pk}")
        return self.go(f"/options/?set={self.set}", _("“%(name)s” can no longer be chosen.") % {"name": option.name})


class Return(OfficePage):
    """Lets an option be chosen again."""

    of = records.option

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        option = change.save(self.record, {"retired": False}, actor=self.actor, type_=records.option)
        return self.go(f"/options/?set={option.set}", _("“%(name)s” can be chosen again.") % {"name": option.name})

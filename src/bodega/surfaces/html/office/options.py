"""The choices of fields that an administrator edits: sources, sectors, lost reasons, set by set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.html import conditional_escape as escaped
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bodega.kernel import change, records, registry
from bodega.kernel.kinds import Choice, Kind
from bodega.kernel.models import Option
from bodega.kernel.query.write import quote
from bodega.kernel.record import RecordType
from bodega.surfaces.html.components import tag
from bodega.surfaces.html.forms import Form
from bodega.surfaces.html.office.fields import found, free_key
from bodega.surfaces.html.office.own_kinds import Picked, choice
from bodega.surfaces.html.office.sheet import OfficePage, OfficeSheet, give_to_all
from bodega.surfaces.html.shapes import Act, Column, Empty, Link, Section
from bodega.surfaces.html.sheets import FormPage, Line, Table, TablesPage

TONES = {
    "": gettext_lazy("Grey"),
    "info": gettext_lazy("Blue"),
    "plum": gettext_lazy("Plum"),
    "warn": gettext_lazy("Amber"),
    "good": gettext_lazy("Green"),
    "bad": gettext_lazy("Red"),
}


def users_of() -> dict[str, list[tuple[RecordType, Choice]]]:
    """The fields whose choices stand in each set."""
    found: dict[str, list[tuple[RecordType, Choice]]] = {}
    for type_ in registry.every_type():
        for kind in type_.fields().values():
            if isinstance(kind, Choice) and kind.set and not type_.covers:
                found.setdefault(kind.set, []).append((type_, kind))
    return found


class OptionsPage(OfficePage):
    """The options of one set, with all sets beside."""

    def get(self, request: HttpRequest) -> HttpResponse:
        sets = users_of()
        name = request.GET.get("set", "")
        name = name if name in sets else next(iter(sets))
        label = label_of(sets[name])
        add = Act(label=_("New option"), url=f"/options/new/?set={name}", icon="plus", kind="primary", shortcut="n")
        page = TablesPage(
            title=str(records.option.plural),
            intro=_(
                "What people choose from. One that is retired can no longer be chosen; records that have it keep it."
            ),
            acts=[add],
            places=[Section(title=_("Choices"), links=[*places(sets, name)])],
            tables=[self.table(name, label, sets[name])],
        )
        return self.render("tables.html", page)

    def table(self, name: str, label: str, users: Sequence[tuple[RecordType, Choice]]) -> Table:
        options = [*records.option.rows(self.actor).filter(set=name).order_by("order", "pk")]
        used = self.used(users)
        heads = [_("Name"), _("Key"), _("Used by"), _("State")]
        return Table(
            title=label,
            note=", ".join(dict.fromkeys(str(type_.plural) for type_, _kind in users)),
            columns=[Column(name=head, label=head) for head in heads],
            lines=[self.line(option, used.get(option.key, 0)) for option in options],
            empty=None if options else Empty(title=_("No options yet"), text=_("Add the first one.")),
        )

    def used(self, users: Iterable[tuple[RecordType, Choice]]) -> dict[str, int]:
        """How many records have each option: one query for each field."""
        counts: dict[str, int] = {}
        for type_, kind in users:
            rows = type_.rows(self.actor).exclude(**{kind.column: ""}).order_by().values_list(kind.column)
            for key, count in rows.annotate(count=Count("pk")):
                counts[key] = counts.get(key, 0) + count
        return counts

    def line(self, option: Option, used: int) -> Line:
        home, back = f"/options/{option.pk}", f"?next=/options/%3Fset={option.set}"
        retire = Act(label=_("Retire"), url=f"{home}/retire/", icon="archive")
        if option.retired:
            retire = Act(label=_("Bring back"), url=f"{home}/return/", icon="archive-restore", post=True)
        return Line(
            cells=[
                tag(option.name, tone=option.tone or "neutral"),
                format_html("<code>{}</code>", option.key),
                records_told(used),
                tag(_("retired"), tone="warn") if option.retired else escaped(""),
            ],
            acts=[
                Act(label=_("Edit"), url=f"{home}/edit/", icon="pencil"),
                Act(label=_("Up"), url=f"{home}/up/{back}", icon="chevron-up", post=True, only_icon=True),
                Act(label=_("Down"), url=f"{home}/down/{back}", icon="chevron-down", post=True, only_icon=True),
                retire,
            ],
        )


def records_told(count: int) -> SafeString:
    return escaped(ngettext("%(n)s record", "%(n)s records", count) % {"n": f"{count:,}"} if count else "–")


def label_of(users: Sequence[tuple[RecordType, Choice]]) -> str:
    return str(users[0][1].label)


def places(sets: Mapping[str, Sequence[tuple[RecordType, Choice]]], shown: str) -> Iterable[Link]:
    for name, users in sets.items():
        yield Link(label=label_of(users), url=f"/options/?set={name}", icon=users[0][0].icon, current=name == shown)


class OptionSheet(OfficeSheet):
    """A new option, or one that is there: its key stays, since records have it."""

    def is_new(self) -> bool:
        return "option_id" not in self.kwargs

    @property
    def option(self) -> Option | None:
        return None if self.is_new() else found(records.option, self.kwargs["option_id"], self)

    @property
    def set(self) -> str:
        option = self.option
        return option.set if option else self.request.GET.get("set", "")

    def kinds(self) -> Sequence[Kind]:
        tones = {key: tag(label, tone=key or "neutral") for key, label in TONES.items()}
        return [records.option.fields()["name"], Picked.of("tone", _("Colour"), tones).replace(required=False)]

    def values(self) -> Mapping[str, Any]:
        option = self.option
        return {"name": option.name, "tone": option.tone} if option else {}

    def sheet(self, form: Form) -> FormPage:
        option, home = self.option, f"/options/?set={self.set}"
        return FormPage(
            title=option.name if option else _("New option"),
            crumbs=[Link(label=label_of(self.users), url=home)],
            url=self.request.get_full_path(),
            groups=form.groups({"": "name tone"}),
            save_label=_("Save") if option else _("Add the option"),
            cancel_url=home,
        )

    @property
    def users(self) -> Sequence[tuple[RecordType, Choice]]:
        known = users_of()
        if self.set not in known:
            raise ValidationError(_("There is no set of options “%(name)s”.") % {"name": self.set})
        return known[self.set]

    def save(self, entered: Mapping[str, Any]) -> HttpResponse:
        option, home = self.option, f"/options/?set={self.set}"
        if option:
            change.save(option, entered, actor=self.actor, type_=records.option)
            return self.go(home, _("Saved"))
        known = self.users[0][1].choices()
        key = free_key(entered.get("name", ""), known).replace("-", "_")
        given = {**entered, "set": self.set, "key": key, "order": len(known)}
        change.create(records.option, given, actor=self.actor)
        return self.go(home, _("“%(name)s” can be chosen.") % {"name": entered["name"]})


class Retire(OptionSheet):
    """Takes an option out of what can be chosen; the records that have it may be given another one."""

    def is_new(self) -> bool:
        return False

    def kinds(self) -> Sequence[Kind]:
        others = {
            key: one.name
            for key, one in self.users[0][1].choices().items()
            if not one.retired and key != self.option.key  # type: ignore[union-attr]
        }
        return [choice("to", _("Give its records"), others, told=_("Empty: they keep it."))]

    def values(self) -> Mapping[str, Any]:
        return {}

    def sheet(self, form: Form) -> FormPage:
        usual = super().sheet(form)
        title = _("Retire “%(name)s”") % {"name": usual.title}
        return replace(usual, title=title, groups=form.groups({"": "to"}), save_label=_("Retire it"))

    def save(self, entered: Mapping[str, Any]) -> HttpResponse:
        option = found(records.option, self.kwargs["option_id"], self)
        change.save(option, {"retired": True}, actor=self.actor, type_=records.option)
        for type_, kind in self.users if entered.get("to") else ():
            asked = f"{kind.name}:{quote(option.key)}"
            give_to_all(self, type_, asked, {kind.name: entered["to"]}, batch=f"retire:{option.pk}")
        return self.go(f"/options/?set={option.set}", _("“%(name)s” can no longer be chosen.") % {"name": option.name})


class Return(OfficePage):
    """Lets an option be chosen again."""

    def post(self, request: HttpRequest, option_id: int) -> HttpResponse:
        option = found(records.option, option_id, self)
        change.save(option, {"retired": False}, actor=self.actor, type_=records.option)
        return self.go(f"/options/?set={option.set}", _("“%(name)s” can be chosen again.") % {"name": option.name})

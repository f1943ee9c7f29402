"""Fields and record types that an administrator adds: at once in lists, forms, questions, imports and history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.html import conditional_escape as escaped
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.kernel import registry
from bodega.kernel.customising import options_in
from bodega.kernel.drafts import Gone
from bodega.kernel.kinds import Kind, LongText, Text
from bodega.kernel.models import CustomField
from bodega.kernel.record import RecordType
from bodega.lib.markup import format_html
from bodega.lib.text import amid
from bodega.platform.administration import records
from bodega.platform.administration.customising import ICONS
from bodega.platform.audit import log as audit
from bodega.platform.audit.models import MarkedField
from bodega.platform.audit.records import mark
from bodega.platform.indexes.jobs import purge_field, purge_type
from bodega.platform.jobs.declare import enqueue
from bodega.surfaces.html.components import icon, tag
from bodega.surfaces.html.forms import Form
from bodega.surfaces.html.shapes import Act, Empty, Link, Section
from bodega.surfaces.html.sheets import FormPage, Line, Table, TablesPage
from bodega.surfaces.office.own_kinds import Picked, choice
from bodega.surfaces.office.sheet import OfficePage, OfficeSheet, order_acts, table
from bodega.surfaces.transfer.resolving import free_key

EXPLAINED = {
    "text": (gettext_lazy("Text"), gettext_lazy("One line, such as a serial number")),
    "longtext": (gettext_lazy("Long text"), gettext_lazy("As many lines as it takes")),
    "choice": (gettext_lazy("Choice"), gettext_lazy("One of a few that you name")),
    "choices": (gettext_lazy("Several choices"), gettext_lazy("Any of a few that you name")),
    "yesno": (gettext_lazy("Yes or no"), gettext_lazy("A box to tick")),
    "integer": (gettext_lazy("Whole number"), gettext_lazy("Pieces, seats, years")),
    "decimal": (gettext_lazy("Number"), gettext_lazy("With decimals: metres, hours")),
    "money": (gettext_lazy("Amount"), gettext_lazy("Money, with its currency")),
    "percent": (gettext_lazy("Percent"), gettext_lazy("A share, a discount")),
    "date": (gettext_lazy("Date"), gettext_lazy("A day")),
    "datetime": (gettext_lazy("Date and time"), gettext_lazy("Shown in everybody’s own time zone")),
    "reference": (gettext_lazy("Another record"), gettext_lazy("A person, a machine of a customer")),
    "references": (gettext_lazy("Several records"), gettext_lazy("All machines of a customer")),
    "user": (gettext_lazy("Colleague"), gettext_lazy("Somebody who works here")),
    "tags": (gettext_lazy("Tags"), gettext_lazy("Words that come into being by being used")),
    "file": (gettext_lazy("File"), gettext_lazy("A drawing, a contract")),
    "email": (gettext_lazy("E-mail"), gettext_lazy("An address to write to")),
    "phone": (gettext_lazy("Telephone"), gettext_lazy("A number to call")),
    "url": (gettext_lazy("Web address"), gettext_lazy("A page to open")),
    "place": (gettext_lazy("Address"), gettext_lazy("Street, postcode, city, country")),
    "country": (gettext_lazy("Country"), gettext_lazy("Entered by any of its names")),
    "richtext": (gettext_lazy("Formatted text"), gettext_lazy("With headings, lists and links")),
}
"""What an administrator chooses from; kinds for programs are left to imports."""


def fitting() -> list[RecordType]:
    """The types that may have fields of one's own, those in the side bar first."""
    types = [type_ for type_ in registry.every_type() if type_.form and not type_.admin]
    return sorted(types, key=lambda type_: not type_.listed)


class FieldsPage(OfficePage):
    """The fields of one type, with all types beside, and what is in the trash."""

    def get(self, request: HttpRequest) -> HttpResponse:
        types = fitting()
        type_ = next((one for one in types if one.key == request.GET.get("type")), types[0])
        fields = records.custom_field.trash(self.actor).filter(type=type_.key).order_by("pk")
        tables = [
            self.own(type_),
            self.marked(type_),
            trashed(_("Removed fields"), records.custom_field.slug, fields),
            trashed(_("Removed record types"), records.custom_type.slug, records.custom_type.trash(self.actor)),
        ]
        add = f"/fields/new/?type={type_.key}"
        page = TablesPage(
            title=_("Fields and types"),
            intro=_("A field that you add is there at once: in lists, forms, questions, imports and history."),
            acts=[
                Act(label=_("New record type"), url="/types/new/", icon="shapes"),
                Act(label=_("New field"), url=add, icon="plus", kind="primary", shortcut="n"),
            ],
            more=type_acts(type_),
            places=[Section(title=_("Record types"), links=[place(one, current=one is type_) for one in types])],
            tables=[one for one in tables if one.lines or one.empty],
        )
        return self.render("tables.html", page)

    def own(self, type_: RecordType) -> Table:
        heads = [_("Label"), _("Word in questions"), _("Kind"), _("Needed"), _("Fast")]
        fields = records.custom_field.rows(self.actor).filter(type=type_.key).order_by("order", "pk")
        plural = {"plural": amid(type_.plural)}
        text = _("What else do you want to know of %(plural)s? Add a field for it.") % plural
        empty = Empty(title=_("No fields of your own yet"), text=text)
        return table(_("Your fields of %(plural)s") % plural, heads, [line(field) for field in fields], empty=empty)

    def marked(self, type_: RecordType) -> Table:
        plural = {"plural": amid(type_.plural)}
        add = Act(label=_("Mark a field"), url=f"/marked-fields/new/?type={type_.key}", icon="eye")
        text = _("Mark a field, and every look at it is in the audit log.")
        empty = Empty(title=_("No field is marked"), text=text)
        lines = [marked_line(one, type_) for one in mark.rows(self.actor).filter(type=type_.key).order_by("pk")]
        return table(_("Marked fields of %(plural)s") % plural, [_("Field")], lines, acts=[add], empty=empty)


def marked_line(one: MarkedField, type_: RecordType) -> Line:
    kind = type_.field(one.field)
    unmark = Act(
        label=_("No longer mark it"),
        url=f"/marked-fields/{one.pk}/delete/?next=/fields/%3Ftype={type_.key}",
        icon="eye-off",
        post=True,
    )
    return Line(cells=[escaped(str(kind.label or kind.name) if kind else one.name)], acts=[unmark])


def place(type_: RecordType, *, current: bool) -> Link:
    own = sum(1 for kind in type_.fields().values() if kind.custom)
    url, label = f"/fields/?type={type_.key}", str(type_.plural)
    return Link(label=label, url=url, icon=type_.icon, current=current, note=str(own or ""))


def line(field: CustomField) -> Line:
    home, back = f"/fields/{field.pk}", f"/fields/%3Ftype={field.type}"
    return Line(
        cells=[
            escaped(field.name),
            format_html("<code>{}</code>", field.word),
            escaped(kind_words(field)),
            escaped(_("yes") if field.required else _("no")),
            speed(field),
        ],
        acts=[
            Act(label=_("Edit"), url=f"{home}/edit/", icon="pencil"),
            *order_acts(home, back),
            Act(label=_("Remove"), url=f"{home}/delete/?next={back}", icon="trash-2", post=True),
        ],
    )


def kind_words(field: CustomField) -> str:
    words = str(EXPLAINED[field.kind][0]) if field.kind in EXPLAINED else field.kind
    target = next((str(type_.plural) for type_ in registry.every_type() if type_.key == field.target), "")
    more = ", ".join(name for _key, name in options_in(field.options)) or target
    return f"{words}: {more}" if more else words


def speed(field: CustomField) -> SafeString:
    if not field.indexed:
        return escaped(_("no"))
    is_ready = field.index_state == "ready"
    return tag(_("ready") if is_ready else _("being built"), tone="good" if is_ready else "info")


def type_acts(type_: RecordType) -> list[Act]:
    """What can be done to a type that was made here."""
    if "type" not in type_.where:
        return []
    home = f"/types/{type_.where['type']}"
    return [
        Act(label=_("Edit the type"), url=f"{home}/edit/", icon="pencil"),
        Act(label=_("Remove the type"), url=f"{home}/delete/?next=/fields/", icon="trash-2", post=True),
    ]


def trashed(title: str, slug: str, rows: Iterable[Any]) -> Table:
    lines = []
    for row in rows:
        home = f"/{slug}/{row.pk}"
        restore = Act(label=_("Restore"), url=f"{home}/restore/?next=/fields/", icon="undo-2", post=True)
        purge = Act(label=_("Purge"), url=f"{home}/purge/", icon="trash-2")
        lines.append(Line(cells=[escaped(row.name)], acts=[restore, purge]))
    return table(title, [_("Name")], lines, note=_("Their data is kept until they are purged."))


# one field ----------------------------------------------------------------------------------------


class FieldSheet(OfficeSheet):
    """A new field, or one that is there: its kind and its type stay what they are."""

    of = records.custom_field

    def kinds(self) -> Sequence[Kind]:
        own, field = records.custom_field.fields(), self.record
        types = {type_.key: str(type_.plural) for type_ in fitting()}
        sorts = {word: format_html("<span>{} <small>{}</small></span>", *told) for word, told in EXPLAINED.items()}
        lines = _("One on each line. To rename one, write over it; what a record has stays.")
        kinds = {
            "type": choice("type", _("Of which records"), types, required=True),
            "name": own["name"].replace(help=_("What stands before it, such as “Delivery gate”.")),
            "kind": Picked.of("kind", _("What it holds"), sorts),
            "options": LongText(name="options", label=_("Options"), help=lines),
            "target": choice("target", _("Which records"), {**types, "kernel.user": str(records.user.plural)}),
            "required": own["required"].replace(help=_("A new record cannot be saved without it.")),
            "indexed": own["indexed"].replace(help=_("For questions over many thousand records.")),
            "word": own["word"].replace(required=False, help=_("Made of the label if left empty.")),
        }
        fixed = {"type", "kind", "target"} if field else set()
        if field and field.kind not in ("choice", "choices"):
            fixed.add("options")
        return [kind for name, kind in kinds.items() if name not in fixed]

    def values(self) -> Mapping[str, Any]:
        field = self.record
        if field is None:
            return {"type": self.request.GET.get("type", ""), "kind": "text"}
        options = "\n".join(name for _key, name in options_in(field.options))
        return {name: getattr(field, name) for name in ("name", "word", "required", "indexed")} | {"options": options}

    def sheet(self, form: Form) -> FormPage:
        groups = form.groups({"": "type name kind options target", _("Rules"): "required indexed word"})
        if self.record:
            return self.page(form, self.record.name, home(self.record.type), groups=groups)
        above = home(self.request.GET.get("type", ""))
        return self.page(form, _("New field"), above, groups=groups, save_label=_("Add the field"))

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        given = dict(entered)
        if "options" in given:
            before = options_in(self.record.options) if self.record else []
            given["options"] = options_of(given["options"] or "", before)
        last = records.custom_field.rows(self.actor).filter(type=given.get("type") or "").count()
        field = self.keep(given, order=last)
        return self.go(home(field.type).url, _("The field “%(name)s” is there.") % {"name": field.name})


def home(type_key: str = "") -> Link:
    return Link(label=_("Fields and types"), url=f"/fields/?type={type_key}" if type_key else "/fields/")


def options_of(text: str, before: Sequence[tuple[str, str]]) -> list[list[str]]:
    """(key, name) from lines. One that was written over keeps its key, so that records keep their value."""
    names = [*dict.fromkeys(name.strip() for name in text.splitlines() if name.strip())]
    keys = {name: key for key, name in before}
    found: list[list[str]] = []
    for at, name in enumerate(names):
        if name not in keys and len(names) == len(before) and before[at][1] not in names:
            keys[name] = before[at][0]
        found.append([keys.setdefault(name, free_key(name, {*keys.values()})), name])
    return found


# one type -----------------------------------------------------------------------------------------


class TypeSheet(OfficeSheet):
    """A new record type, or one that was made before."""

    of = records.custom_type

    def kinds(self) -> Sequence[Kind]:
        own = records.custom_type.fields()
        pictures = {name: format_html("{} {}", icon(name), name.replace("-", " ")) for name in ICONS}
        return [
            own["name"].replace(help=_("Of one of them: “Boat”.")),
            own["plural"].replace(required=False, help=_("Of several: “Boats”. Made of the name if left empty.")),
            Picked.of("icon", _("Sign"), pictures),
        ]

    def values(self) -> Mapping[str, Any]:
        made = self.record
        return {"icon": ICONS[0]} if made is None else {"name": made.name, "plural": made.plural, "icon": made.icon}

    def sheet(self, form: Form) -> FormPage:
        if self.record:
            return self.page(form, self.record.name, home(self.record.key))
        told = _("Whatever else you keep records of: boats, machines, courses. Add its fields next.")
        return self.page(form, _("New record type"), home(), intro=told, save_label=_("Add the record type"))

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        made = self.keep({name: value for name, value in entered.items() if value})
        return self.go(home(made.key).url, _("“%(name)s” is there.") % {"name": made.plural})


# for good -----------------------------------------------------------------------------------------


class Purge(OfficeSheet):
    """Removes a field or a type that is in the trash, with all that was entered; asks for its name first."""

    @cached_property
    def record(self) -> Any:
        found = self.of and self.of.trash(self.actor).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Gone(_("It is not in the trash. Only what is there can be purged."))
        return found

    def kinds(self) -> Sequence[Kind]:
        told = _("Type “%(name)s” to confirm.") % {"name": self.record.name}
        return [Text(name="name", label=_("Its name"), help=told, required=True)]

    def sheet(self, form: Form) -> FormPage:
        title = _("Purge “%(name)s”") % {"name": self.record.name}
        told = _("Everything that was entered in it is removed for good, from the records and from their history.")
        return self.page(form, title, home(), intro=told, save_label=_("Purge it"), save_kind="danger")

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        doomed = self.record
        if (entered.get("name") or "").strip() != doomed.name:
            raise ValidationError({"name": _("This is not its name.")})
        about = audit.About(self.of.key if self.of else "", doomed.pk, doomed.name)
        audit.note(audit.Kind.PURGED, actor=self.actor, about=about)
        if self.of is records.custom_field:
            enqueue(purge_field, key=f"purge field {doomed.pk}", field_id=doomed.pk)
        else:
            enqueue(purge_type, key=f"purge type {doomed.pk}", type_id=doomed.pk)
        return self.go("/fields/", _("“%(name)s” is being purged.") % {"name": doomed.name})

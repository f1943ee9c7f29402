"""Fields and record types that an administrator adds: at once in lists, forms, questions, imports and history."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.html import conditional_escape as escaped
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.kernel import change, records, registry
from bodega.kernel.customising import ICONS, options_in
from bodega.kernel.drafts import Gone
from bodega.kernel.kinds import Kind, LongText, Text, YesNo
from bodega.kernel.models import CustomField, CustomType
from bodega.kernel.record import RecordType
from bodega.lib.text import slug
from bodega.platform.indexes.jobs import purge_field, purge_type
from bodega.platform.jobs.declare import enqueue
from bodega.surfaces.html.components import icon, tag
from bodega.surfaces.html.forms import Form
from bodega.surfaces.html.office.own_kinds import Picked, choice
from bodega.surfaces.html.office.sheet import OfficePage, OfficeSheet
from bodega.surfaces.html.shapes import Act, Column, Empty, Link, Section
from bodega.surfaces.html.sheets import FormPage, Line, Table, TablesPage

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
    """The types that may have fields of one's own."""
    return [type_ for type_ in registry.every_type() if type_.form and not type_.admin]


class FieldsPage(OfficePage):
    """The fields of one type, with all types beside, and what is in the trash."""

    def get(self, request: HttpRequest) -> HttpResponse:
        types = fitting()
        type_ = next((one for one in types if one.key == request.GET.get("type")), None) or next(
            one for one in types if one.listed
        )
        removed = [field for field in records.custom_field.trash(self.actor).order_by("pk") if field.type == type_.key]
        gone = [*records.custom_type.trash(self.actor).order_by("pk")]
        tables = [self.own(type_)]
        if removed:
            tables.append(trashed(_("Removed fields"), records.custom_field.slug, removed))
        if gone:
            tables.append(trashed(_("Removed record types"), records.custom_type.slug, gone))
        page = TablesPage(
            title=_("Fields and types"),
            intro=_("A field that you add is there at once: in lists, forms, questions, imports and history."),
            acts=[
                Act(label=_("New record type"), url="/types/new/", icon="plus"),
                Act(
                    label=_("New field"),
                    url=f"/fields/new/?type={type_.key}",
                    icon="plus",
                    kind="primary",
                    shortcut="n",
                ),
            ],
            more=type_acts(type_),
            places=[Section(title=_("Record types"), links=self.places(types, type_))],
            tables=tables,
        )
        return self.render("tables.html", page)

    def places(self, types: Sequence[RecordType], shown: RecordType) -> list[Link]:
        counts = {type_.key: sum(1 for kind in type_.fields().values() if kind.custom) for type_ in types}
        return [
            Link(
                label=str(type_.plural), url=f"/fields/?type={type_.key}", icon=type_.icon, current=type_ is shown,
                note=str(counts[type_.key] or ""),
            )
            for type_ in types
        ]  # fmt: skip

    def own(self, type_: RecordType) -> Table:
        heads = [_("Label"), _("Word in questions"), _("Kind"), _("Needed"), _("Fast")]
        fields = records.custom_field.rows(self.actor).filter(type=type_.key).order_by("order", "pk")
        plural = str(type_.plural).lower()
        empty = Empty(
            title=_("No fields of your own yet"),
            text=_("What else do you want to know of %(plural)s? Add a field for it.") % {"plural": plural},
        )
        return Table(
            title=_("Your fields of %(plural)s") % {"plural": plural},
            columns=[Column(name=head, label=head) for head in heads],
            lines=[line(field) for field in fields],
            empty=None if fields else empty,
        )


def line(field: CustomField) -> Line:
    home = f"/fields/{field.pk}"
    back = f"?next=/fields/%3Ftype={field.type}"
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
            Act(label=_("Up"), url=f"{home}/up/{back}", icon="chevron-up", post=True, only_icon=True),
            Act(label=_("Down"), url=f"{home}/down/{back}", icon="chevron-down", post=True, only_icon=True),
            Act(label=_("Remove"), url=f"{home}/delete/{back}", icon="trash-2", post=True),
        ],
    )


def kind_words(field: CustomField) -> str:
    words = str(EXPLAINED[field.kind][0]) if field.kind in EXPLAINED else field.kind
    if field.options:
        return f"{words}: {', '.join(name for _key, name in options_in(field.options))}"
    return f"{words}: {registry.type_of(field.target).plural}" if known(field.target) else words


def explained(name: object, text: object) -> SafeString:
    return format_html("<span>{} <small>{}</small></span>", name, text)


def known(key: str) -> bool:
    return any(type_.key == key for type_ in registry.every_type())


def speed(field: CustomField) -> SafeString:
    if not field.indexed:
        return escaped(_("no"))
    is_ready = field.index_state == "ready"
    return tag(_("ready") if is_ready else _("being built"), tone="good" if is_ready else "info")


def type_acts(type_: RecordType) -> list[Act]:
    """What can be done to a type that was made here."""
    made = type_.where.get("type") if type_.key.startswith("custom.") else None
    if made is None:
        return []
    return [
        Act(label=_("Edit the type"), url=f"/types/{made}/edit/", icon="pencil"),
        Act(label=_("Remove the type"), url=f"/types/{made}/delete/?next=/fields/", icon="trash-2", post=True),
    ]


def trashed(title: str, slug: str, rows: Sequence[Any]) -> Table:
    lines = [
        Line(
            cells=[escaped(row.name)],
            acts=[
                Act(label=_("Restore"), url=f"/{slug}/{row.pk}/restore/?next=/fields/", icon="undo-2", post=True),
                Act(label=_("Purge"), url=f"/{slug}/{row.pk}/purge/", icon="trash-2"),
            ],
        )
        for row in rows
    ]
    return Table(
        title=title,
        note=_("Their data is kept until they are purged."),
        columns=[Column(name="name", label=_("Name"))],
        lines=lines,
    )


# one field ----------------------------------------------------------------------------------------


class FieldSheet(OfficeSheet):
    """A new field, or one that is there: its kind and its type stay what they are."""

    def is_new(self) -> bool:
        return "field_id" not in self.kwargs

    @property
    def field(self) -> CustomField | None:
        return None if self.is_new() else found(records.custom_field, self.kwargs["field_id"], self)

    def kinds(self) -> Sequence[Kind]:
        types = {type_.key: str(type_.plural) for type_ in fitting()}
        own = records.custom_field.fields()
        first = [
            choice("type", _("Of which records"), types, required=True),
            own["name"].replace(help=_("What stands before it, such as “Delivery gate”.")),
            Picked.of("kind", _("What it holds"), {word: explained(*told) for word, told in EXPLAINED.items()}),
        ]
        rest = [
            LongText(name="options", label=_("Options"), help=_(
                "One on each line. To rename one, write over it; what a record has stays."
            )),
            choice("target", _("Which records"), {**types, "kernel.user": str(records.user.plural)}),
            YesNo(name="required", label=_("Needed"), help=_("A new record cannot be saved without it.")),
            YesNo(name="indexed", label=_("Found fast"), help=_("For questions over many thousand records.")),
            own["word"].replace(required=False, help=_("Made of the label if left empty.")),
        ]  # fmt: skip
        return [*first, *rest] if self.is_new() else [first[1], *self.of_kind(rest)]

    def of_kind(self, rest: Sequence[Kind]) -> list[Kind]:
        has_options = bool(self.field and self.field.kind in ("choice", "choices"))
        return [kind for kind in rest if kind.name != "target" and (kind.name != "options" or has_options)]

    def values(self) -> Mapping[str, Any]:
        field = self.field
        if field is None:
            return {"type": self.request.GET.get("type", ""), "kind": "text"}
        options = "\n".join(name for _key, name in options_in(field.options))
        return {name: getattr(field, name) for name in ("name", "word", "required", "indexed")} | {"options": options}

    def sheet(self, form: Form) -> FormPage:
        field = self.field
        return FormPage(
            title=field.name if field else _("New field"),
            crumbs=[Link(label=_("Fields and types"), url="/fields/")],
            url=self.request.get_full_path(),
            groups=form.groups({"": "type name kind options target", _("Rules"): "required indexed word"}),
            save_label=_("Save") if field else _("Add the field"),
            cancel_url=f"/fields/?type={field.type if field else self.request.GET.get('type', '')}",
        )

    def save(self, entered: Mapping[str, Any]) -> HttpResponse:
        field, given = self.field, dict(entered)
        if "options" in given:
            given["options"] = options_of(given["options"] or "", options_in(field.options) if field else [])
        if field:
            saved = change.save(field, given, actor=self.actor, type_=records.custom_field)
        else:
            last = records.custom_field.rows(self.actor).filter(type=given.get("type")).count()
            saved = change.create(records.custom_field, {**given, "order": last}, actor=self.actor)
        return self.go(f"/fields/?type={saved.type}", _("The field “%(name)s” is there.") % {"name": saved.name})


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


def free_key(name: str, taken: Collection[str]) -> str:
    plain = slug(name) or name
    return next(key for n in range(len(taken) + 1) if (key := f"{plain}-{n + 1}" if n else plain) not in taken)


# one type -----------------------------------------------------------------------------------------


class TypeSheet(OfficeSheet):
    """A new record type, or one that was made before."""

    def is_new(self) -> bool:
        return "type_id" not in self.kwargs

    @property
    def made(self) -> CustomType | None:
        return None if self.is_new() else found(records.custom_type, self.kwargs["type_id"], self)

    def kinds(self) -> Sequence[Kind]:
        own = records.custom_type.fields()
        pictures = {name: format_html("{} {}", icon(name), name.replace("-", " ")) for name in ICONS}
        return [
            own["name"].replace(help=_("Of one of them: “Boat”.")),
            own["plural"].replace(required=False, help=_("Of several: “Boats”. Made of the name if left empty.")),
            Picked.of("icon", _("Sign"), pictures),
        ]

    def values(self) -> Mapping[str, Any]:
        made = self.made
        return {"icon": ICONS[0]} if made is None else {"name": made.name, "plural": made.plural, "icon": made.icon}

    def sheet(self, form: Form) -> FormPage:
        made = self.made
        return FormPage(
            title=made.name if made else _("New record type"),
            crumbs=[Link(label=_("Fields and types"), url="/fields/")],
            url=self.request.path,
            intro=""
            if made
            else _("Whatever else you keep records of: boats, machines, courses. Add its fields next."),
            groups=form.groups({"": "name plural icon"}),
            save_label=_("Save") if made else _("Add the record type"),
            cancel_url="/fields/",
        )

    def save(self, entered: Mapping[str, Any]) -> HttpResponse:
        made = self.made
        given = {name: value for name, value in entered.items() if value}
        if made:
            saved = change.save(made, given, actor=self.actor, type_=records.custom_type)
        else:
            saved = change.create(records.custom_type, given, actor=self.actor)
        return self.go(f"/fields/?type={saved.key}", _("“%(name)s” is there.") % {"name": saved.plural})


# for good -----------------------------------------------------------------------------------------


class Purge(OfficeSheet):
    """Removes a field or a type that is in the trash, with all that was entered; asks for its name first."""

    of: RecordType = records.custom_field

    @property
    def doomed(self) -> CustomField | CustomType:
        found: CustomField | CustomType | None = self.of.trash(self.actor).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Gone(_("It is not in the trash. Only what is there can be purged."))
        return found

    def kinds(self) -> Sequence[Kind]:
        told = _("Type “%(name)s” to confirm.") % {"name": self.doomed.name}
        return [Text(name="name", label=_("Its name"), help=told, required=True)]

    def sheet(self, form: Form) -> FormPage:
        doomed = self.doomed
        return FormPage(
            title=_("Purge “%(name)s”") % {"name": doomed.name},
            crumbs=[Link(label=_("Fields and types"), url="/fields/")],
            url=self.request.path,
            intro=_("Everything that was entered in it is removed for good, from the records and from their history."),
            groups=form.groups({"": "name"}),
            save_label=_("Purge it"),
            save_kind="danger",
            cancel_url="/fields/",
        )

    def save(self, entered: Mapping[str, Any]) -> HttpResponse:
        doomed = self.doomed
        if entered.get("name", "").strip() != doomed.name:
            raise ValidationError({"name": _("This is not its name.")})
        if isinstance(doomed, CustomField):
            enqueue(purge_field, key=f"purge field {doomed.pk}", field_id=doomed.pk)
        else:
            enqueue(purge_type, key=f"purge type {doomed.pk}", type_id=doomed.pk)
        return self.go("/fields/", _("“%(name)s” is being purged.") % {"name": doomed.name})


def found(type_: RecordType, pk: int, page: OfficePage) -> Any:
    """The record, or a page that says it is not there."""
    record = type_.rows(page.actor).filter(pk=pk).first()
    if record is None:
        raise Gone(_("There is no such record that you may see."))
    return record

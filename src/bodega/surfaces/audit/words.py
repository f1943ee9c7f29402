"""An entry of the audit log as people read it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bodega.kernel import registry
from bodega.kernel.kinds import Show
from bodega.kernel.record import RecordType, load_labels
from bodega.lib.markup import conditional_escape, format_html
from bodega.platform.audit.kinds import Kind
from bodega.platform.audit.models import Entry
from bodega.surfaces.html.components import tag

TONES: Mapping[str, str] = {
    Kind.REFUSED: "bad",
    Kind.RIGHTS_CHANGED: "warn",
    Kind.SETTINGS_CHANGED: "info",
    Kind.EXPORTED: "plum",
    Kind.LOOKED: "plum",
    Kind.LOOKING_AS: "warn",
    Kind.PURGED: "bad",
    Kind.PAUSED: "warn",
    Kind.DISCARDED: "bad",
    Kind.CONFIGURED: "warn",
}
SURFACES = {
    "page": gettext_lazy("in the browser"),
    "api": gettext_lazy("over the API"),
    "import": gettext_lazy("by an import"),
    "bulk": gettext_lazy("for many at once"),
    "command": gettext_lazy("by command"),
    "reaction": gettext_lazy("by the program"),
    "system": gettext_lazy("by the program"),
}
VERBS = {
    "created": gettext_lazy("Added"),
    "changed": gettext_lazy("Changed"),
    "deleted": gettext_lazy("Put into the trash"),
    "restored": gettext_lazy("Taken out of the trash"),
    "undone": gettext_lazy("Taken back"),
}
LABELS = {
    "changed": gettext_lazy("Changed"),
    "format": gettext_lazy("Format"),
    "may_write": gettext_lazy("May write"),
    "prefix": gettext_lazy("Begins with"),
    "question": gettext_lazy("Question"),
    "reader": gettext_lazy("Reader"),
    "records": gettext_lazy("Records"),
    "sessions": gettext_lazy("Sessions elsewhere"),
    "token": gettext_lazy("Token"),
    "types": gettext_lazy("Record types"),
    "until": gettext_lazy("Good until"),
}
"""What is told of an entry without being opened; all of it stands in its details."""


def type_of(key: str) -> RecordType | None:
    try:
        return registry.type_of(key)
    except registry.UnknownType:
        return None


def who(entry: Entry) -> SafeString:
    place = " ".join(word for word in (str(SURFACES.get(entry.surface, entry.surface)), entry.address) if word)
    return format_html('{}<br><small class="quiet">{}</small>', entry.name or "–", place)


def about(entry: Entry) -> str:
    type_ = type_of(entry.about_type)
    if entry.about_id is None:
        return entry.about or (str(type_.plural) if type_ else entry.about_type)
    named = entry.about or f"#{entry.about_id}"
    return f"{type_.label}: {named}" if type_ else f"{entry.about_type}: {named}"


def told(entry: Entry, *, show: Show) -> SafeString:
    """What there is to know at a glance. What nobody of us has written is shown as well, for what it is."""
    try:
        return said(entry, json.loads(entry.details), show=show)
    except (AttributeError, LookupError, TypeError, ValueError):
        return tag(_("not as it was written"), tone="bad")


def said(entry: Entry, details: Mapping[str, Any], *, show: Show) -> SafeString:
    if entry.kind == Kind.LOOKED:
        return conditional_escape(looked(details))
    if "verb" in details:
        return changed(details, type_of(entry.about_type), show=show)
    texts = (f"{LABELS[name]}: {text(details[name])}" for name in LABELS if details.get(name) not in (None, "", [], {}))
    return conditional_escape(" · ".join(texts))


def text(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {one}" for name, one in value.items())
    return str(value)


def looked(details: Mapping[str, Any]) -> str:
    count = details["records"]
    fields = ", ".join(name for key, keys in details["fields"].items() for name in names(key, keys))
    if not count:
        return _("%(fields)s, added up") % {"fields": fields}
    told = ngettext("%(fields)s of %(n)s record", "%(fields)s of %(n)s records", count)
    return told % {"fields": fields, "n": f"{count:,}"}


def names(key: str, fields: list[str]) -> Iterator[str]:
    """What people call these fields; one that was removed by its id."""
    type_ = type_of(key)
    for name in fields:
        kind = type_.field(name) if type_ else None
        yield str(kind.label or kind.name) if kind else name


def changed(details: Mapping[str, Any], type_: RecordType | None, *, show: Show) -> SafeString:
    old, new = details.get("old") or {}, details.get("new") or {}
    verb = VERBS.get(details["verb"], details["verb"])
    pieces = [f"{label}: {before} → {after}" if before else f"{label}: {after}"
              for label, before, after in differences(type_, old, new, show=show)]  # fmt: skip
    return conditional_escape(f"{verb}. {' · '.join(pieces)}" if pieces else str(verb))


def differences(
    type_: RecordType | None, old: Mapping[str, Any], new: Mapping[str, Any], *, show: Show
) -> Iterator[tuple[str, str, str]]:
    kinds = type_.fields() if type_ else {}
    known = [
        (kinds[name], *(kinds[name].from_json(image.get(name)) for image in (old, new)))
        for name in new
        if name in kinds and kinds[name].editable
    ]
    load_labels(show, (to for kind, *values in known for value in values for to in kind.points_at(value)))
    for kind, before, after in known:
        yield str(kind.label or kind.name), kind.text(before, show=show), kind.text(after, show=show)


def whole(entry: Entry) -> str:
    """Everything that is kept, for who wants to know exactly."""
    return f"{entry.number} {entry.digest}\n{entry.details}"

"""Files about a record: dropped on its page, looked at, and kept with what they were before under the same name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField, QuerySet, TextField
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bodega.kernel import access, registry
from bodega.kernel.drafts import Gone
from bodega.kernel.kinds import Moment, Show
from bodega.kernel.raw import Slot
from bodega.kernel.reading import Row
from bodega.kernel.record import RecordType, load_labels
from bodega.lib.markup import format_html
from bodega.lib.text import fold
from bodega.platform.files import content, store
from bodega.platform.files.content import plain_name
from bodega.platform.files.models import File
from bodega.platform.files.records import file
from bodega.platform.files.small import small
from bodega.surfaces.html import panels
from bodega.surfaces.html.pages import Page, TypePage
from bodega.surfaces.html.shapes import Act, Panel

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

MOST = 100
"""Files of a record that its page knows of; the newest come first."""
SHOWN = 8
READ = 64 * 2**10
"""Bytes of a text that are shown."""
NAMES = ["name", "size", "created_at", "owner"]
ICONS = {"pdf": "file-text", "csv": "sheet", "xlsx": "sheet", "zip": "file-archive"}
ICONS |= dict.fromkeys(("png", "jpg", "jpeg", "gif", "webp"), "image")
AT = Moment(name="at")


def about_it(rows: QuerySet[Any]) -> QuerySet[Any]:
    about_type, about_id = Slot("type", output_field=TextField()), Slot("pk", output_field=BigIntegerField())
    return rows.filter(about_type=about_type, about_id=about_id).order_by("-pk")[:MOST]


def by_name(rows: Iterable[Row]) -> list[list[Row]]:
    """The files of one name together, the newest first: the others are what it was before."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(fold(row.values["name"]), []).append(row)
    return [*found.values()]


def has_files(type_: RecordType) -> bool:
    return type_.listed and not type_.admin and not type_.covers


def panel(visit: panels.Visit) -> Panel | None:
    """The files about this record, and where to drop another one."""
    may_add = access.may(file, visit.actor, "create")
    if not has_files(visit.type) or not file.knows("about name", visit.actor):
        return None
    kept = by_name(file.ask(about_it, NAMES, actor=visit.actor, type=visit.type.key, pk=visit.record.pk))
    if not kept and not may_add:
        return None
    owners = {row.values["owner"] for some in kept for row in some} - {None}
    show = load_labels(Show(visit.actor), (("kernel.user", pk) for pk in owners))
    shown = {
        "url": f"{visit.url}files/" if may_add else "",
        "csrf_token": visit.token,
        "files": [line(some, show) for some in kept],
        "shown": SHOWN,
    }
    note = str(len(kept)) if kept else ""
    return Panel(title=_("Files"), note=note, html=format_html("{}", render_to_string("parts/files.html", shown)))


def line(some: Sequence[Row], show: Show) -> dict[str, Any]:
    newest, *earlier = some
    before = ngettext("%(n)s earlier version", "%(n)s earlier versions", len(earlier)) % {"n": len(earlier)}
    return {
        "name": newest.values["name"],
        "url": file.url(newest.id),
        "icon": ICONS.get(newest.values["name"].rpartition(".")[2].lower(), "file"),
        "told": told(newest, show),
        "before": before if earlier else "",
        "earlier": [{"url": file.url(row.id), "told": told(row, show)} for row in earlier],
    }


def told(row: Row, show: Show) -> str:
    """“12 KB, yesterday, Anna Snelling”."""
    values = row.values
    who = show.label("kernel.user", values["owner"]).text if values["owner"] else ""
    return ", ".join(
        word for word in (filesizeformat(values["size"]), AT.text(values["created_at"], show=show), who) if word
    )


class RecordFiles(TypePage):
    """Takes files that are dropped on a record, and answers with all that are about it; `called` makes one the next
    version of another."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.answer(self.found(pk)) if self.partial else self.go(f"{self.type_.url(pk)}#files")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record, called = self.found(pk), request.POST.get("called", "")
        uploads = request.FILES.getlist("file")
        if not uploads:
            raise ValidationError(_("Choose a file."))
        about = (self.type_.key, record.pk)
        made = [store.upload(one.chunks(), called or one.name or "", about=about, actor=self.actor) for one in uploads]
        if self.partial:
            return self.answer(record)
        said = ngettext("%(n)s file was added.", "%(n)s files were added.", len(made)) % {"n": len(made)}
        return self.go(self.type_.url(pk), said)

    def found(self, pk: int) -> Any:
        access.require(self.type_, self.actor, "view")
        record = self.type_.one(pk, actor=self.actor) if has_files(self.type_) else None
        if record is None:
            raise Gone(_("It may not be there, or not be yours to see."))
        return record

    def answer(self, record: Any) -> HttpResponse:
        visit = panels.Visit(self.type_, record, self.actor, token=get_token(self.request))
        return self.render_part("parts/panel.html", None, panel=panel(visit))


def preview(visit: panels.Visit) -> Panel | None:
    """What is in a file: an image as we have drawn it, the beginning of a text, or how to have it."""
    held: File = visit.record
    if not held.sha256:
        return None
    url = f"/files/{held.pk}/download/"
    shown = {"url": url, "image": "", "text": "", "name": held.name}
    kind = store.media_type_of(held)
    if kind in content.IMAGES:
        shown["image"] = f"/files/{held.pk}/image/"
    elif kind == content.UNKNOWN:
        shown["text"] = text_of(store.beginning(held, READ))
    html = format_html("{}", render_to_string("parts/preview.html", shown))
    acts = [Act(label=_("Download"), url=url, icon="download")]
    if access.may(file, visit.actor, "delete") and access.allows(file, held, visit.actor, "delete"):
        away = f"{visit.url}delete/?{urlencode({'next': home_of(held, actor=visit.actor)})}"
        acts.append(Act(label=_("Delete"), url=away, icon="trash-2", post=True))
    return Panel(title=_("Preview"), html=html, acts=acts)


def home_of(held: File, *, actor: Actor) -> str:
    """The page of what it is about, for who may see that."""
    with suppress(registry.UnknownType):
        about = registry.type_for(held.about_type, actor=actor)
        if held.about_id and about.rows(actor).filter(pk=held.about_id).exists():
            return about.url(held.about_id)
    return f"/{file.slug}/"


def text_of(given: bytes) -> str:
    """The bytes as a text; nothing where they are none. A letter that was cut in two at the end is left out."""
    try:
        found = given.decode("utf-8-sig") if len(given) < READ else given[: given.rfind(b"\n") + 1].decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
    return "" if "\0" in found else found


class FilePage(Page):
    """What an uploaded file holds. Nothing in it is taken for a page of ours."""

    def held(self, pk: int) -> File:
        """Raises Gone for what one may not see, and for a file without content."""
        found: File | None = file.rows(self.actor).filter(pk=pk).first()
        if found is None or not found.sha256:
            raise Gone(_("There is no such file that you may see."))
        return found

    def sent(self, held: File, kind: str, **more: Any) -> HttpResponseBase:
        answer = FileResponse(store.opened(held), content_type=kind, **more)
        answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return answer


class Download(FilePage):
    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        held = self.held(pk)
        return self.sent(held, store.media_type_of(held), as_attachment=True, filename=plain_name(held.name))


class Image(FilePage):
    """An image for a page of ours. Only what was drawn anew is handed out so."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        held = self.held(pk)
        if (kind := store.media_type_of(held)) not in content.IMAGES:
            raise Gone(_("This file is no image."))
        return self.sent(held, kind)


class Small(FilePage):
    """The same in small, for pages with many of them."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        held = self.held(pk)
        try:
            return HttpResponse(small(held), content_type="image/webp")
        except ValueError:
            raise Gone(_("This file is no image.")) from None


panels.add(panels.EVERY, panel, label=gettext_lazy("Files"))
panels.add("files.file", preview, label=gettext_lazy("Preview"), side="main")

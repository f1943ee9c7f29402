"""What can be done with a record type, call by call: the document and its page are made of these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from bodega.kernel import access
from bodega.kernel.action import ONE, SOME, TYPE, Action
from bodega.kernel.kinds.base import Json
from bodega.kernel.record import RecordType
from bodega.surfaces.api import exporting, lists, schemas
from bodega.surfaces.api.bulk import MOST, VERBS
from bodega.surfaces.api.calls import JSON
from bodega.surfaces.api.keyed import keys_of
from bodega.surfaces.api.schemas import TEXT, Schema, ref
from bodega.surfaces.api.values import writable
from bodega.surfaces.brief.calls import BRIEF, has_brief
from bodega.surfaces.export.answer import MEDIA_TYPES

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

READING = (400, 401, 403, 404, 409, 429)
WRITING = (*READING, 412, 413, 415, 422)
Good = Mapping[int, Schema | None]
"""The answers when it was done, by status; None without a body."""
ITEMS: Good = {200: ref("Items"), 207: ref("Items")}
ETAG: Schema = {"ETag": {"schema": TEXT, "description": "The version and a mark of the content, as in “3.9f2c41aa”."}}
LOCATION: Schema = {"Location": {"schema": TEXT}}


@dataclass(frozen=True)
class Operation:
    """One thing that can be done. `takes` names its parameters; `has_tag` says that it answers with one record."""

    method: str
    path: str
    name: str
    summary: str
    good: Good
    takes: tuple[str, ...] = ()
    body: Schema | None = None
    has_tag: bool = False
    media_type: str = JSON
    told: str = ""

    def to_json(self, tag: str) -> dict[str, Json]:
        is_read = self.method == "get"
        takes = self.takes if is_read else (*self.takes, "Idempotency-Key")
        answers = {str(status): self.answer(status, schema) for status, schema in self.good.items()}
        problems = {str(one): {"$ref": f"#/components/responses/{one}"} for one in (READING if is_read else WRITING)}
        made: dict[str, Json] = {
            "operationId": self.name,
            "summary": self.summary,
            "description": self.told,
            "tags": [tag],
            "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in takes],
            "responses": answers | problems,
        }
        if self.body is not None:
            made["requestBody"] = {"required": True, "content": {JSON: {"schema": self.body}}}
        return made

    def answer(self, status: int, schema: Schema | None) -> Schema:
        headers = (ETAG if self.has_tag else {}) | (LOCATION if status == 201 else {})
        content = {"content": {self.media_type: {"schema": schema}}} if schema else {}
        return {"description": _("Done") if status != 304 else _("Not changed since"), "headers": headers} | content


class OfType:
    """The operations of one type, as far as the actor may do them."""

    def __init__(self, type_: RecordType, *, actor: Actor) -> None:
        self.type, self.key, self.actor = type_, type_.key, actor
        self.row, self.rows, self.values = (ref(f"{self.key}{tail}") for tail in ("", ".page", ".values"))
        self.may = {verb for verb in ("create", "change", "delete") if access.may(type_, actor, verb)}
        self.actions = [action for action in type_.actions if access.may(type_, actor, action.needs)]

    def schemas(self) -> Iterable[tuple[str, Schema]]:
        yield self.key, schemas.record(self.type)
        yield f"{self.key}.page", schemas.page(self.key)
        if self.may:
            yield f"{self.key}.values", schemas.values(writable(self.type), new=False)

    def all(self) -> Iterable[Operation]:
        yield from self.reading()
        yield from self.exports()
        yield from self.keyed()
        yield from self.writing()
        yield from (self.doing(action) for action in self.actions)

    def make(self, method: str, tail: str, name: str, summary: str, good: Good, *takes: str, **more: Json) -> Operation:
        return Operation(method, f"/api/v1/{self.type.slug}/{tail}", f"{self.key}.{name}", summary, good, takes, **more)

    def one(self, method: str, tail: str, name: str, summary: str, good: Good, *takes: str, **more: Json) -> Operation:
        """One that answers with the record."""
        return self.make(method, tail, name, summary, good, *takes, has_tag=True, **more)

    def reading(self) -> Iterable[Operation]:
        rows: Good = {200: self.rows}
        sorts = _("In the order of: %(sorts)s.") % {"sorts": ", ".join([*self.type.sortable, "id", "created_at"])}
        yield self.make("get", "", "list", str(self.type.plural), rows, *lists.Records.takes, told=sorts)
        yield self.make("get", "report/", "report", _("Groups and sums"), {200: ref("Report")}, *lists.Report.takes)
        yield self.one("get", "{id}/", "read", str(self.type.label), {200: self.row, 304: None}, "id", "If-None-Match")
        if has_brief(self.type):
            yield self.make("get", "{id}/brief/", "brief", _("What to know before a call"), {200: BRIEF}, "id")
        if access.may(self.type, self.actor, "history"):
            happened, takes = _("What happened to it"), ("id", "before-version", "limit")
            yield self.make("get", "{id}/history/", "history", happened, {200: ref("Events")}, *takes)
        if "delete" in self.may:
            yield self.make("get", "trash/", "trash", _("What was deleted"), rows, *lists.PAGING)

    def exports(self) -> Iterable[Operation]:
        for name, content in MEDIA_TYPES.items() if access.may(self.type, self.actor, "export") else ():
            told = _("All of them as a file: %(format)s") % {"format": name}
            content = content.partition(";")[0]
            takes = exporting.Export.takes
            yield self.make("get", f"export.{name}", f"export.{name}", told, {200: TEXT}, *takes, media_type=content)

    def keyed(self) -> Iterable[Operation]:
        for name in keys_of(self.type):
            path, told = f"by/{name}/{{value}}/", _("By its %(field)s") % {"field": name}
            yield self.one("get", path, f"by.{name}", told, {200: self.row, 304: None}, "value", "If-None-Match")
            if {"create", "change"} <= self.may:
                takes, good = ("value", "If-Match", "If-None-Match"), {200: self.row, 201: self.row}
                told = _("Change it, or add it")
                yield self.one("put", path, f"put.{name}", told, good, *takes, body=self.values)

    def writing(self) -> Iterable[Operation]:
        new = schemas.values(writable(self.type), new=True)
        some = schemas.values(writable(self.type), new=False, version=schemas.VERSION)
        if "create" in self.may:
            yield self.one("post", "", "create", _("Add one"), {201: self.row}, body=new)
        if "change" in self.may:
            yield self.one("patch", "{id}/", "change", _("Change it"), {200: self.row}, "id", "If-Match", body=some)
        if "delete" in self.may:
            away, back = _("Put it into the trash"), _("Take it out of the trash")
            yield self.make("delete", "{id}/", "delete", away, {204: None}, "id", "If-Match")
            yield self.one("post", "{id}/restore/", "restore", back, {200: self.row}, "id")
        if self.may:
            items = schemas.several({"act": schemas.one_of(VERBS), "values": self.values}, MOST)
            yield self.make("post", "bulk/", "bulk", _("Up to a thousand at once"), ITEMS, body=items)

    def doing(self, action: Action) -> Operation:
        name, told = f"do.{action.name}", str(action.label)
        body = schemas.values(action.parameters, new=True)
        if action.target == ONE:
            path, good = f"{{id}}/do/{action.name}/", {200: self.row, 204: None}
            return self.one("post", path, name, told, good, "id", "If-Match", body=body, told=action.help)
        if action.target == SOME:
            body = schemas.with_ids(body, MOST)
        good = {201: self.row, 204: None} if action.target == TYPE else dict(ITEMS)
        return self.make("post", f"do/{action.name}/", name, told, good, body=body, told=action.help)


def general() -> Iterable[Operation]:
    anything: Good = {200: {"type": "object"}}
    yield Operation("get", "/api/v1/", "start", _("Who I am, and what there is"), anything)
    yield Operation("get", "/api/v1/openapi.json", "document", _("The document of all this"), anything)
    feed = _("What happens, in the order in which it was committed")
    yield Operation("get", "/api/v1/changes/", "changes", feed, {200: ref("Feed")}, ("after-event", "types", "limit"))

"""The OpenAPI 3.1 document, made for who asks for it: of the types they may see, with the fields there are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import access, registry
from bodega.kernel.kinds.base import Json
from bodega.kernel.record import RecordType
from bodega.surfaces.api import schemas
from bodega.surfaces.api.calls import LIMIT, Call
from bodega.surfaces.api.operations import WRITING, OfType, general
from bodega.surfaces.api.problems import KINDS, MEDIA_TYPE
from bodega.surfaces.api.schemas import TEXT, Schema, ref

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor


class Start(Call):
    """Who the caller is, and the types they may see."""

    def get(self, request: HttpRequest) -> HttpResponse:
        types = [
            {"key": one.key, "label": str(one.label), "plural": str(one.plural), "address": f"/api/v1/{one.slug}/"}
            for one in seen_types(actor=self.actor)
        ]
        me = {"id": str(self.user.pk), "name": self.user.name}
        return self.told({"version": 1, "me": me, "types": types, "document": "/api/v1/openapi.json"})


class Document(Call):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.told(document(actor=self.actor))


def seen_types(*, actor: Actor) -> list[RecordType]:
    return [type_.for_(actor) for type_ in registry.every_type() if access.may(type_, actor, "view")]


def document(*, actor: Actor) -> dict[str, Json]:
    types = [OfType(type_, actor=actor) for type_ in seen_types(actor=actor)]
    tagged = [(_("All types"), general()), *((str(one.type.plural), one.all()) for one in types)]
    paths: dict[str, dict[str, Json]] = {}
    for tag, operations in tagged:
        for one in operations:
            paths.setdefault(one.path, {})[one.method] = one.to_json(tag)
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{settings.BODEGA_COMPANY}: Bodega", "version": "1"},
        "servers": [{"url": settings.BODEGA_BASE_URL}],
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": {**schemas.SHARED, **{name: schema for one in types for name, schema in one.schemas()}},
            "responses": {str(status): told_problem(status) for status in WRITING},
            "parameters": parameters(),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
            },
        },
    }


def told_problem(status: int) -> Schema:
    titles = [f"{title} ({kind})" for kind, (number, title) in KINDS.items() if number == status]
    return {"description": "; ".join(titles), "content": {MEDIA_TYPE: {"schema": ref("Problem")}}}


def parameters() -> dict[str, Schema]:
    """Every parameter there is, by the name under which operations take it."""
    flag, number = schemas.one_of(("yes", "no")), {"type": "integer", "minimum": 1, "maximum": LIMIT}
    asked: dict[str, tuple[Schema, str]] = {
        "q": (TEXT, _("A question as people type it: stage:open amount>10k owner:me.")),
        "where": (TEXT, _("A question as JSON.")),
        "fields": (TEXT, _("The fields wanted, with commas between them.")),
        "sort": (TEXT, _("A field; with a dash before it falling.")),
        "after": (TEXT, _("The `next` of the page before.")),
        "before": (TEXT, _("The `previous` of the page behind.")),
        "limit": (number, _("At most so many.")),
        "count": (flag, _("Count them, too, as far as that is quick.")),
        "names": (flag, _("Say what the records referred to are called.")),
        "bom": (flag, _("Begin CSV with the mark that Excel wants.")),
        "by": (TEXT, _("The fields to group by, with commas between them: stage,owner,expected_on.month.")),
        "sum": (TEXT, _("The fields to add up.")),
        "average": (TEXT, _("The fields whose mean is wanted.")),
        "types": (TEXT, _("The keys of the types wanted, with commas between them.")),
    }
    found = {name: parameter("query", name, *told) for name, told in asked.items()}
    now = _("The `next` of the answer before; `now` for what happens from now on.")
    found["after-event"] = parameter("query", "after", TEXT, now)
    found["before-version"] = parameter("query", "before", schemas.VERSION, _("Only versions below this one."))
    found["id"] = parameter("path", "id", {"type": "integer", "minimum": 1, "maximum": 2**63 - 1})
    found["value"] = parameter("path", "value", {"type": "string", "minLength": 1})
    found |= {name: parameter("header", name, TEXT) for name in ("If-Match", "If-None-Match")}
    found["Idempotency-Key"] = parameter("header", "Idempotency-Key", TEXT, _("Sent again with it, it is done once."))
    return found


def parameter(where: str, name: str, schema: Schema, told: str = "") -> Schema:
    return {"in": where, "name": name, "schema": schema, "description": told, "required": where == "path"}

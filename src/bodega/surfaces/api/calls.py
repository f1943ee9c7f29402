"""What every call goes through: who asks and as what, which parameters and which JSON were sent, what it is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from zlib import crc32

import orjson
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from bodega.kernel import registry
from bodega.kernel.actors import Actor, User, actor_of
from bodega.kernel.drafts import Gone
from bodega.kernel.kinds.base import Json
from bodega.kernel.raw import to_json_text
from bodega.kernel.record import RecordType
from bodega.kernel.scope import arranged_as
from bodega.platform.accounts.signing_in import TooMany
from bodega.platform.tokens.bearing import bearer
from bodega.surfaces.api import keeping
from bodega.surfaces.api.problems import STOPS, Problem, Wrong, problem_of
from bodega.surfaces.api.rows import record_of

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
JSON = "application/json"
LIMIT = 1_000
"""Rows, events or acts in one answer, at most."""
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="bodega"'}


class Call(View):
    """One address of the API. `takes` names the parameters of its GET."""

    actor: Actor
    user: User
    takes: tuple[str, ...] = ()

    def dispatch(self, request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        language = settings.LANGUAGE_CODE
        try:
            self.user, self.actor = caller(request)
            request.actor = self.actor  # type: ignore[attr-defined]  # as on pages: the log tells whose call it was
            language = self.actor.language
            with timezone.override(self.actor.zone), translation.override(language):
                return self.carried_out(request, **given)
        except STOPS as stop:
            with translation.override(language):
                return problem_of(stop).answer()

    def carried_out(self, request: HttpRequest, **given: Any) -> HttpResponse:
        method = (request.method or "").lower()
        do = getattr(self, method, None) if method in self.http_method_names else None
        if do is None:
            return self.http_method_not_allowed(request)
        self.check_parameters()
        if request.method in SAFE:
            return cast("HttpResponse", do(request, **given))
        return keeping.once(request, self.user, lambda: do(request, **given))

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        allowed = [name.upper() for name in self.http_method_names if hasattr(self, name)]
        raise Problem("method", headers={"Allow": ", ".join(allowed)})

    # ---- what was sent -----------------------------------------------------------------------------------------

    def check_parameters(self) -> None:
        """A parameter that is not known would go unheeded, and nobody would notice."""
        takes = self.takes if self.request.method in SAFE else ()
        for name in self.request.GET:
            if name not in takes:
                raise self.bad(name, _("There is no such parameter here."))
            if len(self.request.GET.getlist(name)) > 1:
                raise self.bad(name, _("This was given more than once."))

    def bad(self, name: str, detail: str) -> Problem:
        return Problem("malformed", errors=[Wrong(parameter=name, detail=detail)])

    def asked(self, name: str) -> str:
        text = self.request.GET.get(name, "")
        if "\0" in text:
            raise self.bad(name, _("A parameter has no NUL character."))
        return text

    def asked_names(self, name: str) -> list[str]:
        return [word for word in self.asked(name).replace(",", " ").split() if word]

    def limit(self, usual: int) -> int:
        return self.number("limit", most=LIMIT, usual=usual)

    def number(self, name: str, *, most: int, usual: int) -> int:
        text = self.asked(name)
        if text and not (text.isascii() and text.isdigit() and len(text) < 19 and 0 < int(text) <= most):
            raise self.bad(name, _("Expected a whole number from 1 to %(most)s.") % {"most": most})
        return int(text or usual)

    def asked_flag(self, name: str) -> bool:
        text = self.asked(name)
        if text not in ("", "yes", "no"):
            raise self.bad(name, _("Expected yes or no."))
        return text == "yes"

    def sent(self) -> dict[str, Json]:
        """The JSON object in the body."""
        content = self.request.content_type or ""
        if content != JSON and not content.endswith("+json"):
            raise Problem("media-type", _("The body of a call is of the type %(type)s.") % {"type": JSON})
        try:
            found = orjson.loads(self.request.body)
        except orjson.JSONDecodeError as wrong:
            raise Problem("malformed", _("The body is not JSON: %(problem)s.") % {"problem": wrong}) from None
        if not isinstance(found, dict):
            raise Problem("malformed", _("The body is to be a JSON object."))
        return found

    # ---- what is answered --------------------------------------------------------------------------------------

    def told(self, body: Json, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
        return HttpResponse(to_json_text(body), status=status, content_type=JSON, headers=dict(headers or {}))

    def told_record(self, record: Mapping[str, Json], *, status: int = 200, **headers: str) -> HttpResponse:
        """With its ETag; only its number where the caller has that state already."""
        text = to_json_text(record) or ""
        tag = f'"{record["version"]}.{crc32(text.encode()):08x}"'
        if self.request.method in SAFE and tag in tags(self.request, "If-None-Match"):
            return HttpResponse(status=304, headers={"ETag": tag})
        return HttpResponse(text, status=status, content_type=JSON, headers={"ETag": tag, **headers})

    def expected_version(self) -> int | None:
        """The version in If-Match: what stands in an ETag before the dot. None where any will do."""
        given = tags(self.request, "If-Match")
        if not given or given == ["*"]:
            return None
        number = given[0].strip('"').partition(".")[0]
        if len(given) > 1 or not (number.isascii() and number.isdigit() and len(number) < 10):
            raise Problem("malformed", _("If-Match takes the ETag of the record, as it was answered."))
        return int(number)


def tags(request: HttpRequest, header: str) -> list[str]:
    given = (tag.strip().removeprefix("W/") for tag in request.headers.get(header, "").split(","))
    return [tag for tag in given if tag]


class TypeCall(Call):
    """An address of one record type; its slug is in the address."""

    type_: RecordType

    def carried_out(self, request: HttpRequest, **given: Any) -> HttpResponse:
        found = registry.by_slug(given.pop("slug"), actor=self.actor)
        if found is None:
            raise Problem("missing", _("There is no record type under this address."))
        self.type_ = found
        if request.method not in SAFE and not found.form:
            raise Problem("method", headers={"Allow": "GET, HEAD, OPTIONS"})
        if given.get("pk", 0) >= 2**63:
            raise gone()
        answer = super().carried_out(request, **given)
        told = orjson.loads(answer.content or b"{}") if "Idempotency-Replayed" in answer.headers else {}
        if told.keys() > {"id", "version"}:  # a record that was told before is told again to whom may see it still
            self.found(int(told["id"]))
        return answer

    def found(self, pk: int) -> Mapping[str, Json]:
        """The record as its caller may see it, or Gone."""
        found = record_of(self.type_, pk, actor=self.actor)
        if found is None:
            raise gone()
        return found

    def told_new(self, pk: int) -> HttpResponse:
        """As whoever wrote it may see it: perhaps only that it is there."""
        record = record_of(self.type_, pk, actor=self.actor) or {"id": str(pk), "version": 1}
        return self.told_record(record, status=201, Location=f"/api/v1/{self.type_.slug}/{pk}/")


def gone() -> Gone:
    return Gone(_("There is no such record that you may see."))


# ---- who asks --------------------------------------------------------------------------------------------------------


def caller(request: HttpRequest) -> tuple[User, Actor]:
    """By token, or as who has signed in with this browser. Raises Problem."""
    scheme, _blank, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        return by_token(secret.strip() if scheme.lower() == "bearer" else "", request.META.get("REMOTE_ADDR", ""))
    user = request.user
    if not isinstance(user, User):
        raise Problem("unknown-caller", _("Send a token: Authorization: Bearer …"), headers=CHALLENGE)
    if request.method not in SAFE:
        Csrf.require(request)
    arranged_as(user.arranged)
    return user, actor_of(user, surface="api")


def by_token(secret: str, address: str) -> tuple[User, Actor]:
    try:
        found = bearer(secret, address=address)
    except TooMany as many:
        told = ngettext("Wait a minute and try again.", "Wait %(n)s minutes and try again.", many.minutes)
        raise Problem("too-many", told % {"n": many.minutes}, headers={"Retry-After": str(60 * many.minutes)}) from None
    if found is None:
        told = _("The token is wrong, has expired or was ended.")
        raise Problem("unknown-caller", told, headers=CHALLENGE)
    return found


class Csrf(CsrfViewMiddleware):
    """Who comes by a cookie and writes must be one of our own pages."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        raise PermissionDenied(_("Send the X-CSRFToken of the page, or use a token."))

    @classmethod
    def require(cls, request: HttpRequest) -> None:
        def passed(_request: HttpRequest) -> HttpResponse:
            return HttpResponse()

        guard = cls(passed)
        guard.process_request(request)
        guard.process_view(request, passed, (), {})

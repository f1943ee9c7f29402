"""One record: read, changed, put into the trash and taken out again, and what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import access, change, history
from bodega.kernel.drafts import Conflict, Draft
from bodega.kernel.kinds.base import Json
from bodega.kernel.record import RecordType
from bodega.surfaces.api.calls import TypeCall, gone
from bodega.surfaces.api.problems import Problem, Wrong
from bodega.surfaces.api.values import read_values, writable

TRIES = 3
"""How often a change is merged anew when others keep saving in the very moment."""


class Record(TypeCall):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        access.require(self.type_, self.actor, "view")
        return self.told_record(self.found(pk))

    def patch(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Changes what is sent and leaves the rest.

        With If-Match, only at that version. With the `version` that the caller has read, what others have changed since
        is kept as on pages: refused where both changed one field.
        """
        sent = self.sent()
        base = known_version(sent.pop("version", None))
        access.require(self.type_, self.actor, "change")
        values = read_values(writable(self.type_), sent, actor=self.actor)
        change_one(self, pk, values, base=base)
        return self.told_record(self.found(pk))

    def delete(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = change.delete(self.type_, [pk], actor=self.actor, version=self.expected_version())
        refused(self, pk, found, "delete")
        return HttpResponse(status=204)


class Restore(TypeCall):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = change.restore(self.type_, [pk], actor=self.actor)
        refused(self, pk, found, "delete")
        return self.told_record(self.found(pk))


def known_version(given: Json) -> int | None:
    if given is None:
        return None
    if not isinstance(given, int) or isinstance(given, bool) or not 0 < given < 2**31:
        told = _("Expected the version that you have read, a whole number.")
        raise Problem("invalid", errors=[Wrong(pointer="/version", detail=told)])
    return given


# ---- changing --------------------------------------------------------------------------------------------------------


def change_one(call: TypeCall, pk: int, values: Mapping[str, Any], *, base: int | None) -> None:
    expected = call.expected_version()
    for left in reversed(range(TRIES)):
        version = expected if base is None else merged_version(call, pk, values, base)
        try:
            with transaction.atomic():
                draft = Draft(pk, values, version=version, named=values)
                found = change.save_many(call.type_, [draft], actor=call.actor)
        except Conflict:
            if base is None or not left:
                raise
            continue
        refused(call, pk, found, "change")
        return


def merged_version(call: TypeCall, pk: int, values: Mapping[str, Any], base: int) -> int | None:
    """The version to write on where nobody has changed the same fields to something else since `base`."""
    row = next(iter(call.type_.read(call.type_.rows(call.actor, "change").filter(pk=pk), values)), None)
    if row is None:
        return None
    since = history.since(call.type_, pk, base) if base < row.version else None
    kinds = call.type_.fields()
    clashing = [
        name
        for name in (since.old if since else ())
        if name in values and kinds[name].to_json(values[name]) != kinds[name].to_json(row.values[name])
    ]
    if since and clashing:
        told = _("%(who)s has changed this, too.") % {"who": since.who}
        wrong = [Wrong(pointer=f"/{name}", detail=told) for name in clashing]
        raise Problem("conflict", errors=wrong, version=row.version)
    return row.version


def refused(call: TypeCall, pk: int, outcome: change.Outcome, verb: str) -> None:
    """Raise what kept the only record of an act from being written."""
    for draft in outcome.problems:
        problem = draft.problem or ValidationError("")
        if getattr(problem, "code", "") == "gone":
            raise away(call.type_, pk, call, verb)
        raise problem


def away(type_: RecordType, pk: int, call: TypeCall, verb: str) -> Exception:
    """Why a record could not be taken: it may be seen but not changed, or not even seen."""
    if type_.rows(call.actor).filter(pk=pk).exists():
        return PermissionDenied(access.denial(type_, verb))
    return gone()

"""Records by a key of one's own: found by it, changed where there is one, made where there is none."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import access, change
from bodega.kernel.record import RecordType
from bodega.surfaces.api.calls import TypeCall, gone
from bodega.surfaces.api.problems import Problem, Wrong
from bodega.surfaces.api.records import change_one
from bodega.surfaces.api.values import read_values, writable


def keys_of(type_: RecordType) -> list[str]:
    """The fields by which a record may be named: those that are unique, and those an import finds records by."""
    alone = [key.strip() for key in type_.match.split(",") if key.strip() and " " not in key.strip()]
    unique = [name for name, kind in type_.fields().items() if kind.unique or name == "external_id"]
    return [name for name in dict.fromkeys([*alone, *unique]) if name in writable(type_)] if type_.form else []


class Keyed(TypeCall):
    """`…/by/external_id/A-17/`. GET reads it, PUT changes it or makes it."""

    def get(self, request: HttpRequest, field: str, value: str) -> HttpResponse:
        access.require(self.type_, self.actor, "view")
        pk = self.pk_of(field, self.key(field, value))
        if pk is None:
            raise gone()
        return self.told_record(self.found(pk))

    def put(self, request: HttpRequest, field: str, value: str) -> HttpResponse:
        if not access.may(self.type_, self.actor, "create"):
            access.require(self.type_, self.actor, "change")
        key = self.key(field, value)
        values = read_values(writable(self.type_), self.sent(), actor=self.actor)
        if values.setdefault(field, key) != key:
            told = _("The address says “%(value)s”. Leave the field out.") % {"value": value[:60]}
            raise Problem("invalid", errors=[Wrong(pointer=f"/{field}", detail=told)])
        try:
            with transaction.atomic():
                return self.written(field, key, values)
        except IntegrityError:  # somebody else has just made it
            return self.written(field, key, values)

    def written(self, field: str, key: Any, values: dict[str, Any]) -> HttpResponse:
        take_turns(f"{self.type_.key} {field} {key}")
        pk = self.pk_of(field, key)
        if pk is None:
            return self.made(values)
        if self.request.headers.get("If-None-Match", "").strip() == "*":
            raise Problem("stale", _("There is such a record already."))
        access.require(self.type_, self.actor, "change")
        change_one(self, pk, values, base=None)
        return self.told_record(self.found(pk))

    def made(self, values: dict[str, Any]) -> HttpResponse:
        if self.request.headers.get("If-Match"):
            raise Problem("stale", _("There is no such record that you may see."))
        access.require(self.type_, self.actor, "create")
        return self.told_new(change.create(self.type_, values, actor=self.actor).pk)

    def key(self, field: str, value: str) -> Any:
        """The value in the address. Raises Problem where the field is no key, or cannot hold it."""
        if field not in keys_of(self.type_):
            told = _("Records of this type are named by: %(keys)s.") % {"keys": ", ".join(keys_of(self.type_)) or "–"}
            raise Problem("missing", told)
        try:
            found = self.type_.fields()[field].parse(value, actor=self.actor)
        except ValidationError as problem:
            raise Problem("missing", " ".join(problem.messages)) from None
        if not found:
            raise Problem("missing", _("The key is empty."))
        return found

    def pk_of(self, field: str, key: Any) -> int | None:
        found = self.type_.matching([str(key)], by=field, actor=self.actor)
        ids = [pk for some in found.values() for pk in some]
        if len(ids) > 1:
            told = _("%(count)s records have this key. Name one by its id.") % {"count": len(ids)}
            raise Problem("ambiguous", told, ids=[str(pk) for pk in sorted(ids)[:10]])
        return ids[0] if ids else None


def take_turns(name: str) -> None:
    """Two calls that make the same record would make it twice. On SQLite a transaction that writes is alone anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])

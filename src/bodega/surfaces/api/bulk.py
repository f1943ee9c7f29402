"""Up to a thousand records in one call: what is wrong with one keeps that one out, and is told beside the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import access, change
from bodega.kernel.drafts import Conflict, Draft
from bodega.kernel.kinds.base import Json
from bodega.surfaces.api.calls import TypeCall, gone
from bodega.surfaces.api.problems import Problem, Wrong, problem_of
from bodega.surfaces.api.records import known_version
from bodega.surfaces.api.values import ID, read_values, writable

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.record import RecordType

MOST = 1_000
VERBS = ("create", "change", "delete")
MEMBERS = frozenset({"act", "id", "version", "values"})


@dataclass(eq=False)
class Item:
    """One of the records of a call: what is to be done, and what became of it."""

    act: str = ""
    pk: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None
    draft: Draft | None = None
    problem: Problem | None = None

    def told(self) -> dict[str, Json]:
        if self.problem:
            return self.problem.item()
        if self.act == "delete" or self.draft is None:
            return {"status": 204, "id": str(self.pk)}
        version = 1 if self.act == "create" else self.draft.version if self.draft.changed else self.draft.raw["version"]
        return {"status": 201 if self.act == "create" else 200, "id": str(self.draft.id), "version": version}


class Bulk(TypeCall):
    """`{"items": [{"act": "create", "values": {…}}, {"act": "change", "id": "7", "values": {…}}, …]}`."""

    def post(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "many")
        given = self.sent().get("items")
        if not isinstance(given, list) or not 0 < len(given) <= MOST:
            told = _("Expected a list of 1 to %(most)s items.") % {"most": MOST}
            raise Problem("invalid", errors=[Wrong(pointer="/items", detail=told)])
        items = [self.read(one) for one in given]
        self.check_versions([item for item in items if not item.problem])
        for verbs in (("create", "change"), ("delete",)):
            self.write([item for item in items if item.act in verbs and not item.problem])
        failed = sum(1 for item in items if item.problem)
        body = {"written": len(items) - failed, "failed": failed, "items": [item.told() for item in items]}
        return self.told(body, status=207 if failed else 200)

    def read(self, given: Json) -> Item:
        item = Item()
        try:
            item.act, item.pk = act_of(given)
            item.version = known_version(given.get("version"))
            access.require(self.type_, self.actor, item.act)
            item.values = read_values(writable(self.type_), given.get("values", {}), actor=self.actor)
        except (Problem, PermissionDenied) as stop:
            item.problem = problem_of(stop)
        return item

    def check_versions(self, items: Sequence[Item]) -> None:
        """Keep out what is no longer at the version its caller has read (one query, which locks)."""
        asked = {item.pk: item for item in items if item.version is not None and item.pk is not None}
        if not asked:
            return
        rows = self.type_.rows(self.actor).filter(pk__in=asked).order_by("pk").select_for_update(of=("self",))
        for pk, version in rows.values_list("pk", "version"):
            expected = asked[pk].version or 0
            if expected != version:
                asked[pk].problem = problem_of(Conflict(pk, expected=expected, found=version))

    def write(self, items: Sequence[Item]) -> None:
        """All together; one by one where the database itself finds two alike."""
        if not items:
            return
        try:
            with transaction.atomic():
                write_together(self.type_, items, actor=self.actor)
        except IntegrityError as clash:
            if len(items) == 1:
                items[0].problem = problem_of(clash)
                return
            for item in items:
                self.write([item])


def act_of(given: Json) -> tuple[str, int | None]:
    """What is to be done to which record. Raises Problem."""
    if not isinstance(given, dict) or given.get("act") not in VERBS or not isinstance(given.get("values", {}), dict):
        told = _("Expected an object with an act (create, change or delete), an id and values.")
        raise Problem("invalid", errors=[Wrong(pointer="", detail=told)])
    pk = given.get("id")
    wants_id = given["act"] != "create"
    if wants_id != (isinstance(pk, str) and bool(ID.fullmatch(pk))) or given.keys() - MEMBERS:
        told = _("To change or delete takes an id, a text of digits; to create takes none. Nothing else is known here.")
        raise Problem("invalid", errors=[Wrong(pointer="/id", detail=told)])
    return given["act"], int(str(pk)) if wants_id else None


def write_together(type_: RecordType, items: Sequence[Item], *, actor: Actor) -> None:
    if items[0].act == "delete":
        outcome = change.delete(type_, [item.pk for item in items if item.pk], actor=actor)
        refused = {draft.id: draft for draft in outcome.problems}
        for item in items:
            item.problem = refusal(refused.get(item.pk))
        return
    drafts = [Draft(item.pk, item.values, named=item.values) for item in items]
    change.save_many(type_, drafts, actor=actor)
    for item, draft in zip(items, drafts, strict=True):
        item.draft, item.problem = draft, refusal(draft)


def refusal(draft: Draft | None) -> Problem | None:
    if draft is None or draft.problem is None:
        return None
    is_gone = getattr(draft.problem, "code", "") == "gone"
    return problem_of(gone() if is_gone else draft.problem)

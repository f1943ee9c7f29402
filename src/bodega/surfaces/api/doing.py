"""The verbs of a record type: everything that pages offer as a button, with its own parameters."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import access, change
from bodega.kernel.action import ONE, SOME, TYPE, Action
from bodega.kernel.kinds.base import Json
from bodega.surfaces.api.bulk import MOST, refusal
from bodega.surfaces.api.calls import TypeCall
from bodega.surfaces.api.problems import Problem, Wrong
from bodega.surfaces.api.rows import record_of
from bodega.surfaces.api.values import ID, read_values


class DoingCall(TypeCall):
    targets: tuple[str, ...] = ()

    def action(self, name: str) -> Action:
        for action in self.type_.actions:
            if action.name == name and action.target in self.targets:
                access.require(self.type_, self.actor, action.needs)
                return action
        names = ", ".join(action.name for action in self.type_.actions if action.target in self.targets)
        raise Problem("missing", _("There is no such action here; there are: %(names)s.") % {"names": names or "–"})

    def parameters(self, action: Action, given: dict[str, Json]) -> dict[str, Any]:
        """The values for the keywords of the action. Raises Problem."""
        found = read_values(action.parameters, given, actor=self.actor)
        missing = [
            Wrong(pointer=f"/{name}", detail=_("%(field)s is missing.") % {"field": kind.label or name})
            for name, kind in action.parameters.items()
            if kind.required and kind.is_empty(found.get(name))
        ]
        if missing:
            raise Problem("invalid", errors=missing)
        return {name: value for name, value in found.items() if not action.parameters[name].is_empty(value)}


class Doing(DoingCall):
    """Do it to one record. If-Match holds here, too."""

    targets = (ONE,)

    def post(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        action = self.action(name)
        given = self.parameters(action, self.sent() if request.body else {})
        action(pk, actor=self.actor, version=self.expected_version(), **given)
        record = record_of(self.type_, pk, actor=self.actor)
        return self.told_record(record) if record else HttpResponse(status=204)


class DoingMany(DoingCall):
    """Do it to the records named by `ids`, or to the type."""

    targets = (SOME, TYPE)

    def post(self, request: HttpRequest, name: str) -> HttpResponse:
        action, sent = self.action(name), self.sent() if request.body else {}
        if action.target == TYPE:
            return self.done(action(actor=self.actor, **self.parameters(action, sent)))
        ids = named_ids(sent.pop("ids", None))
        given = self.parameters(action, sent)
        able = {*action.passing(ids, actor=self.actor)}
        outcome = action(ids, actor=self.actor, **given)
        items = [{"id": str(pk), **self.became(pk, outcome, able=pk in able)} for pk in ids]
        failed = sum(1 for item in items if item["status"] != 200)
        body = {"written": len(items) - failed, "failed": failed, "items": items}
        return self.told(body, status=207 if failed else 200)

    def done(self, made: Any) -> HttpResponse:
        is_record = isinstance(made, self.type_.model)
        return self.told_new(made.pk) if is_record else HttpResponse(status=204)

    def became(self, pk: int, outcome: change.Outcome, *, able: bool) -> dict[str, Json]:
        """What became of one of the records."""
        other = None if able else Problem("refused", _("It is not there, not yours, or not in a state for this."))
        problem = next((refusal(draft) for draft in outcome.problems if draft.id == pk), other)
        return problem.item() if problem else {"status": 200}


def named_ids(given: Json) -> list[int]:
    is_list = isinstance(given, list) and 0 < len(given) <= MOST
    if not is_list or not all(isinstance(one, str) and ID.fullmatch(one) for one in given):
        told = _("Expected a list of 1 to %(most)s ids, each a text of digits.") % {"most": MOST}
        raise Problem("invalid", errors=[Wrong(pointer="/ids", detail=told)])
    return list(dict.fromkeys(int(one) for one in given))

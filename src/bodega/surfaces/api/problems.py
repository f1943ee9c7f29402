"""What stops a call, told as RFC 9457 says: a problem with a type, a status, a sentence and what is wrong where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.db import IntegrityError
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.kernel.action import Refused
from bodega.kernel.drafts import Conflict, Gone
from bodega.kernel.query import QuestionError
from bodega.kernel.raw import to_json_text

MEDIA_TYPE = "application/problem+json"
KINDS: Mapping[str, tuple[int, str | Promise]] = {
    "malformed": (400, gettext_lazy("The call cannot be read")),
    "question": (400, gettext_lazy("The question cannot be asked")),
    "unknown-caller": (401, gettext_lazy("It is not known who asks")),
    "forbidden": (403, gettext_lazy("You have no right to do that")),
    "missing": (404, gettext_lazy("There is nothing here")),
    "method": (405, gettext_lazy("This cannot be done to this address")),
    "taken": (409, gettext_lazy("That is taken")),
    "ambiguous": (409, gettext_lazy("Several records match")),
    "refused": (409, gettext_lazy("That is not possible now")),
    "conflict": (409, gettext_lazy("Somebody else changed this first")),
    "in-flight": (409, gettext_lazy("The same call is still being done")),
    "stale": (412, gettext_lazy("The record is no longer at that version")),
    "too-large": (413, gettext_lazy("The call is too large")),
    "media-type": (415, gettext_lazy("Send JSON")),
    "invalid": (422, gettext_lazy("Some values do not fit")),
    "key-reused": (422, gettext_lazy("The Idempotency-Key was used for another call")),
    "too-many": (429, gettext_lazy("There were too many attempts")),
    "broken": (500, gettext_lazy("Something went wrong on our side")),
    "away": (503, gettext_lazy("The database does not answer at the moment")),
    "full": (507, gettext_lazy("There is no room left to write")),
}
"""The types of problems: the status each comes with, and what it is called."""


class Wrong(dict[str, Any]):
    """One thing that is wrong: a JSON pointer into what was sent (or the name of a parameter), and a sentence."""


class Problem(Exception):
    """Stops a call. `detail` is for people, `errors` say what is wrong where, `more` are further members."""

    def __init__(
        self,
        kind: str,
        detail: str = "",
        *,
        errors: Sequence[Wrong] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.errors, self.headers, self.more = kind, detail, errors, headers or {}, more

    @property
    def status(self) -> int:
        return KINDS[self.kind][0]

    def body(self) -> dict[str, Any]:
        status, title = KINDS[self.kind]
        told = {"type": f"/api/#{self.kind}", "title": str(title), "status": status}
        why = {"detail": self.detail, "errors": [*self.errors]}
        return told | {name: one for name, one in why.items() if one} | self.more

    def item(self) -> dict[str, Any]:
        """As one of many records is told what stopped it."""
        return {"status": self.status, "problem": self.body()}

    def answer(self) -> HttpResponse:
        body, headers = to_json_text(self.body()), dict(self.headers)
        return HttpResponse(body, status=self.status, content_type=MEDIA_TYPE, headers=headers)


BY_STATUS = {status: kind for kind, (status, _title) in reversed([*KINDS.items()])}


def answer_for(status: int) -> HttpResponse:
    """For what stops a call before or behind the API: the first type of problem with that status."""
    return Problem(BY_STATUS[status]).answer()


KERNEL = (Refused, Conflict, Gone, QuestionError, ValidationError, PermissionDenied)
STOPS = (Problem, *KERNEL, IntegrityError, RequestDataTooBig)
"""What a call may be stopped by."""


def problem_of(stop: Exception) -> Problem:
    """The problem that one of STOPS is."""
    match stop:
        case Problem():
            return stop
        case Conflict():
            return Problem("stale", str(stop), version=stop.found)
        case QuestionError():
            place = {"start": stop.start, "end": stop.end} if stop.end else {"path": stop.path} if stop.path else {}
            return Problem("question", stop.message, **place)
        case ValidationError():
            return Problem("invalid", errors=[*wrongs(stop)])
        case IntegrityError():
            return Problem("taken", _("Another record has this name or key already."))
        case RequestDataTooBig():
            return Problem("too-large", _("Send fewer records at a time."))
    kind = "refused" if isinstance(stop, Refused) else "missing" if isinstance(stop, Gone) else "forbidden"
    return Problem(kind, str(stop))


def wrongs(problem: ValidationError) -> Iterable[Wrong]:
    """What is wrong with which field; the empty pointer means all of what was sent."""
    if not hasattr(problem, "error_dict"):
        return [Wrong(pointer="", detail=" ".join(problem.messages))]
    return [Wrong(pointer=f"/{name}", detail=" ".join(texts)) for name, texts in problem.message_dict.items()]

"""Looking as somebody else: what a session that does so is shown and refused, and how it begins and ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bodega.kernel.actors import User
from bodega.kernel.scope import scope
from bodega.platform.accounts import looking
from bodega.platform.administration import records
from bodega.surfaces.api.problems import answer_for
from bodega.surfaces.html.pages import Page
from bodega.surfaces.html.request import METRICS, OPEN_TO_ALL
from bodega.surfaces.html.shapes import Act
from bodega.surfaces.html.sheets import ProblemPage
from bodega.surfaces.html.shell import bare_shell
from bodega.surfaces.office.sheet import OfficePage

if TYPE_CHECKING:
    from bodega.surfaces.html.request import ActingRequest, Answer

STOP, API = "/look/stop/", "/api/v1/"
AS_ONESELF = (*(path for path in OPEN_TO_ALL if path != API), STOP, "/signout/", METRICS)
"""What is done with one's own eyes and hands all the same."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Looking:
    """Middleware before `Acting`: the person looked as is the one who acts, and nothing that writes gets through."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(AS_ONESELF) or is_program(request):
            return self.get_response(request)
        with scope():
            found = looked_as(request)
            if found is None:
                return self.get_response(request)
            if request.method not in SAFE:
                return refusal(request, found)
            request.user, request.looking = found.person, found  # type: ignore[attr-defined]
            return self.get_response(request)


def is_program(request: HttpRequest) -> bool:
    """Who comes to the API with a token looks as nobody, whatever browser they are in."""
    return request.path.startswith(API) and "Authorization" in request.headers


def looked_as(request: HttpRequest) -> looking.Looking | None:
    if looking.KEY not in request.session or not isinstance(request.user, User):
        return None
    return looking.in_session(request.session, request.user)


def refusal(request: HttpRequest, found: looking.Looking) -> HttpResponse:
    if request.path.startswith(API):
        return answer_for(403)
    page = ProblemPage(
        title=_("You look at this as %(name)s") % {"name": found.name},
        text=_("Nothing can be changed meanwhile. Stop looking as %(name)s first.") % {"name": found.name},
        code=403,
        icon="eye",
        acts=[Act(label=_("Stop"), url=STOP, kind="primary", post=True)],
    )
    return render(request, "problem.html", {"page": page, "shell": bare_shell(request)}, status=403)


class Begin(OfficePage):
    """From now on the administrator sees what this person sees."""

    of = records.user

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        looking.begin(request.session, self.record, actor=self.actor)
        return self.go("/")


class Stop(Page):
    """Back to one's own eyes, on the page of whom one looked as."""

    def post(self, request: HttpRequest) -> HttpResponse:
        found = looked_as(cast("ActingRequest", request))
        if found is None:
            return self.go("/")
        looking.end(request.session, found, actor=self.actor)
        return self.go(f"/users/{found.person.pk}/")

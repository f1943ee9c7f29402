"""The pages for what stops a request before or behind a page of ours: nothing there, no right, no room, a fault."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bodega.lib.outages import Outage, outage_of
from bodega.lib.work import current
from bodega.surfaces.api.problems import answer_for
from bodega.surfaces.html.shell import bare_shell

OUTAGES = {Outage.FULL: (507, 60), Outage.AWAY: (503, 5)}
"""The status for each, and after how many seconds one may ask again."""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What made no sense, or a session that could not be kept, which Django takes for the same."""
    return broken(request) if outage_of(exception) else answer(request, "400.html", 400)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, "403.html", 403)


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is not the browser's: it was open for too long, or somebody else's page sent it."""
    return answer(request, "403_csrf.html", 403)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, "404.html", 404)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours, or ground that gave way: then it is told what to do until it is there again."""
    outage = outage_of(sys.exception())
    if outage is None:
        return answer(request, "500.html", 500)
    status, seconds = OUTAGES[outage]
    response = answer(request, f"{status}.html", status)
    response["Retry-After"] = str(seconds)
    return response


def answer(request: HttpRequest, template: str, status: int) -> HttpResponse:
    if request.path.startswith("/api/v1/"):
        return answer_for(status)
    doing = current()
    given = {"shell": bare_shell(request), "number": doing.id if doing else ""}
    return render(request, template, given, status=status)

"""The pages for what stops a request before or behind a page of ours: nothing there, no right, a fault."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bodega.surfaces.html.shell import bare_shell


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, "400.html", 400)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, "403.html", 403)


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is not the browser's: it was open for too long, or somebody else's page sent it."""
    return answer(request, "403_csrf.html", 403)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, "404.html", 404)


def broken(request: HttpRequest) -> HttpResponse:
    return answer(request, "500.html", 500)


def answer(request: HttpRequest, template: str, status: int) -> HttpResponse:
    return render(request, template, {"shell": bare_shell(request)}, status=status)

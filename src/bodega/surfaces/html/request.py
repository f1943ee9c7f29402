"""What every request gets: one unit of work for look-ups, the actor behind it, their zone and language."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from bodega.kernel.actors import Actor, User, actor_of
from bodega.kernel.scope import arranged_as, scope
from bodega.platform.audit import looks

if TYPE_CHECKING:
    from bodega.platform.accounts.looking import Looking

    Answer = Callable[[HttpRequest], HttpResponse]

SIGN_IN = "/signin/"
OPEN_TO_ALL = (SIGN_IN, "/welcome/", "/static/", "/health/", "/api/v1/")
"""Where one may go without having signed in; the API asks for itself who comes."""
METRICS = "/metrics"
"""Asks for its own token."""


class ActingRequest(HttpRequest):
    """A request of somebody who has signed in."""

    actor: Actor
    user: User


class Acting:
    """Middleware: nobody gets past it without having signed in; everybody acts with their rights as they are now."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with scope():
            if request.path.startswith(OPEN_TO_ALL) or request.path == METRICS:
                return self.get_response(request)
            if not request.user.is_authenticated:
                return to_sign_in(request)
            acting = cast("ActingRequest", request)
            arranged_as(acting.user.arranged)
            acting.actor = actor_of(acting.user)
            language = acting.user.language or settings.LANGUAGE_CODE
            with timezone.override(acting.actor.zone), translation.override(language):
                return self.get_response(request)


class Noting:
    """Middleware: what was read of marked fields is written down before the answer goes out, or it does not go out."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with looks.looking() as seen:
            response = self.get_response(request)
            looks.write(seen, actor=getattr(request, "actor", None))
            return response


def looking_of(request: HttpRequest) -> Looking | None:
    """Whose eyes an administrator looks through (`surfaces/rights/looking.py`)."""
    return getattr(request, "looking", None)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """First sign in, then go on with what was asked for. A script is told to take the whole page there."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": SIGN_IN})
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/", SIGN_IN)

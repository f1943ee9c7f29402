"""What every page of somebody who has signed in stands on: who acts, what is drawn around it, what stops it."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View

from bodega.kernel.action import Refused
from bodega.kernel.actors import Actor
from bodega.kernel.drafts import Conflict, Gone
from bodega.kernel.record import RecordType
from bodega.surfaces.html import shapes, sheets
from bodega.surfaces.html.request import ActingRequest
from bodega.surfaces.html.shell import shell_for


class Page(View):
    """A page. What an action refuses becomes a page that says why, with the status that tells a script."""

    request: ActingRequest

    @property
    def actor(self) -> Actor:
        return self.request.actor

    @property
    def partial(self) -> bool:
        """Whether a script asks for a part of a page."""
        return self.request.headers.get("HX-Request") == "true" and "HX-Boosted" not in self.request.headers

    def dispatch(self, request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **given)
        except Refused as refused:
            return self.problem(409, _("That is not possible now"), str(refused))
        except Conflict as conflict:
            return self.problem(409, _("Somebody else changed this first"), str(conflict))
        except Gone as gone:
            return self.problem(404, _("There is nothing here"), str(gone))
        except ValidationError as wrong:
            return self.problem(422, _("That does not fit"), " ".join(wrong.messages))
        except IntegrityError:
            return self.problem(409, _("That is taken"), _("Another record has this name or key already."))
        except PermissionDenied as denied:
            return self.problem(403, _("You have no right to do that"), str(denied))

    def problem(self, code: int, title: str, text: str) -> HttpResponse:
        icon = {403: "lock", 404: "map-pin-off", 409: "git-merge"}.get(code, "circle-alert")
        back = shapes.Act(label=_("Go back"), url=self.next_url(self.came_from), kind="primary")
        page = sheets.ProblemPage(title=title, text=text, code=code, icon=icon, acts=[back])
        return self.render("problem.html", page, status=code)

    def render(self, template: str, page: object, *, status: int = 200, **extra: Any) -> HttpResponse:
        """A whole page, with the shell around it."""
        shell = shell_for(self.request)
        return render(self.request, template, {"page": page, "shell": shell, **extra}, status=status)

    def render_part(self, template: str, page: object, *, status: int = 200, **extra: Any) -> HttpResponse:
        """A piece of a page that a script puts in its place; no shell is made for it."""
        return render(self.request, template, {"page": page, **extra}, status=status)

    def next_url(self, otherwise: str) -> str:
        """Where the form says to go on, as long as that is here."""
        asked = self.request.POST.get("next") or self.request.GET.get("next") or ""
        return asked if asked and url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else otherwise

    @property
    def came_from(self) -> str:
        """The page the form was on, where the browser says so and it is one of ours."""
        given = self.request.headers.get("Referer", "")
        ours = url_has_allowed_host_and_scheme(given, allowed_hosts={self.request.get_host()})
        parts = urlsplit(given if ours else "")
        return f"/{parts.path.lstrip('/')}?{parts.query}".removesuffix("?")  # two strokes would lead to another server

    def go(self, url: str, said: str = "", *, undo: str = "") -> HttpResponse:
        """On to another page, with a message that may offer to take back what was done."""
        if said:
            say(self.request, said, undo=undo)
        if "X-Dialog" in self.request.headers:  # its script would fetch the page, and the message with it
            return HttpResponse(headers={"X-Location": url})
        return HttpResponseRedirect(url)


class TypePage(Page):
    """A page of one record type; `type_` comes from the address."""

    type_: RecordType = cast("RecordType", None)

    def url(self, *parts: object, **given: object) -> str:
        """`/deals/12/edit/?q=…`; what is empty is left out."""
        query = urlencode([(name, value) for name, value in given.items() if value not in ("", None)])
        path = "/".join(["", self.type_.slug, *map(str, parts), ""])
        return f"{path}?{query}" if query else path

    @property
    def home(self) -> shapes.Link:
        return shapes.Link(label=str(self.type_.plural), url=self.url())


def say(request: HttpRequest, text: str, *, undo: str = "", tone: str = "good") -> None:
    """A message on the next page; `undo` is where to take back what it tells of."""
    level = {"good": messages.SUCCESS, "bad": messages.ERROR, "warn": messages.WARNING}.get(tone, messages.INFO)
    messages.add_message(request, level, text, extra_tags=undo)

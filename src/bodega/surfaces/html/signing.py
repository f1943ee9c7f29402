"""Signing in and out, and the link by which a new person chooses a password."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from bodega.kernel.actors import actor_of
from bodega.kernel.kinds import Input
from bodega.platform.accounts import actions, signing_in
from bodega.surfaces.html.pages import Page
from bodega.surfaces.html.sheets import Control, FieldGroup, FormPage
from bodega.surfaces.html.shell import bare_shell

SAMPLE_LOGIN, SAMPLE_PASSWORD = "anna@example.com", "bodega"


class SignIn(View):
    """The same answer for an unknown name and a wrong password."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(going_to(request)) if request.user.is_authenticated else self.form(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        name, password = request.POST.get("login", ""), request.POST.get("password", "")
        try:
            user = signing_in.sign_in(name, password, address=request.META.get("REMOTE_ADDR", ""))
        except signing_in.TooMany as many:
            return self.form(request, wait(many), status=429)
        if user is None:
            return self.form(request, _("This name and this password do not belong together."), status=422)
        signing_in.begin(request, user)
        return HttpResponseRedirect(going_to(request))

    def form(self, request: HttpRequest, problem: str = "", *, status: int = 200) -> HttpResponse:
        sample = _("This is the sample company: sign in as %(login)s with the password %(password)s.")
        page = FormPage(
            title=_("Sign in"),
            url="/signin/",
            groups=[FieldGroup(title="", fields=sign_in_fields(request.POST.get("login", "")))],
            hidden=[("next", going_to(request))],
            problems=[("", problem, "")] if problem else (),
            save_label=_("Sign in"),
            intro=sample % {"login": SAMPLE_LOGIN, "password": SAMPLE_PASSWORD} if settings.BODEGA_DEMO else "",
        )
        return render(request, "signin.html", {"page": page, "shell": bare_shell(request)}, status=status)


def wait(many: signing_in.TooMany) -> str:
    return ngettext(
        "There were too many attempts. Wait a minute and try again.",
        "There were too many attempts. Wait %(n)s minutes and try again.",
        many.minutes,
    ) % {"n": many.minutes}


def sign_in_fields(name: str) -> Sequence[Control]:
    typed = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": "autofocus"}
    return [
        Control(name="login", label=_("Name or e-mail"), inputs=[Input("text", name, attributes=typed)], required=True),
        secret("password", _("Password"), "current-password"),
    ]


def secret(name: str, label: str, complete: str, *, errors: Sequence[str] = ()) -> Control:
    entry = Input("password", attributes={"autocomplete": complete})
    return Control(name=name, label=label, inputs=[entry], required=True, errors=errors)


def going_to(request: HttpRequest) -> str:
    """Where to go on, as long as that is here."""
    asked = request.POST.get("next") or request.GET.get("next") or "/"
    return asked if url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else "/"


class SignOut(Page):
    def post(self, request: HttpRequest) -> HttpResponse:
        signing_in.end(request)
        # What the browser keeps for going back and forth goes as well.
        return HttpResponseRedirect("/signin/", headers={"Clear-Site-Data": '"cache", "storage"'})


class Welcome(View):
    """A person chooses a password by a link that an administrator has given them; it works once."""

    def get(self, request: HttpRequest, user_id: int, token: str) -> HttpResponse:
        return self.form(request, user_id, token)

    def post(self, request: HttpRequest, user_id: int, token: str) -> HttpResponse:
        user = actions.invited(user_id, token)
        if user is None:
            return self.form(request, user_id, token)
        try:
            actions.set_password(user, password=request.POST.get("password", ""), actor=actor_of(user))
        except ValidationError as problem:
            return self.form(request, user_id, token, problem.messages)
        user.refresh_from_db()
        signing_in.begin(request, user)
        return HttpResponseRedirect("/")

    def form(self, request: HttpRequest, user_id: int, token: str, wrong: Sequence[str] = ()) -> HttpResponse:
        user = actions.invited(user_id, token)
        if user is None:
            raise Http404
        page = FormPage(
            title=_("Welcome, %(name)s") % {"name": user.name},
            url=request.path,
            groups=[FieldGroup(title="", fields=[secret("password", _("Choose a password"), "new-password")])],
            problems=[("", " ".join(wrong), "")] if wrong else (),
            save_label=_("Go on"),
            intro=_("You sign in as %(login)s.") % {"login": user.login},
        )
        status = 422 if wrong else 200
        return render(request, "signin.html", {"page": page, "shell": bare_shell(request)}, status=status)

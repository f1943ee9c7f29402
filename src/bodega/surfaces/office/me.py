"""What people arrange for themselves: language, time zone, theme, password, where they are signed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import conditional_escape as escaped
from django.utils.translation import gettext as _

from bodega.kernel.kinds import Kind
from bodega.lib import clock, dates
from bodega.platform.accounts import actions, elsewhere, signing_in
from bodega.surfaces.html.forms import Form
from bodega.surfaces.html.pages import Page
from bodega.surfaces.html.request import ActingRequest
from bodega.surfaces.html.shapes import Act, Link
from bodega.surfaces.html.sheets import FormPage, Line
from bodega.surfaces.html.shell import THEMES, theme_of
from bodega.surfaces.html.signing import wait
from bodega.surfaces.office.own_kinds import Secret, choice
from bodega.surfaces.office.sheet import Sheet, table

YEAR = 365 * 24 * 3600


class Me(Sheet):
    """A person's own settings."""

    def is_new(self) -> bool:
        return False

    def kinds(self) -> Sequence[Kind]:
        languages = {code: about["name_local"] for code, about in LANG_INFO.items() if "name_local" in about}
        zones = {zone: zone.replace("_", " ") for zone in sorted(available_timezones())}
        themes = {"light": _("Light"), "dark": _("Dark")}
        told = _("Texts that are not translated yet stay English; dates and amounts follow the language at once.")
        return [
            choice("language", _("Language"), languages, told=told),
            choice("time_zone", _("Time zone"), zones, told=_("Empty: that of the company.")),
            choice("theme", _("Colours"), themes, told=_("Empty: as the system says.")),
        ]

    def values(self) -> Mapping[str, Any]:
        user = self.request.user
        return {"language": user.language, "time_zone": user.time_zone, "theme": theme_of(self.request)}

    def sheet(self, form: Form) -> FormPage:
        password = Act(label=_("Change the password"), url="/me/password/", icon="key-round", dialog=True)
        tokens = Act(label=_("Tokens for programs"), url="/me/tokens/", icon="plug")
        stays = Act(label=_("Where you are signed in"), url="/me/sessions/", icon="monitor-smartphone")
        groups = form.groups({self.request.user.name: form.fields})
        away = Act(label=_("When I am away"), url="/me/away/", icon="tree-palm", dialog=True)
        return self.page(form, _("Your settings"), acts=[password, stays, tokens, away], groups=groups)

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        given = {**self.values(), **entered}
        theme = given.pop("theme")
        actions.arrange(self.request.user, **given, actor=self.actor)
        answer = self.go("/me/", _("Saved"))
        keep_theme(answer, theme)
        return answer


class Password(Sheet):
    """A new password, for who knows the old one."""

    def kinds(self) -> Sequence[Kind]:
        return [
            Secret(name="old", label=_("The password until now"), required=True, complete="current-password"),
            Secret(name="password", label=_("The new one"), required=True, help=_("At least ten characters.")),
        ]

    def sheet(self, form: Form) -> FormPage:
        above = Link(label=_("Your settings"), url="/me/")
        return self.page(form, _("Change the password"), above, save_label=_("Change it"))

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        user = self.request.user
        require_password(self.request, entered, "old")
        try:
            actions.set_password(user, password=entered["password"], actor=self.actor)
        except ValidationError as weak:
            raise ValidationError({"password": weak.messages}) from None
        user.refresh_from_db()
        update_session_auth_hash(self.request, user)
        return self.go("/me/", _("You have a new password. Other browsers are signed out."))


class Elsewhere(Sheet):
    """Where one is signed in, and signing out everywhere else, for who knows the password."""

    def kinds(self) -> Sequence[Kind]:
        return [Secret(name="password", label=_("Your password"), required=True, complete="current-password")]

    def sheet(self, form: Form) -> FormPage:
        above = Link(label=_("Your settings"), url="/me/")
        told = _("If one of these is not you, sign out everywhere else, and change the password.")
        stays = elsewhere.stays(self.request.user, here=self.request.session.session_key)
        lines = table(_("Browsers"), [_("Signed in"), _("From"), ""], [self.line(stay) for stay in stays])
        label = _("Sign out everywhere else")
        return self.page(
            form, _("Where you are signed in"), above, intro=told, told=[lines], save_label=label, save_kind="danger"
        )

    def line(self, stay: elsewhere.Stay) -> Line:
        since = dates.ago(stay.since, now=clock.now(), zone=self.actor.zone) if stay.since else _("Not known")
        return Line(cells=[escaped(since), escaped(stay.address), escaped(_("This browser") if stay.is_here else "")])

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        require_password(self.request, entered, "password")
        elsewhere.end(self.request.user, here=self.request.session.session_key, actor=self.actor)
        return self.go("/me/sessions/", _("You are signed in here and nowhere else."))


def require_password(request: ActingRequest, entered: Mapping[str, Any], name: str) -> None:
    """Raises ValidationError of the field `name`, where another password than one's own stands, or too many did."""
    try:
        knows = signing_in.knows_password(request.user, entered[name], address=request.META.get("REMOTE_ADDR", ""))
    except signing_in.TooMany as many:
        raise ValidationError({name: wait(many)}) from None
    if not knows:
        raise ValidationError({name: _("This is not your password.")})


class Theme(Page):
    """The switch in the menu. Kept by the browser, so that the sign-in page knows it too."""

    def post(self, request: HttpRequest) -> HttpResponse:
        answer = HttpResponseRedirect(self.next_url("/"))
        keep_theme(answer, request.POST.get("theme", ""))
        return answer


def keep_theme(answer: HttpResponse, theme: str) -> None:
    if theme in THEMES:
        name, secure = f"{settings.BODEGA_COOKIE_PREFIX}theme", settings.SESSION_COOKIE_SECURE
        answer.set_cookie(name, theme, max_age=YEAR, samesite="Lax", httponly=True, secure=secure)

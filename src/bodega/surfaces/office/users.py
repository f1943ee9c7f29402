"""People who work here: inviting them, giving them a new way in, ending an access and handing over what they owned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import access, query
from bodega.kernel.actors import User
from bodega.kernel.kinds import Kind, UserReference
from bodega.lib import clock, dates
from bodega.lib.text import amid
from bodega.platform.accounts import actions
from bodega.platform.administration import records
from bodega.surfaces.html import shapes
from bodega.surfaces.html.asking import Asked
from bodega.surfaces.html.forms import Form
from bodega.surfaces.html.lists import ListPage
from bodega.surfaces.html.panels import Visit
from bodega.surfaces.html.reading import RecordPage
from bodega.surfaces.html.shapes import Act, Link
from bodega.surfaces.html.sheets import FormPage, ToldPage
from bodega.surfaces.office.sheet import OfficePage, OfficeSheet, give_to_all

TABS = (records.user, records.team, records.territory, records.role, records.rule)
INVITED = "name login email roles teams territories manager is_admin"


class PeopleList(ListPage):
    """The usual list, beside those of teams and roles."""

    def shape(self, asked: Asked, found: query.Page) -> shapes.ListPage:
        tabs = [
            Link(label=str(one.plural), url=f"/{one.slug}/", icon=one.icon, current=one is self.type_.whole)
            for one in TABS
            if access.may(one, self.actor, "view")
        ]
        invite = Act(label=_("Invite somebody"), url="/users/invite/", icon="user-plus", kind="primary", shortcut="n")
        ready = Act(label=_("Add a ready set"), url="/roles/ready/", icon="layers")
        usual = super().shape(asked, found)
        is_alone = len(found.rows) == 1 and not asked.text
        own = {records.user.key: [*([ready] if is_alone else []), invite], records.role.key: [ready, *usual.acts]}
        acts = own.get(self.type_.key, usual.acts) if self.actor.is_admin else usual.acts
        return replace(usual, tabs=tabs, acts=acts)


class PersonPage(RecordPage):
    """The usual page, with what an administrator can do about somebody's access."""

    def shape(self, visit: Visit) -> shapes.RecordPage:
        last = self.record.last_login
        seen = _("Has not signed in yet")
        if last:
            ago = dates.ago(last, now=clock.now(), zone=self.actor.zone)
            seen = _("Signed in %(ago)s") % {"ago": ago}
        return replace(super().shape(visit), note=seen)

    def more_acts(self) -> list[Act]:
        home, usual = f"/users/{self.record.pk}", super().more_acts()
        if self.trashed or not (self.actor.is_admin or self.actor.user_id == self.record.pk):
            return usual
        over = Act(label=_("Hand over what they have"), url=f"{home}/handover/", icon="arrow-right-left")
        reach = Act(label=_("What they can see and do"), url=f"{home}/access/", icon="key-round")
        if not self.actor.is_admin:
            return [reach, over, *usual]
        look = Act(label=_("Look as %(name)s") % {"name": self.record.name}, url=f"{home}/look/", icon="eye", post=True)
        link = Act(label=_("New sign-in link"), url=f"{home}/link/", icon="link", post=True)
        end = Act(label=_("End the access"), url=f"{home}/deactivate/", icon="user-x")
        again = Act(label=_("Let in again"), url=f"{home}/activate/", icon="user-check", post=True)
        known = [look, link, over, end] if self.record.is_active else [over, again]
        return [reach, *known, *usual]


class Invite(OfficeSheet):
    """A new person, and the link by which they choose a password."""

    of = records.user

    def kinds(self) -> Sequence[Kind]:
        login = records.user.fields()["login"].replace(required=False, help=_("Their e-mail, if left empty."))
        return [login if kind.name == "login" else kind for kind in records.user.named_fields(INVITED)]

    def sheet(self, form: Form) -> FormPage:
        groups = form.groups({_("Person"): "name login email", _("Work"): "roles teams territories manager is_admin"})
        told = _("You get a link to pass on. By it they choose a password and are in.")
        return self.page(form, _("Invite somebody"), home(), intro=told, groups=groups, save_label=_("Invite"))

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        if actions.person(entered.get("login") or entered.get("email") or ""):
            raise ValidationError({"login": _("Somebody signs in with this name already.")})
        return show_link(self, self.keep(entered))


class SignInLink(OfficePage):
    """A link to choose a password by, for somebody who has none yet or has forgotten it. It is shown once."""

    of = records.user

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        return show_link(self, self.record)


class Reopen(OfficePage):
    """Lets somebody sign in again."""

    of = records.user

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = actions.set_active(self.record, is_active=True, actor=self.actor)
        return self.go(f"/users/{pk}/", _("%(name)s may sign in again.") % {"name": user.name})


class Deactivate(OfficeSheet):
    """Ends somebody's access; what they own may go to somebody else."""

    of = records.user

    def kinds(self) -> Sequence[Kind]:
        return [UserReference(name="to", label=_("Give it to"), to="kernel.user", help=_("Empty: it stays theirs."))]

    def sheet(self, form: Form) -> FormPage:
        user = self.record
        owned = [f"{count:,} {amid(type_.plural)}" for type_, count in actions.owned(user, actor=self.actor)]
        ends = _("%(name)s can no longer sign in. What they did stays in the history under their name.")
        told = _("%(name)s owns %(what)s.") if owned else _("%(name)s owns nothing.")
        return self.page(
            form,
            _("End the access"),
            home(),
            Link(label=user.name, url=f"/users/{user.pk}/"),
            intro=f"{ends} {told}" % {"name": user.name, "what": ", ".join(owned)},
            save_label=_("End the access"),
            save_kind="danger",
        )

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        user, to = self.record, entered.get("to")
        if user.pk == self.actor.user_id:
            raise ValidationError(_("You cannot end your own access. Ask another administrator."))
        if to == user.pk:
            raise ValidationError({"to": _("This is the person who leaves.")})
        actions.set_active(user, is_active=False, actor=self.actor)
        for type_, _count in actions.owned(user, actor=self.actor) if to else ():
            give_to_all(self, type_, f"owner:#{user.pk}", {"owner": str(to)}, batch=f"handover:{user.pk}")
        return self.go(f"/users/{user.pk}/", _("%(name)s can no longer sign in.") % {"name": user.name})


def home() -> Link:
    return Link(label=str(records.user.plural), url="/users/")


def show_link(view: OfficePage, user: User) -> HttpResponse:
    token = actions.link_token(user, actor=view.actor)
    page = ToldPage(
        title=_("A link for %(name)s") % {"name": user.name},
        crumbs=[home(), Link(label=user.name, url=f"/users/{user.pk}/")],
        text=_("Pass it on to nobody else. It works once, within three days, and is not shown again."),
        copy=f"{settings.BODEGA_BASE_URL}/welcome/{user.pk}/{token}/",
        next=Act(label=_("Done"), url=f"/users/{user.pk}/", kind="primary"),
    )
    return view.render("told.html", page)

"""What stands around every page: where one can go, who one is, what has just happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.kernel import access, registry
from bodega.kernel.actors import Actor
from bodega.kernel.record import RecordType
from bodega.surfaces.html import shapes
from bodega.surfaces.html.forms import whole
from bodega.surfaces.html.request import ActingRequest, looking_of
from bodega.surfaces.views import pinned
from bodega.surfaces.work import mine

THEMES = ("", "light", "dark")
NAMED = {"kernel.user": gettext_lazy("Users and roles"), "kernel.field": gettext_lazy("Fields and types")}
"""What the page of a type is called where it is about more than the type."""
TOGETHER = {
    "kernel.team": "/users/",
    "kernel.territory": "/users/",
    "kernel.rule": "/users/",
    "kernel.role": "/users/",
    "kernel.type": "/fields/",
}
"""Types that are reached by the tabs of another page rather than by the side bar."""


def shell_for(request: ActingRequest) -> shapes.Shell:
    """Only what the actor may see. No query but for the types that an administrator made."""
    looking, user, actor = looking_of(request), request.user, request.actor
    pins, at = pinned.pins(user, actor=actor), whole(request.GET.get("view", ""))
    pin = at if at and at in {one.id for one in pins} else 0
    places, office = sections(actor=actor, path="" if pin else request.path, homes=pinned.homes(user, actor=actor))
    return shapes.Shell(
        company=settings.BODEGA_COMPANY,
        person=shapes.Person(name=request.user.name, login=request.user.login, url="/me/"),
        sections=places,
        office=office,
        pins=pins,
        pin=pin,
        toasts=toasts(request),
        theme=theme_of(request),
        looking=looking.name if looking else "",
    )


def bare_shell(request: HttpRequest) -> shapes.Shell:
    """Around a page of somebody who has not signed in."""
    return shapes.Shell(company=settings.BODEGA_COMPANY, person=None, theme=theme_of(request))


def theme_of(request: HttpRequest) -> str:
    asked = request.COOKIES.get(f"{settings.BODEGA_COOKIE_PREFIX}theme", "")
    return asked if asked in THEMES else ""


def sections(*, actor: Actor, path: str, homes: Mapping[str, str]) -> tuple[tuple[shapes.Section, ...], ...]:
    """The places of the side bar, and those of an administrator. `homes` are where types are opened by somebody who
    wants something other than the list first."""
    found: dict[str, list[shapes.Link]] = {}
    for type_ in shown_types(actor=actor):
        link = place(str(NAMED.get(type_.key, type_.plural)), f"/{type_.slug}/", type_.icon, path=path)
        link = replace(link, url=homes[type_.key]) if type_.key in homes else link
        found.setdefault(str(type_.section), []).append(link)
    work, office = _("Work"), _("Administration")
    if may_import(actor=actor):
        found.setdefault(work, []).append(place(_("Import"), "/import/", "file-up", path=path))
    if actor.is_admin:
        places = [(_("Audit log"), "/audit/", "scroll-text"), (_("Background"), "/jobs/", "list-checks")]
        found.setdefault(office, []).extend(place(*one, path=path) for one in places)
    today = place(_("Today"), "/", "house", path=path)
    told = place(_("Notifications"), "/notifications/", "bell", path=path)
    last = found.pop(office, [])
    return tuple(
        tuple(shapes.Section(title=title, links=tuple(links)) for title, links in listed.items() if links)
        for listed in ({"": [today, told], **found}, {office: last})
    )


def shown_types(*, actor: Actor) -> Iterable[RecordType]:
    """What stands in the side bar: what one works with, and for an administrator what one arranges."""
    for type_ in registry.every_type():
        is_office = type_.admin and (not actor.is_admin or type_.key in TOGETHER or type_.path)
        if type_.listed and not is_office and access.may(type_, actor, "view"):
            yield type_


def may_import(*, actor: Actor) -> bool:
    return any(type_.form and access.may(type_, actor, "create") for type_ in registry.every_type())


def place(label: str, url: str, icon: str, *, path: str) -> shapes.Link:
    here = path == url if url == "/" else path.startswith((url, *(key_url for key_url in under(url))))
    return shapes.Link(label=label, url=url, icon=icon, current=here)


def under(url: str) -> Iterable[str]:
    """The addresses of types that are reached by this page."""
    yield from (f"/{registry.type_of(key).slug}/" for key, above in TOGETHER.items() if above == url)
    if url == "/jobs/":
        yield "/parked/"


def toasts(request: HttpRequest) -> list[shapes.Toast]:
    """The messages waiting for this page (`pages.say`); the tag of one is where to take back what it tells of."""
    tones = {messages.SUCCESS: "good", messages.ERROR: "bad", messages.WARNING: "warn"}
    said = [
        shapes.Toast(text=str(one.message), tone=tones.get(one.level, "info"), undo_url=one.extra_tags or "")
        for one in messages.get_messages(request)
    ]
    return [*said, *mine.toasts(request.session)]

"""What stands around every page: where one can go, who one is, what has just happened."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest

from bodega.kernel import access, registry
from bodega.surfaces.html import shapes
from bodega.surfaces.html.request import ActingRequest


def shell_for(request: ActingRequest) -> shapes.Shell:
    """Only what the actor may see; `HTML-B` fills this in."""
    sections: dict[str, list[shapes.Link]] = {}
    for type_ in registry.every_type():
        if type_.listed and access.may(type_, request.actor, "view"):
            link = shapes.Link(
                label=str(type_.plural),
                url=f"/{type_.slug}/",
                icon=type_.icon,
                current=request.path.startswith(f"/{type_.slug}/"),
            )
            sections.setdefault(str(type_.section), []).append(link)
    return shapes.Shell(
        company="Bodega",
        person=shapes.Person(name=request.user.name, login=request.user.login),
        sections=[shapes.Section(title=title, links=links) for title, links in sections.items()],
        toasts=toasts(request),
    )


def toasts(request: HttpRequest) -> list[shapes.Toast]:
    """The messages waiting for this page (`pages.say`); the tag of one is where to take back what it tells of."""
    tones = {messages.SUCCESS: "good", messages.ERROR: "bad", messages.WARNING: "warn"}
    return [
        shapes.Toast(text=str(one.message), tone=tones.get(one.level, "info"), undo_url=one.extra_tags or "")
        for one in messages.get_messages(request)
    ]

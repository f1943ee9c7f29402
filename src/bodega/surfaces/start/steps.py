"""The first steps: a card that ticks itself off from what is there, until an administrator hides it or all is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from bodega.kernel import access, registry
from bodega.kernel.actors import Actor
from bodega.kernel.record import RecordType
from bodega.lib.text import amid
from bodega.platform.accounts import preferences
from bodega.surfaces.home.today import Morning
from bodega.surfaces.html.shapes import Act, Panel
from bodega.surfaces.office.sheet import OfficePage

HIDDEN = "first steps"
"""Under this name somebody's wish to see them no more is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`done` follows from the records that are there."""

    label: str
    text: str
    done: bool
    acts: tuple[Act, ...]


def card(morning: Morning) -> Panel | None:
    """For administrators (a query for each step, each of them ends at the first record it finds)."""
    if not morning.actor.is_admin or morning.likes.get(HIDDEN):
        return None
    steps = [*steps_of(actor=morning.actor)]
    left = sum(not step.done for step in steps)
    if not left:
        return None
    hide = Act(label=_("Hide the first steps"), url="/start/hide/", icon="x", post=True)
    return Panel(
        title=_("First steps"),
        note=_("%(done)s of %(all)s") % {"done": len(steps) - left, "all": len(steps)},
        html=render_to_string("parts/steps.html", {"steps": steps, "csrf_token": morning.token}),
        side="main",
        acts=[hide],
    )


def steps_of(*, actor: Actor) -> Iterator[Step]:
    """Customers, something on a board, colleagues."""
    types = [one for one in registry.every_type() if one.listed and access.may(one, actor, "create")]
    customers = [one for one in types if one.timeline and one.face]
    yield Step(
        label=_("Bring in your customers"),
        text=_("From a file of any spreadsheet, or the first ones by hand. What does not fit is told line by line."),
        done=any(is_there(one, actor=actor) for one in customers),
        acts=(
            Act(label=_("Import a file"), url="/import/", icon="file-up"),
            *(new(one, _("Add a %(type)s")) for one in customers),
        ),
    )
    for one in [one for one in types if one.board and not one.admin][:1]:
        board = Act(label=_("See the board"), url=f"/{one.slug}/board/", icon="square-kanban")
        yield Step(
            label=_("Put the first %(type)s on the board") % {"type": amid(one.label)},
            text=_("A card for each, a lane for each stage. Drag it on when it goes on."),
            done=is_there(one, actor=actor),
            acts=(new(one, _("Add a %(type)s")), board),
        )
    yield Step(
        label=_("Invite a colleague"),
        text=_("Two see more than one: each has a sign-in of their own, and sees what their role lets them."),
        done=registry.type_of("kernel.user").rows(actor).exclude(pk=actor.user_id).exists(),
        acts=(Act(label=_("Invite"), url="/users/invite/", icon="user-plus"),),
    )


def is_there(type_: RecordType, *, actor: Actor) -> bool:
    return bool(type_.rows(actor).exists())


def new(type_: RecordType, label: str) -> Act:
    return Act(label=label % {"type": amid(type_.label)}, url=f"/{type_.slug}/new/", icon=type_.icon)


class Hide(OfficePage):
    """The steps are not shown to this person any more."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        preferences.keep(self.request.user, HIDDEN, value=True)
        return self.go("/")

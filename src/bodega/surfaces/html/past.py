"""The history of a record as a page shows it: who did what, what changed, and the way back."""

from __future__ import annotations

from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.kernel import access, history
from bodega.kernel.kinds import Moment, Show
from bodega.kernel.models import Change
from bodega.kernel.record import RecordType
from bodega.lib.markup import conditional_escape
from bodega.lib.text import amid
from bodega.surfaces.html.forms import whole
from bodega.surfaces.html.panels import Visit
from bodega.surfaces.html.shapes import Difference, History, Past

LIMIT = 20
AT = Moment(name="at")
VERBS = {
    "created": (gettext_lazy("added it"), "plus"),
    "changed": (gettext_lazy("changed it"), "pencil"),
    "deleted": (gettext_lazy("put it into the trash"), "trash-2"),
    "restored": (gettext_lazy("took it out of the trash"), "undo-2"),
    "undone": (gettext_lazy("took a change back"), "undo-2"),
}
DONE = {
    "moved": gettext_lazy("moved it"),
    "won": gettext_lazy("won it"),
    "lost": gettext_lazy("lost it"),
    "reopened": gettext_lazy("opened it again"),
    "done": gettext_lazy("finished it"),
    "stopped": gettext_lazy("stopped it"),
    "kept": gettext_lazy("kept it"),
    "rescheduled": gettext_lazy("moved it to another day"),
    "resolved": gettext_lazy("resolved it"),
}
"""What people read for the verbs of actions; an action with another one is named."""
SURFACES = {
    "import": gettext_lazy("by an import"),
    "bulk": gettext_lazy("for many at once"),
    "cli": gettext_lazy("by command"),
    "api": gettext_lazy("over the API"),
    "system": gettext_lazy("by the program"),
}


def past_of(visit: Visit, *, may_undo: bool) -> History:
    """A page of history, from the version before `visit.before`."""
    before = whole(visit.before)
    events = history.history(visit.type, visit.record.pk, actor=visit.actor, before=before, limit=LIMIT)
    more = events and events[-1].version > 1 and len(events) == LIMIT
    return History(
        changes=[past(event, visit, may_undo=may_undo) for event in events],
        more_url=f"{visit.url}?tab=history&before={events[-1].version}" if more else "",
    )


def past(event: history.Event, visit: Visit, *, may_undo: bool) -> Past:
    act, show = event.change, Show(visit.actor)
    verb, icon = said(visit.type, act.verb)
    taken_back = act.undone_by is not None
    back = {"next": f"{visit.url}?tab=history"} | ({"whole": 1} if act.batch else {})
    return Past(
        who=act.actor,
        verb=verb,
        when=AT.text(act.at, show=show),
        at=act.at,
        surface=str(SURFACES.get(act.surface, "")),
        cause=others(act, visit),
        differences=[
            Difference(label=one.label, old=conditional_escape(one.old), new=conditional_escape(one.new))
            for one in event.differences
            if not one.derived
        ],
        undo_url=f"/undo/{act.pk}/?{urlencode(back)}" if may_undo and not taken_back else "",
        undo_label=undo_label(act, visit),
        why=_("This was taken back.") if taken_back else "",
        icon=icon,
    )


def others(act: Change, visit: Visit) -> str:
    """That it was done to others, too; to how many, only to those who may see them all."""
    if act.count == 1:
        return ""
    return _("with %(n)s others") % {"n": act.count - 1} if sees_all(visit) else _("with others")


def undo_label(act: Change, visit: Visit) -> str:
    """Says when more than this record would be taken back."""
    if act.batch:
        return _("Undo all that was done with it")
    if act.count == 1:
        return _("Undo")
    return _("Undo for all %(n)s") % {"n": act.count} if sees_all(visit) else _("Undo for all of them")


def sees_all(visit: Visit) -> bool:
    if visit.type.within and not visit.actor.is_admin:
        return False
    return access.reach_of(visit.type, visit.actor, "view") in (None, access.EVERYTHING)


def said(type_: RecordType, verb: str) -> tuple[str, str]:
    """What people read for a verb, and its icon."""
    if verb in VERBS:
        words, icon = VERBS[verb]
        return str(words), icon
    made = next((action for action in type_.actions if action.verb == verb), None)
    named = f": {made.label}" if made else verb
    return str(DONE.get(verb, named)), (made.icon if made and made.icon else "arrow-right")


def did(type_: RecordType, verb: str) -> str:
    """The same within a sentence."""
    return amid(said(type_, verb)[0].removeprefix(": "))

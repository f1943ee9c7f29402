"""How interactions and tasks are shown, found, imported."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bodega.apps.activity import actions, views
from bodega.apps.activity.models import Note, Task
from bodega.kernel.kinds import AnyReference
from bodega.kernel.raw import columns_of
from bodega.kernel.record import RecordType
from bodega.platform.notifications.mentions import Prose

about = AnyReference(name="about", label=_("About"))

note = RecordType(
    key="activity.note",
    model=Note,
    label=_("Interaction"),
    plural=_("Interactions"),
    slug="notes",
    icon="messages-square",
    section=_("Work"),
    title="text",
    columns="happened_at channel direction text participants about outcome colleagues owner",
    form={
        _("Interaction"): "channel direction subject text outcome",
        _("Who and what about"): "participants colleagues about",
        _("When and where"): "happened_at minutes place",
    },
    kinds=[about, Prose(name="text", label=_("What happened"), required=True, source=columns_of(Note)["text"])],
    search="text subject",
    sorts="",
    timeline="about participants",
    prepare=actions.prepare_note,
    actions=[actions.log],
    views={"new": views.NewNote},
    listed=False,
)

task = RecordType(
    key="activity.task",
    model=Task,
    label=_("Task"),
    plural=_("Tasks"),
    slug="tasks",
    icon="square-check",
    section=_("Work"),
    columns="name kind due_on about owner done_at",
    form={_("Task"): "name kind due_on about owner"},
    kinds=[about],
    search="name",
    sorts="name due_on",
    timeline="about",
    actions=[actions.finish, actions.take_up, actions.add_task, actions.finish_many],
    views={"new": views.NewTask},
)

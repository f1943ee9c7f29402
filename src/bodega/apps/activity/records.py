"""How interactions, tasks and promises are shown, found, imported."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bodega.apps.activity import actions, following, planning, promises, promising, repeating, subjects, views
from bodega.apps.activity.models import (
    BROKEN,
    KEPT,
    LATE,
    OPEN,
    PRIORITIES,
    RELEASED,
    STATUSES,
    FollowUp,
    Note,
    Plan,
    PlanStep,
    PromiseMove,
    PromiseTally,
    Task,
)
from bodega.kernel.kinds import AnyReference, Choice, Choosable, Computed, Moment, Text
from bodega.kernel.parts import Part
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

TONES = {OPEN: "info", KEPT: "good", LATE: "warn", BROKEN: "bad", RELEASED: ""}
status = Choice(
    name="status",
    label=_("Status"),
    editable=False,
    fixed=tuple(Choosable(key, label, tone=TONES[key], status=key) for key, label in STATUSES),
    source=columns_of(Task)["status"],
)

PRIORITY = tuple(
    Choosable(key, label, tone=tone, status=key) for (key, label), tone in zip(PRIORITIES, ("bad", "", ""), strict=True)
)
plan = RecordType(
    key="activity.plan",
    model=Plan,
    label=_("Plan"),
    plural=_("Plans"),
    slug="plans",
    icon="list-ordered",
    section=_("Administration"),
    columns="name about retired",
    facts="steps about retired",
    form={_("Plan"): "name about retired", _("Steps"): "steps"},
    parts=[
        Part(
            name="steps",
            label=_("Steps"),
            model=PlanStep,
            parent="plan",
            fields="name kind days since who person",
        )
    ],
    search="name",
    match="external_id, name",
    prepare=planning.prepare_plan,
    admin=True,
)

follow_up = RecordType(
    key="activity.follow_up",
    model=FollowUp,
    label=_("Follow-up"),
    plural=_("Follow-ups"),
    slug="follow-ups",
    icon="corner-down-right",
    section=_("Administration"),
    columns="name outcome kind days",
    form={_("Follow-up"): "outcome name kind days"},
    search="name",
    match="external_id, name",
    prepare=following.prepare_follow_up,
    admin=True,
)

task = RecordType(
    key="activity.task",
    model=Task,
    where={"promised": False},
    without="status first_due_on outcome",
    label=_("Task"),
    plural=_("Tasks"),
    slug="tasks",
    icon="square-check",
    section=_("Work"),
    columns="name kind priority due_on about owner done_at",
    card="kind about",
    form={
        _("Task"): "name kind due_on priority about others owner",
        _("Again, and reminders"): "repeat reminders",
    },
    facts="kind due_on priority repeat progress about others owner done_at",
    kinds=[
        about,
        Choice(name="priority", label=_("Priority"), fixed=PRIORITY, source=columns_of(Task)["priority"]),
        Computed(
            name="progress",
            label=_("Part of"),
            compute=planning.progress,
            needs=("plan", "plan_step"),
            like=Text(name="progress"),
        ),
        repeating.Repeat(name="repeat", label=_("Repeats"), source=columns_of(Task)["repeat"], length=120),
    ],
    parts=[repeating.reminders, subjects.lines],
    prepare=repeating.prepare_task,
    search="name",
    sorts="name due_on",
    timeline="about others",
    actions=[
        actions.finish,
        actions.log_call,
        actions.skip,
        actions.stop,
        actions.take_up,
        actions.add_task,
        actions.start_plan,
        following.follow_up,
        actions.finish_many,
    ],
    views={"new": views.NewTask, "do": views.DoTask},
)

promise = RecordType(
    key="activity.promise",
    model=Task,
    where={"promised": True},
    without="kind priority repeat rhythm_on plan plan_step plan_since plan_people",
    label=_("Promise"),
    plural=_("Promises"),
    slug="promises",
    icon="handshake",
    section=_("Work"),
    columns="name about due_on status owner done_at",
    facts="status due_on first_due_on moves about owner outcome done_at",
    lead="status about",
    form={_("Promise"): "name due_on about owner"},
    kinds=[
        about,
        status,
        Moment(name="done_at", label=_("Settled"), editable=False, source=columns_of(Task)["done_at"]),
    ],
    parts=[
        Part(
            name="moves",
            label=_("Moved"),
            model=PromiseMove,
            parent="promise",
            fields="was_due moved_to reason",
            tells="due_on",
            editable=False,
        )
    ],
    search="name",
    sorts="due_on name",
    timeline="about",
    prepare=promising.prepare_promise,
    tally=PromiseTally,
    actions=[
        promising.keep, promising.breach, promising.release, promising.reschedule, promising.open_again,
        promising.promise, promising.keep_many,
    ],
    views={"new": views.NewTask, "list": promises.PromisesPage},
)  # fmt: skip

"""How comments are shown, found, imported."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bodega.apps.talk import actions, queries, views
from bodega.apps.talk.models import Comment
from bodega.kernel.kinds import AnyReference
from bodega.kernel.raw import columns_of
from bodega.kernel.record import RecordType
from bodega.platform.notifications.mentions import Prose

comment = RecordType(
    key=queries.COMMENT,
    model=Comment,
    without="owner",
    label=_("Comment"),
    plural=_("Comments"),
    slug="comments",
    icon="message-square",
    section=_("Work"),
    title="text",
    columns="text about author resolved created_at",
    facts="text about thread author edited_at resolved resolved_by",
    form={_("Comment"): "text about thread"},
    kinds=[
        AnyReference(name="about", label=_("About"), required=True),
        Prose(name="text", label=_("Comment"), required=True, source=columns_of(Comment)["text"]),
    ],
    references={"thread": queries.COMMENT},
    search="text",
    sorts="",
    match="external_id",
    within="about",
    timeline="about thread",
    prepare=actions.prepare_comment,
    guard=actions.guard_comment,
    actions=[actions.resolve_thread, actions.reopen_thread],
    views={"new": views.NewComment},
    listed=False,
)

"""How topics and facts are shown, found, imported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bodega.apps.memory import actions, pages, queries, views
from bodega.apps.memory.models import AskedAgain, Fact, Topic
from bodega.apps.parties.records import CUSTOMERS
from bodega.kernel.record import RecordType
from bodega.platform.administration.records import ADMINISTRATION

shape: Mapping[str, Any] = {
    "section": ADMINISTRATION,
    "columns": "name group kind about ask_after keep_for order",
    "form": {
        _("Topic"): "name key group kind options several about order",
        _("Asking"): "question words ask_after keep_for",
    },
    "search": "name",
    "match": "external_id, key, name",
    "prepare": actions.prepare_topic,
    "views": {"list": pages.TopicsPage},
    "admin": True,
}
topic = RecordType(
    key=queries.TOPIC,
    model=Topic,
    where={"sensitive": False},
    label=_("Topic"),
    plural=_("Topics"),
    slug="topics",
    icon="book-open",
    **shape,
)
sensitive_topic = RecordType(
    key=queries.SENSITIVE_TOPIC,
    model=Topic,
    where={"sensitive": True},
    label=_("Sensitive topic"),
    plural=_("Sensitive topics"),
    slug="sensitive-topics",
    icon="lock",
    **shape,
)

known: Mapping[str, Any] = {
    "section": CUSTOMERS,
    "title": "text",
    "columns": "party topic text standing heard_at said_by sure ask_again",
    "facts": "party topic text standing said_by heard_by heard_at note sure words suggested_by valid_until ask_again "
    "superseded_by",
    "form": {
        _("Fact"): "party topic text sure said_by valid_until",
        _("Where it comes from"): "heard_by heard_at note words ask_again external_id",
    },
    "search": "text",
    "sorts": "",
    "match": "external_id",
    "within": "party",
    "prepare": actions.prepare_fact,
    "views": {"new": views.NewFact},
    "listed": False,
}
refers = {"party": "parties.party", "said_by": "parties.party", "note": "activity.note"}
fact = RecordType(
    key=queries.FACT,
    model=Fact,
    where={"sensitive": False},
    label=_("Fact"),
    plural=_("Facts"),
    slug="facts",
    icon="book-open",
    references={**refers, "topic": queries.TOPIC, "superseded_by": queries.FACT},
    actions=[actions.settle_fact, actions.withdraw_fact],
    **known,
)
sensitive = RecordType(
    key=queries.SENSITIVE,
    model=Fact,
    where={"sensitive": True},
    label=_("Sensitive fact"),
    plural=_("Sensitive facts"),
    slug="sensitive-facts",
    icon="lock",
    references={**refers, "topic": queries.SENSITIVE_TOPIC, "superseded_by": queries.SENSITIVE},
    actions=[actions.settle_sensitive, actions.withdraw_sensitive],
    apart=True,
    **known,
)
asked_again = RecordType(
    key="memory.asked_again",
    model=AskedAgain,
    label=_("Repeated question"),
    plural=_("Repeated questions"),
    slug="asked-again",
    icon="repeat",
    section=CUSTOMERS,
    title="remark",
    columns="asked_at party topic channel asked_by remark",
    form={_("Repeated question"): "party topic channel asked_at asked_by remark external_id"},
    references={"party": "parties.party", "topic": queries.TOPIC},
    search="remark",
    sorts="asked_at",
    match="external_id",
    within="party",
    prepare=actions.prepare_asked,
    listed=False,
)

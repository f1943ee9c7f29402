"""Writing down what was said: from one line, or topic by topic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from bodega.apps.memory import actions, queries, suggesting, values
from bodega.apps.memory.understanding import LONGEST, Proposal, understand
from bodega.apps.parties.models import ORGANISATION, PERSON
from bodega.kernel import registry
from bodega.kernel.change import Outcome
from bodega.kernel.kinds import Kind
from bodega.surfaces.html.editing import NewPage
from bodega.surfaces.html.forms import whole

SHORT = "topic text sure said_by valid_until"
"""What is asked for beside a customer's page; the rest follows from where and when it is written."""


class NewFact(NewPage):
    """`?line=allergic to nuts` proposes what the line says, to be confirmed. Whether the fact is a sensitive one
    follows from its topic, which comes out of the address: what is sent goes where the form came from."""

    may_follow = False
    line, proposed = "", Proposal(None, "")

    def dispatch(self, request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        self.line = request.GET.get("line", "").strip()[:LONGEST]
        if self.line:
            able = queries.asked_of(PERSON, ORGANISATION, actor=self.actor, verb="create")
            self.proposed = understand(self.line, able, actor=self.actor)
        if self.proposed.topic and self.proposed.topic.sensitive:
            self.type_ = registry.type_for(queries.SENSITIVE, actor=self.actor)
        return super().dispatch(request, *args, **given)

    def kinds(self) -> list[Kind]:
        """What is kept with one click was not drawn, so all of it comes out of the address. What cannot be read there
        is asked for."""
        drawn = self.request.method == "GET" or "fields" in self.request.POST
        if not drawn or "party" not in self.request.GET:
            return super().kinds()
        return self.type_.named_fields(" ".join(dict.fromkeys([*super().prefilled()[1], *SHORT.split()])))

    def prefilled(self) -> tuple[dict[str, Any], dict[str, list[str]]]:
        given, wrong = super().prefilled()
        if self.line:
            given |= {"words": self.line, "text": self.text}
            if self.proposed.topic is None:
                wrong["topic"] = [_("No topic is named in this line, or several are. Choose one.")]
            else:
                given["topic"] = self.proposed.topic.pk
        return given, wrong

    @property
    def text(self) -> str:
        """The value as it would be kept, so that one sees what a date was taken for."""
        topic, text, _is_before = self.proposed
        try:
            return values.read(text, topic, actor=self.actor).text if topic else text
        except ValidationError:
            return text

    def create(self, values: Mapping[str, Any]) -> Outcome:
        by = suggesting.origin(whole(self.request.GET.get("suggestion", "")), values.get("party"))
        found = super().create({**values, "suggested_by": by} if by else values)
        actions.stand_with(self.type_.whole, found.created)
        return found

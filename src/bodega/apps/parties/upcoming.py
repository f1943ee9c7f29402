"""How it stands with what comes next for a record: the day on which something open about it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bodega.kernel.kinds import Asking, Date, Show
from bodega.kernel.kinds.base import Json
from bodega.lib.markup import format_html

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

OVERDUE, PLANNED = "overdue", "planned"


@dataclass(frozen=True, kw_only=True)
class NextDue(Date):
    """A day that others keep; asked about by `overdue` and `planned` too, which mean another stretch on each day."""

    writable = False

    def cell(self, value: Any, *, show: Show) -> SafeString:
        if value is None or value > show.today:
            return super().cell(value, show=show)
        tone = "bad" if value < show.today else "warn"
        return format_html('<span class="tag {} plain">{}</span>', tone, super().cell(value, show=show))

    def operand(self, text: str, *, actor: Actor) -> Json:
        word = text.strip().casefold()
        return {"state": word} if word in (OVERDUE, PLANNED) else super().operand(text, actor=actor)

    def operand_text(self, literal: Json, *, show: Show) -> str:
        return state_of(literal) or super().operand_text(literal, show=show)

    def operand_sentence(self, literal: Json, *, show: Show) -> str:
        said = {OVERDUE: _("overdue"), PLANNED: _("planned")}
        return said.get(state_of(literal), "") or super().operand_sentence(literal, show=show)

    def span(self, literal: Json, *, asking: Asking) -> tuple[Any, Any]:
        today = asking.now.astimezone(asking.actor.zone).date()
        stretches = {OVERDUE: (date.min, today), PLANNED: (today + timedelta(days=1), date.max)}
        return stretches.get(state_of(literal)) or super().span(literal, asking=asking)


def state_of(literal: Json) -> str:
    return str(literal.get("state", "")) if isinstance(literal, dict) else ""

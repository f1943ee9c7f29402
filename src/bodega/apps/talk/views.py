"""Writing a comment on the page of what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bodega.kernel.change import Outcome
from bodega.platform.notifications import telling
from bodega.surfaces.html.editing import NewPage
from bodega.surfaces.html.pages import say


class NewComment(NewPage):
    """The form of a comment, to which the box on a record's page sends, too."""

    may_follow = False

    def create(self, values: Mapping[str, Any]) -> Outcome:
        found = super().create(values)
        if names := telling.unheard(self.type_, found.created[0], None, values["text"]):
            text = _("Not told, as they may not see this: %(names)s.") % {"names": ", ".join(names)}
            say(self.request, text, tone="warn")
        return found

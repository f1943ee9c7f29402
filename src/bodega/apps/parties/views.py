"""Adding somebody: who may be there already is shown first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bodega.apps.parties import queries
from bodega.lib.markup import format_html
from bodega.surfaces.html.editing import NewPage


class NewParty(NewPage):
    def alike(self, values: Mapping[str, Any]) -> Sequence[tuple[int, SafeString]]:
        said = {
            "email": _("There is already {link} with this e-mail address."),
            "phone": _("There is already {link} with this phone number."),
            "name": _("There is already {link} with this name."),
            "contact_points": _("There is already {link} who is reached in the same way."),
        }
        found = queries.alike(self.type_, values, actor=self.actor)
        return [
            (one.id, format_html(said[one.shared], link=format_html('<a href="{}">{}</a>', self.url(one.id), one.name)))
            for one in found
        ]

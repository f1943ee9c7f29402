"""Marking a field: from then on every look at it is in the audit log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import registry
from bodega.kernel.drafts import Gone
from bodega.kernel.kinds import Kind
from bodega.kernel.record import RecordType
from bodega.lib.text import amid
from bodega.platform.audit.records import mark
from bodega.surfaces.html.forms import Form
from bodega.surfaces.html.sheets import FormPage
from bodega.surfaces.office.fields import fitting, home
from bodega.surfaces.office.own_kinds import choice
from bodega.surfaces.office.sheet import OfficeSheet


class MarkSheet(OfficeSheet):
    """`?type=` says of which type a field shall be marked."""

    of = mark

    @property
    def type_(self) -> RecordType:
        key = self.request.GET.get("type", "")
        if key not in {type_.key for type_ in fitting()}:
            raise Gone(_("There is no record type “%(type)s”.") % {"type": key})
        return registry.type_of(key)

    def kinds(self) -> Sequence[Kind]:
        taken = {one.field for one in mark.rows(self.actor).filter(type=self.type_.key)}
        kinds = self.type_.fields().values()
        names = {kind.key: str(kind.label or kind.name) for kind in kinds if kind.key not in taken}
        return [choice("field", _("Field"), names, required=True)]

    def sheet(self, form: Form) -> FormPage:
        told = _("Who looks at it from then on is in the audit log, with the numbers of the records.")
        title = _("Mark a field of %(plural)s") % {"plural": amid(self.type_.plural)}
        return self.page(form, title, home(self.type_.key), intro=told, save_label=_("Mark it"))

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        made = self.keep({**entered, "type": self.type_.key})
        return self.go(home(made.type).url, _("“%(name)s” is marked.") % {"name": made.name})

"""Roles: what their holders may see and do, as a table of record types and verbs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import registry
from bodega.kernel.actors import VERBS
from bodega.kernel.kinds import Kind
from bodega.platform.administration import records
from bodega.surfaces.html.forms import Form
from bodega.surfaces.html.shapes import Link
from bodega.surfaces.html.sheets import FormPage, RightsPage
from bodega.surfaces.office.own_kinds import choice
from bodega.surfaces.office.sheet import OfficeSheet

EVERYTHING = "*"


class RolePage(OfficeSheet):
    """A new role, or one that is there."""

    of = records.role
    template = "rights.html"

    def is_new(self) -> bool:
        return False

    def kinds(self) -> Sequence[Kind]:
        return [*records.role.named_fields("name"), *(right(key, verb) for key, _label in lines() for verb in VERBS)]

    def values(self) -> Mapping[str, Any]:
        if self.record is None:
            return {f"{verb}.{EVERYTHING}": "none" for verb in VERBS}
        held = {f"{verb}.{key}": level for key, line in self.record.levels.items() for verb, level in line.items()}
        return {"name": self.record.name, **held}

    def sheet(self, form: Form) -> FormPage:
        return self.page(
            form,
            self.record.name if self.record else _("New role"),
            Link(label=str(records.role.plural), url="/roles/"),
            made=RightsPage,
            intro=_(
                "Own: what the person owns. Reports: and what those own who report to them. Team: and what their teams "
                "work on or own. Below: and the teams that are part of these. Territory: what they own and what lies "
                "in their territories. All: all but what is another's and private. –: as the first line says."
            ),
            groups=form.groups({"": "name"}),
            verbs=[_("See"), _("Create"), _("Change"), _("Delete")],
            rows=[(key, label, [form.control(f"{verb}.{key}") for verb in VERBS]) for key, label in lines()],
        )

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        given = {**self.values(), **entered}
        levels = {key: {verb: given.get(f"{verb}.{key}") for verb in VERBS} for key, _label in lines()}
        said = {key: {verb: level for verb, level in line.items() if level} for key, line in levels.items()}
        role = self.keep({"name": given.get("name") or "", "levels": {key: line for key, line in said.items() if line}})
        return self.go("/roles/", _("%(name)s is saved.") % {"name": role.name})


def lines() -> Iterable[tuple[str, str]]:
    """(key, label) of what a role says something about: everything else, then each type that people work with, but for
    what administrators arrange and what is seen by way of another record."""
    yield EVERYTHING, _("Everything else")
    for type_ in registry.every_type():
        if not (type_.admin or type_.within or type_.covers):
            yield type_.key, str(type_.plural)


def right(key: str, verb: str) -> Kind:
    """How far a verb reaches. Whether one may create does not depend on whose it is."""
    known = {
        "none": _("None"),
        "own": _("Own"),
        "reports": _("Own and reports"),
        "team": _("Team"),
        "below": _("Team and below"),
        "territory": _("Territory"),
        "all": _("All"),
    }
    if verb == "create":
        known = {"none": _("No"), "all": _("Yes")}
    return choice(f"{verb}.{key}", verb, known, required=key == EVERYTHING)

"""Roles: what their holders may see and do, as a table of record types and verbs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import change, records, registry
from bodega.kernel.actors import VERBS, Role
from bodega.kernel.drafts import Gone
from bodega.kernel.kinds import Kind
from bodega.kernel.record import RecordType
from bodega.surfaces.html.forms import Form
from bodega.surfaces.html.office.own_kinds import choice
from bodega.surfaces.html.office.sheet import OfficeSheet
from bodega.surfaces.html.shapes import Link
from bodega.surfaces.html.sheets import RightsPage

EVERYTHING = "*"


class RolePage(OfficeSheet):
    """A new role, or one that is there."""

    template = "rights.html"

    @property
    def role(self) -> Role | None:
        role_id = self.kwargs.get("role_id")
        if role_id is None:
            return None
        found: Role | None = records.role.rows(self.actor).filter(pk=role_id).first()
        if found is None:
            raise Gone(_("There is no such role."))
        return found

    def kinds(self) -> Sequence[Kind]:
        return [*records.role.named_fields("name"), *(right(key, verb) for key, _label in lines() for verb in VERBS)]

    def values(self) -> Mapping[str, Any]:
        role = self.role
        if role is None:
            return {right_name(EVERYTHING, verb): "none" for verb in VERBS}
        held = {right_name(key, verb): level for key, line in role.levels.items() for verb, level in line.items()}
        return {"name": role.name, **held}

    def sheet(self, form: Form) -> RightsPage:
        role = self.role
        return RightsPage(
            title=role.name if role else _("New role"),
            crumbs=[Link(label=str(records.role.plural), url="/roles/")],
            url=self.request.path,
            intro=_("Own: what the person owns. Team: what they or their team own. –: as the first line says."),
            groups=form.groups({"": "name"}),
            verbs=[_("See"), _("Create"), _("Change"), _("Delete")],
            rows=[(key, label, [form.control(right_name(key, verb)) for verb in VERBS]) for key, label in lines()],
            save_label=_("Save"),
            cancel_url="/roles/",
        )

    def save(self, entered: Mapping[str, Any]) -> HttpResponse:
        role, given = self.role, {**self.values(), **entered}
        values = {"name": given.get("name") or "", "levels": levels(given)}
        if role:
            change.save(role, values, actor=self.actor, type_=records.role)
        else:
            change.create(records.role, values, actor=self.actor)
        return self.go("/roles/", _("%(name)s is saved.") % {"name": values["name"]})


def lines() -> Iterable[tuple[str, str]]:
    """(key, label) of what a role says something about: everything else, then each type that people work with."""
    yield EVERYTHING, _("Everything else")
    yield from ((type_.key, str(type_.plural)) for type_ in registry.every_type() if has_rights(type_))


def has_rights(type_: RecordType) -> bool:
    """Not what administrators arrange, nor what is seen by way of another record."""
    return not (type_.admin or type_.within or type_.covers)


def right_name(key: str, verb: str) -> str:
    return f"{verb}.{key}"


def right(key: str, verb: str) -> Kind:
    """How far a verb reaches. Whether one may create does not depend on whose it is."""
    known = {"none": _("None"), "own": _("Own"), "team": _("Team"), "all": _("All")}
    if verb == "create":
        known = {"none": _("No"), "all": _("Yes")}
    return choice(right_name(key, verb), verb, known, required=key == EVERYTHING)


def levels(given: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """As a role keeps them: only what was said."""
    found = {
        key: {verb: given[name] for verb in VERBS if given.get(name := right_name(key, verb))} for key, _ in lines()
    }
    return {key: line for key, line in found.items() if line}

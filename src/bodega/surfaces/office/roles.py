"""Roles: what their holders may see and do, as tables of record types and rights, and fields kept from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from bodega.kernel import registry
from bodega.kernel.actors import APART, HIDDEN, LOCKED, RIGHTS, VERBS
from bodega.kernel.kinds import Kind
from bodega.kernel.record import RecordType
from bodega.lib.text import amid
from bodega.platform.administration import records
from bodega.platform.administration.reaching import worked_with
from bodega.surfaces.html.forms import Form
from bodega.surfaces.html.shapes import Link
from bodega.surfaces.html.sheets import FormPage, RightsPage, RightsTable
from bodega.surfaces.office.own_kinds import choice
from bodega.surfaces.office.sheet import OfficeSheet

EVERYTHING = "*"
SAID = (*VERBS, *RIGHTS)
SHOWN = "shown"
USUAL = {(EVERYTHING, right, "all") for right in RIGHTS}
"""What holds without being said."""


class RolePage(OfficeSheet):
    """A new role, or one that is there."""

    of = records.role
    template = "rights.html"

    def is_new(self) -> bool:
        return False

    def kinds(self) -> Sequence[Kind]:
        return [*records.role.named_fields("name"), *(right(key, verb) for key, _label in lines() for verb in SAID)]

    def values(self) -> Mapping[str, Any]:
        usual = {f"{verb}.{EVERYTHING}": "all" if verb in RIGHTS else "none" for verb in SAID}
        if self.record is None:
            return usual
        held = {f"{verb}.{key}": level for key, line in self.record.levels.items() for verb, level in line.items()}
        return {"name": self.record.name, **usual, **held}

    def sheet(self, form: Form) -> FormPage:
        return self.page(
            form,
            self.record.name if self.record else _("New role"),
            Link(label=str(records.role.plural), url="/roles/"),
            made=RightsPage,
            groups=form.groups({"": "name"}),
            tables=[reaches(form), rights(form)],
            fields=[self.place(type_) for type_ in types()] if self.record else (),
        )

    def place(self, type_: RecordType) -> Link:
        held = [*(self.record.fields or {}).get(type_.key, {}).values()]
        counts = {_("%(n)s hidden"): held.count(HIDDEN), _("%(n)s read only"): held.count(LOCKED)}
        note = ", ".join(words % {"n": count} for words, count in counts.items() if count)
        return Link(
            label=str(type_.plural), url=f"/roles/{self.record.pk}/fields/{type_.slug}/", icon=type_.icon, note=note
        )

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        given = {**self.values(), **entered}
        levels = {key: {verb: given.get(f"{verb}.{key}") for verb in SAID} for key, _label in lines()}
        said = {
            key: {verb: level for verb, level in line.items() if level and (key, verb, level) not in USUAL}
            for key, line in levels.items()
        }
        role = self.keep({"name": given.get("name") or "", "levels": {key: line for key, line in said.items() if line}})
        return self.go("/roles/", _("%(name)s is saved.") % {"name": role.name})


def reaches(form: Form) -> RightsTable:
    intro = _(
        "Own: what the person owns. Reports: and what those own who report to them. Team: and what their teams work on "
        "or own. Below: and the teams that are part of these. Territory: what they own and what lies in their "
        "territories. Customer: of somebody from outside, what concerns them. All: all but what is another's and "
        "private. –: as the first line says. Nobody changes or deletes more than they see."
    )
    return table(form, _("What they do with which records"), intro, VERBS)


def rights(form: Form) -> RightsTable:
    intro = _(
        "Export: take records out as a file. Many: change or import many at once. Give: to whom the person may give "
        "records. History: see who changed what."
    )
    return table(form, _("What else they may do"), intro, RIGHTS)


def heads() -> dict[str, str]:
    """What each verb and right is called."""
    verbs = _("See"), _("Create"), _("Change"), _("Delete")
    return dict(zip(SAID, (*verbs, _("Export"), _("Many"), _("Give"), _("History")), strict=True))


def table(form: Form, title: str, intro: str, verbs: Sequence[str]) -> RightsTable:
    """A line for each type, with a control for each of the verbs."""
    rows = [(label, [form.control(f"{verb}.{key}") for verb in verbs]) for key, label in lines()]
    return RightsTable(title=title, intro=intro, heads=[heads()[verb] for verb in verbs], rows=rows)


class RoleFields(OfficeSheet):
    """Which fields of one type a role hides from its holders, or lets them read only."""

    of = records.role

    def dispatch(self, request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        self.type_ = next((type_ for type_ in types() if type_.slug == given["slug"]), None)
        if self.type_ is None:
            raise Http404
        return super().dispatch(request, *args, **given)

    @property
    def key(self) -> str:
        return self.type_.key if self.type_ else ""

    def kinds(self) -> Sequence[Kind]:
        usual = {SHOWN: _("Shown"), HIDDEN: _("Hidden")}
        return [
            choice(
                name,
                str(kind.label or kind.name),
                usual | ({LOCKED: _("Read only")} if kind.entered else {}),
                required=True,
            )
            for name, kind in records.restrictable(self.key).items()
        ]

    def values(self) -> Mapping[str, Any]:
        said: Mapping[str, str] = (self.record.fields or {}).get(self.key, {})
        return {**dict.fromkeys(records.restrictable(self.key), SHOWN), **said}

    def sheet(self, form: Form) -> FormPage:
        plural = str(self.type_.plural) if self.type_ else ""
        return self.page(
            form,
            _("Fields of %(plural)s") % {"plural": amid(plural)},
            Link(label=str(records.role.plural), url="/roles/"),
            Link(label=self.record.name, url=f"/roles/{self.record.pk}/edit/"),
            intro=_(
                "What is hidden is not there for holders of this role: on no page, in no list, question, sum, file or "
                "search. Who has another role that shows it sees it."
            ),
        )

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        said = {name: word for name, word in {**self.values(), **entered}.items() if word != SHOWN}
        fields = {**(self.record.fields or {}), self.key: said}
        self.keep({"fields": {key: line for key, line in fields.items() if line}})
        return self.go(f"/roles/{self.record.pk}/edit/", _("%(name)s is saved.") % {"name": self.record.name})


def types() -> list[RecordType]:
    """What people work with: not what administrators arrange, nor what stands for other types."""
    return [type_ for type_ in registry.every_type() if not (type_.admin or type_.covers)]


def lines() -> Iterable[tuple[str, str]]:
    """(key, label) of what a role says something about: everything else, then each type, but for what is seen by way of
    another record."""
    yield EVERYTHING, _("Everything else")
    yield from ((type_.key, str(type_.plural)) for type_ in worked_with())


def right(key: str, verb: str) -> Kind:
    """How far a verb reaches. Whether one may create does not depend on whose it is."""
    return choice(f"{verb}.{key}", heads()[verb], words_for(verb, apart=key in APART), required=key == EVERYTHING)


def words_for(verb: str, *, apart: bool = False) -> Mapping[str, str]:
    """What is apart reaches as far as that by way of which it is seen, for whom a role says so."""
    if verb == "assign":
        return {
            "none": _("Nobody"),
            "own": _("Oneself"),
            "reports": _("Reports"),
            "team": _("Team"),
            "below": _("Team and below"),
            "all": _("Everybody"),
        }
    if verb == "create" or verb in RIGHTS or apart:
        return {"none": _("No"), "all": _("Yes")}
    return {
        "none": _("None"),
        "own": _("Own"),
        "reports": _("Own and reports"),
        "team": _("Team"),
        "below": _("Team and below"),
        "territory": _("Territory"),
        "customer": _("Customer"),
        "all": _("All"),
    }

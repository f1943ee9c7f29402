"""The page with the ready sets of roles."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bodega.kernel import registry
from bodega.lib.markup import conditional_escape, format_html_join
from bodega.lib.text import amid
from bodega.platform.administration import ready, records
from bodega.surfaces.html.components import NOTHING, tag
from bodega.surfaces.html.shapes import Act, Link
from bodega.surfaces.html.sheets import Line, Table, TablesPage
from bodega.surfaces.html.trash import told, undo_url
from bodega.surfaces.office.roles import words_for
from bodega.surfaces.office.sheet import OfficePage, table

VERBS = ("view", "change", "delete")


class ReadyPage(OfficePage):
    """Each set with its roles, what they let their holders do, and a button that makes them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        page = TablesPage(
            title=_("Ready sets of roles"),
            crumbs=[Link(label=str(records.role.plural), url="/roles/")],
            intro=_("A set makes ordinary roles, which you can change or remove. Then give them to people."),
            tables=[table_of(one) for one in ready.SETS],
        )
        return self.render("tables.html", page)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make the roles of the set that `?set=` names."""
        chosen = ready.set_of(request.GET.get("set", ""))
        if chosen is None:
            raise Http404
        outcome = ready.add(chosen, actor=self.actor)
        told(outcome)
        many = len(outcome.created)
        said = ngettext("%(n)s role was added.", "%(n)s roles were added.", many) % {"n": many}
        return self.go("/roles/", said, undo=undo_url(outcome))


def table_of(one: ready.ReadySet) -> Table:
    taken, names = ready.there(one), [str(name) for name in one.roles]
    marks = {True: tag(_("there already")), False: NOTHING}
    add = Act(label=_("Add these roles"), url=f"/roles/ready/?set={one.key}", icon="plus", post=True)
    return table(
        str(one.label),
        [_("Role"), _("See"), _("Change"), _("Delete"), _("Now")],
        [
            Line(cells=[conditional_escape(name), *(cell(lines, verb) for verb in VERBS), marks[name in taken]])
            for name, lines in zip(names, one.roles.values(), strict=True)
        ],
        intro=str(one.told),
        acts=[] if len(taken) == len(names) else [add],
    )


def cell(lines: ready.Lines, verb: str) -> SafeString:
    """How far the verb reaches, and where it is another one for a type."""
    words, usual = words_for(verb), lines["*"][verb]
    others = {key: line[verb] for key, line in lines.items() if key != "*" and line[verb] != usual}
    special = [(str(registry.type_of(key).plural), amid(words[level])) for key, level in others.items()]
    rest = format_html_join("", '<p class="quiet">{}: {}</p>', special)
    return conditional_escape(words[usual]) + rest

"""The page of one record: what is known, what belongs to it, what happened, what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.kernel import access, history, query, registry
from bodega.kernel.action import ONE, Action
from bodega.kernel.drafts import Gone
from bodega.kernel.kinds import Kind, Moment, Show
from bodega.kernel.parts import Part
from bodega.kernel.record import load_labels
from bodega.lib.markup import format_html_join
from bodega.surfaces.html import panels, shapes
from bodega.surfaces.html.asking import Asked
from bodega.surfaces.html.cells import drawing, is_editable, labels
from bodega.surfaces.html.editing import kinds_of
from bodega.surfaces.html.pages import TypePage
from bodega.surfaces.html.past import past_of
from bodega.surfaces.listing import sorting
from bodega.surfaces.listing.places import beside
from bodega.surfaces.record import layouts, reaching

AT = Moment(name="at")
TABS = {"timeline": (gettext_lazy("Timeline"), "activity"), "history": (gettext_lazy("History"), "history")}


class RecordPage(TypePage):
    """`?tab=history` shows the history; `sort`, `q`, `view` and `columns` say in which list it was opened."""

    record: Any
    trashed = False
    may_change = may_delete = False

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        access.require(self.type_, self.actor, "view")
        if self.type_.covers:
            return self.go(self.covered_url(pk))
        self.find(pk)
        visit = panels.Visit(
            self.type_,
            self.record,
            self.actor,
            request.GET.get("before", ""),
            get_token(request),
            told={name: request.GET[name][:200] for name in panels.TOLD if request.GET.get(name)},
        )
        if self.partial and (visit.before or panels.TOLD[0] in request.GET):
            return self.render_part("parts/past.html", self.past(visit))
        return self.render("record.html", self.shape(visit))

    def find(self, pk: int) -> None:
        self.record = self.type_.one(pk, actor=self.actor)
        if self.record is None:
            self.record = self.type_.trash(self.actor).filter(pk=pk).first()
            self.trashed = True
        if self.record is None:
            raise Gone(_("It may not be there, or not be yours to see."))
        able = bool(self.type_.form) and not self.trashed
        self.may_change, self.may_delete = (
            able and access.allows(self.type_, self.record, self.actor, verb) for verb in ("change", "delete")
        )

    def covered_url(self, pk: int) -> str:
        """The page of a record in the type that it really has."""
        for key in self.type_.covers.split():
            type_ = registry.type_of(key)
            if type_.rows(self.actor).filter(pk=pk).exists():
                return type_.url(pk)
        raise Gone(_("It may not be there, or not be yours to see."))

    # ---- what is shown -----------------------------------------------------------------------------------------

    @cached_property
    def fact_groups(self) -> list[tuple[str, list[Kind]]]:
        """What matters, then an administrator's own fields, then the rest but for lines, which have panels."""
        facts = self.type_.named_fields(self.type_.facts or next(iter(self.type_.form.values()), ""))
        shown = {kind.name for kind in facts} | {self.type_.title}
        rest = [kind for kind in kinds_of(self.type_) if kind.name not in shown and not isinstance(kind, Part)]
        own = [kind for kind in rest if kind.custom]
        more = [kind for kind in rest if not kind.custom]
        kept = self.type_.named_fields("created_at updated_at")
        first = [kind for kind in facts if kind.name != self.type_.title]
        usual = [("", first), (_("Own fields"), own), (_("More"), more + kept)]
        return layouts.grouped(self.places, self.type_, usual)

    @cached_property
    def places(self) -> layouts.Places:
        """How administrators arranged the page for whoever looks."""
        return layouts.places_for(self.type_, actor=self.actor)

    @cached_property
    def values(self) -> dict[str, Any]:
        names = dict.fromkeys([self.type_.title, *self.type_.lead.split()])
        kinds = [kind for _title, some in self.fact_groups for kind in some]
        kinds += self.type_.named_fields(" ".join(names))
        return {kind.name: self.type_.value(self.record, kind) for kind in kinds}

    @cached_property
    def show(self) -> Show:
        known = self.type_.fields()
        return load_labels(
            Show(self.actor), (target for name, value in self.values.items() for target in known[name].points_at(value))
        )

    @property
    def title(self) -> str:
        title = self.type_.fields()[self.type_.title].text(self.values[self.type_.title], show=self.show)
        return title or f"#{self.record.pk}"

    def shape(self, visit: panels.Visit) -> shapes.RecordPage:
        past = self.past(visit)
        before, after = self.neighbours()
        compose = None if self.trashed else panels.compose_for(visit)
        acts = [] if self.trashed else self.acts(compose)
        return shapes.RecordPage(
            title=self.title,
            crumbs=[shapes.Link(label=str(self.type_.plural), url=self.place_url())],
            face=self.title if self.type_.face else "",
            square=self.type_.face == "square",
            lead=self.lead(),
            note="" if self.type_.lead else f"#{self.record.pk}",
            heads=[] if self.trashed else [html for head in panels.HEADS if (html := head(visit))],
            trashed=self.trashed_note(),
            restore_url=self.url(self.record.pk, "restore") if self.trashed else "",
            acts=[act for act in acts if not act.why],
            more=[*(act for act in acts if act.why), *self.more_acts()],
            previous_url=self.neighbour_url(before),
            next_url=self.neighbour_url(after),
            groups=[
                shapes.FactGroup(
                    title=title,
                    facts=[self.fact(kind) for kind in kinds],
                    open=title in dict(self.places.groups) and title != _("More"),
                )
                for title, kinds in self.fact_groups
                if kinds
            ],
            panels=[] if self.trashed else panels.panels_for(visit, self.places),
            compose=compose,
            views=past.views,
            timeline=past.timeline,
            history=past.history,
            tabbed=past.tabbed,
            edit_url=self.url(self.record.pk, "edit") if self.may_change else "",
        )

    def fact(self, kind: Kind) -> shapes.Fact:
        value = self.values[kind.name]
        able = self.may_change and is_editable(kind)
        return shapes.Fact(
            label=labels(self.type_)[kind.name],
            html=drawing(kind, self.show)(value),
            edit_url=self.url("cell", self.record.pk, kind.name, fact=1) if able else "",
            empty=kind.is_empty(value),
        )

    def lead(self) -> SafeString:
        kinds = self.type_.named_fields(self.type_.lead)
        shown = [drawing(kind, self.show)(self.values[kind.name]) for kind in kinds if self.values[kind.name]]
        return format_html_join("", "<span>{}</span>", ((html,) for html in shown))

    def trashed_note(self) -> str:
        if not self.trashed:
            return ""
        act = history.last_acts(self.type_, [self.record.pk]).get(self.record.pk)
        if act is None:
            return _("This is in the trash.")
        when = AT.text(act.at, show=self.show)
        return _("%(who)s put this into the trash: %(when)s.") % {"who": act.actor, "when": when}

    # ---- what can be done --------------------------------------------------------------------------------------

    def acts(self, compose: shapes.Compose | None) -> list[shapes.Act]:
        kinds = [kind for _title, some in self.fact_groups for kind in some]
        edit = shapes.Act(label=_("Edit"), url=self.url(self.record.pk, "edit"), icon="pencil", shortcut="E")
        return [
            *reaching.ways(kinds, self.values, show=self.show),
            *(self.act(action) for action in self.type_.actions if action.target == ONE),
            *(compose.acts if compose else ()),
            *([edit] if self.may_change else ()),
        ]

    def act(self, action: Action) -> shapes.Act:
        why = action.refusal(self.record, actor=self.actor)
        kind = "" if why else {"good": "primary", "bad": "danger"}.get(action.tone, "")
        url, asks = self.url(self.record.pk, "do", action.name), bool(action.parameters)
        return shapes.Act(
            label=str(action.label), url=url, icon=action.icon, kind=kind, why=why, post=not asks, dialog=asks
        )

    def more_acts(self) -> list[shapes.Act]:
        acts = []
        if self.type_.key in panels.BRIEFS and not self.trashed:
            acts.append(shapes.Act(label=_("Brief to print"), url=self.url(self.record.pk, "brief"), icon="printer"))
        if self.actor.is_admin and not self.type_.admin:
            acts.append(
                shapes.Act(label=_("Arrange this page"), url=f"/arrange/{self.type_.slug}/", icon="layout-panel-left")
            )
        if self.may_change and not self.type_.admin:
            acts.append(shapes.Act(label=_("Who can see this"), url=self.url(self.record.pk, "access"), icon="eye"))
        if self.may_delete:
            url = self.url(self.record.pk, "delete", next=self.list_url())
            acts.append(shapes.Act(label=_("Delete"), url=url, icon="trash-2", kind="danger", post=True))
        return acts

    # ---- where it stands in its list ---------------------------------------------------------------------------

    @property
    def place(self) -> dict[str, str]:
        return {
            name: self.request.GET[name]
            for name in ("q", "sort", "then", "view", "columns")
            if self.request.GET.get(name)
        }

    def list_url(self) -> str:
        return self.url(**self.place)

    def place_url(self) -> str:
        """The list, where this record stands in it."""
        is_there = "sort" in self.place and not self.trashed
        return self.url(**self.place, at=self.record.pk if is_there else "")

    def neighbours(self) -> tuple[int | None, int | None]:
        if "sort" not in self.place or self.trashed:
            return None, None
        asked = Asked(self.place.get("q", ""), self.type_, actor=self.actor)
        try:
            sorts = sorting.all_of(asked.rows, self.place["sort"], self.place.get("then", ""), self.type_)
            return beside(self.type_, asked.rows, self.record.pk, sorts=sorts)
        except query.QuestionError:
            return None, None

    def neighbour_url(self, pk: int | None) -> str:
        return self.url(pk, **self.place) if pk else ""

    # ---- what happened -----------------------------------------------------------------------------------------

    def past(self, visit: panels.Visit) -> shapes.RecordPage:
        """The middle of the page: the tab that is open, the first one where none is asked for."""
        may_look = access.may(self.type_, self.actor, "history")
        inside = {} if self.trashed else panels.tabs_for(visit.type, self.places)
        able = {
            layouts.TIMELINE: bool(self.type_.timeline) and not (self.trashed or self.type_.is_talk),
            layouts.HISTORY: may_look,
        }
        names = [tab for tab in self.places.tabs if able.get(tab, tab in inside)]
        asked = self.request.GET.get("tab", layouts.TIMELINE if visit.before or visit.told else "")
        at = asked if asked in names or able.get(asked) else next(iter(names), "")
        return shapes.RecordPage(
            title="",
            views=[self.tab(name, inside, at=at, first=name == names[0]) for name in names]
            if names != ["timeline"]
            else [],
            timeline=panels.timeline_for(visit) if at == layouts.TIMELINE else None,
            history=past_of(visit, may_undo=self.may_change) if at == layouts.HISTORY else None,
            tabbed=panels.tabbed(inside[at], visit) if at in inside else None,
        )

    def tab(self, name: str, inside: Mapping[str, panels.Brought], *, at: str, first: bool) -> shapes.Link:
        label, icon = TABS[name] if name in TABS else (inside[name].label, "")
        url = self.url(self.record.pk, tab="" if first else name, **self.place)
        return shapes.Link(label=str(label), url=url, icon=icon, current=name == at)

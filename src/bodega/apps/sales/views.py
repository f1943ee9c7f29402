"""The page on which pipelines and their stages are arranged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.html import conditional_escape as escaped
from django.utils.translation import gettext as _

from bodega.apps.sales.models import STATUSES, Pipeline, Stage
from bodega.kernel import access, registry
from bodega.lib.markup import format_html
from bodega.surfaces.html.components import tag
from bodega.surfaces.html.pages import TypePage
from bodega.surfaces.html.shapes import Act, Column, Empty
from bodega.surfaces.html.sheets import Line, Table, TablesPage

HERE = "?next=/pipelines/"
TONES = {"open": "info", "won": "good", "lost": "bad"}


class PipelinesPage(TypePage):
    """Every pipeline with its stages in their order (three queries)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "view")
        stages: dict[int, list[Stage]] = {}
        for stage in registry.type_of("sales.stage").rows(self.actor).order_by("order", "pk"):
            stages.setdefault(stage.pipeline_id, []).append(stage)
        deals = registry.type_of("sales.deal").rows(self.actor).order_by().values_list("stage")
        counts = dict(deals.annotate(count=Count("pk")))
        pipelines = self.type_.rows(self.actor).order_by("order", "pk")
        new = Act(label=_("New pipeline"), url=f"/pipelines/new/{HERE}", icon="plus", kind="primary", shortcut="n")
        page = TablesPage(
            title=str(self.type_.plural),
            intro=_(
                "The stages through which a deal goes. The status of a stage says whether a deal in it counts as open."
            ),
            acts=[new] if self.actor.is_admin else (),
            more=self.trashes(),
            tables=[self.table(one, stages.get(one.pk, []), counts) for one in pipelines],
        )
        return self.render("tables.html", page)

    def trashes(self) -> list[Act]:
        if not self.actor.is_admin:
            return []
        removed = [(_("Removed pipelines"), "/pipelines/trash/"), (_("Removed stages"), "/stages/trash/")]
        return [Act(label=label, url=url, icon="trash-2") for label, url in removed]

    def table(self, pipeline: Pipeline, stages: Sequence[Stage], counts: Mapping[int, int]) -> Table:
        heads = [_("Stage"), _("Status"), _("Probability"), _("Stale after"), _("Deals")]
        home = f"/pipelines/{pipeline.pk}"
        acts = [
            Act(label=_("Up"), url=f"{home}/up/{HERE}", icon="chevron-up", kind="bare", post=True, only_icon=True),
            Act(
                label=_("Down"), url=f"{home}/down/{HERE}", icon="chevron-down", kind="bare", post=True, only_icon=True
            ),
            Act(label=_("Edit"), url=f"{home}/edit/{HERE}", icon="pencil", dialog=True),
            Act(
                label=_("Add a stage"),
                url=f"/stages/new/{HERE}&pipeline=%23{pipeline.pk}&order={len(stages)}",
                icon="plus",
                dialog=True,
            ),
        ]
        return Table(
            title=pipeline.name if pipeline.active else _("%(name)s (not in use)") % {"name": pipeline.name},
            columns=[Column(name=head, label=head) for head in heads],
            lines=[self.line(stage, counts.get(stage.pk, 0)) for stage in stages],
            acts=acts if self.actor.is_admin else (),
            empty=None
            if stages
            else Empty(title=_("No stages yet"), text=_("A deal needs at least one open stage, one won and one lost.")),
        )

    def line(self, stage: Stage, deals: int) -> Line:
        home = f"/stages/{stage.pk}"
        days = _("%(n)s days") % {"n": stage.rotting_days} if stage.rotting_days else "–"
        cells: list[Any] = [
            tag(stage.name, tone=stage.tone or "neutral"),
            tag(dict(STATUSES)[stage.status], tone=TONES[stage.status], dot=False),
            escaped(f"{stage.probability:.0f} %"),
            escaped(days),
            format_html('<a href="/deals/?q=stage:%23{}">{}</a>', stage.pk, f"{deals:,}") if deals else escaped("–"),
        ]
        acts = [
            Act(label=_("Edit"), url=f"{home}/edit/{HERE}", icon="pencil", dialog=True),
            Act(label=_("Up"), url=f"{home}/up/{HERE}", icon="chevron-up", post=True, only_icon=True),
            Act(label=_("Down"), url=f"{home}/down/{HERE}", icon="chevron-down", post=True, only_icon=True),
            Act(label=_("Delete"), url=f"{home}/delete/{HERE}", icon="trash-2", post=True, only_icon=True,
                why=_("There are deals in this stage. Move them first.") if deals else ""),
        ]  # fmt: skip
        return Line(cells=cells, acts=acts if self.actor.is_admin else ())

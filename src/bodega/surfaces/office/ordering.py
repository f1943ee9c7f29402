"""Putting what stands in an order up or down by one place: stages, options, fields."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import change
from bodega.kernel.drafts import Draft, Gone
from bodega.surfaces.html.pages import TypePage

WITHIN = {"kernel.option": "set", "kernel.field": "type"}
"""The column whose value those that are ordered among themselves share; else the reference that tells them apart."""


class MovePage(TypePage):
    """Swaps places with the one before or behind; all get the numbers of their places."""

    def post(self, request: HttpRequest, pk: int, step: int) -> HttpResponse:
        if not self.type_.admin or "order" not in self.type_.fields():
            raise Http404
        rows = [*self.siblings(pk).order_by("order", "pk").values_list("pk", "order")]
        ids = [row[0] for row in rows]
        here = ids.index(pk)
        there = here + step
        if not 0 <= there < len(ids):
            return self.go(self.next_url(self.url()))
        ids[here], ids[there] = ids[there], ids[here]
        before = dict(rows)
        drafts = [Draft(one, {"order": place}) for place, one in enumerate(ids) if before[one] != place]
        outcome = change.save_many(self.type_, drafts, actor=self.actor)
        for draft in outcome.problems:
            raise draft.problem or ValidationError(_("The order could not be changed."))
        return self.go(self.next_url(self.url()))

    def siblings(self, pk: int) -> QuerySet[Any]:
        rows = self.type_.rows(self.actor)
        if not rows.filter(pk=pk).exists():
            raise Gone(_("There is no such record that you may see."))
        within = WITHIN.get(self.type_.key) or self.type_.path
        return rows.filter(**{within: rows.get(pk=pk).serializable_value(within)}) if within else rows

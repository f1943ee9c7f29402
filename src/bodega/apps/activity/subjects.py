"""What a task is about beside its first record: of whatever types, each a line of the task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from bodega.apps.activity.models import Task, TaskSubject
from bodega.kernel.kinds import AnyReference, Show
from bodega.kernel.parts import Part
from bodega.lib.markup import format_html_join


@dataclass(frozen=True, kw_only=True)
class Subjects(Part):
    """Lines of one record each, drawn as links to them."""

    def cell(self, value: Any, *, show: Show) -> SafeString:
        about = self.kinds["about"]
        return format_html_join("", "<div>{}</div>", ((about.cell(line["about"], show=show),) for line in value or ()))


lines = Subjects(
    name="others",
    label=gettext_lazy("Also about"),
    model=TaskSubject,
    parent="task",
    fields="about",
    extra=(AnyReference(name="about", label=gettext_lazy("Record"), required=True),),
)


def others() -> QuerySet[Any]:
    """A row for each."""
    return lines.rows


def subjects(task: Task) -> list[tuple[str, int]]:
    """All that a task is about, the first one first."""
    also = others().filter(task=task).order_by("order", "pk").values_list("about_type", "about_id")
    return [(key, pk) for key, pk in ((task.about_type, task.about_id), *also) if pk is not None]

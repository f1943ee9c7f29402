"""Views of before they were kept by the keys of fields."""

from __future__ import annotations

from bodega.kernel import change
from bodega.kernel.actors import system
from bodega.kernel.registry import type_of
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.declare import every, job

AT_ONCE = 500


@every("04:30")
@job()
def keep_keys(context: Context) -> int:
    """Understands once more what was saved as text alone; returns how many."""
    type_, program = type_of("views.view"), system("views")
    old = type_.rows(program).filter(asked__isnull=True).order_by("pk").values_list("pk", "columns")[:AT_ONCE]
    drafts = [change.Draft(pk, {"columns": columns}) for pk, columns in old]
    return len(change.save_many(type_, drafts, actor=program).change_ids)

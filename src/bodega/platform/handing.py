"""What was handed over in one go, by its history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from bodega.kernel.models import Change, ChangeRow


def handed(batch: str) -> Mapping[str, QuerySet[Any]]:
    """The ids of the records of each type that a batch of changes was about (a query now; the ids are asked later)."""
    acts: dict[str, list[int]] = {}
    rows = Change.objects.filter(batch=batch, undone_by=None).exclude(verb="undone").order_by("id")
    for type_key, pk in rows.values_list("type", "id"):
        acts.setdefault(type_key, []).append(pk)
    return {key: ChangeRow.objects.filter(change_id__in=ids, type=key).values("record_id") for key, ids in acts.items()}

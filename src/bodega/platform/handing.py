"""What was handed over in one go, by its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bodega.kernel.models import Change, ChangeRow

MOST = 500
"""Of each type, so many are told of."""


def handed(batch: str) -> Mapping[str, Sequence[int]]:
    """The records of each type that a batch of changes was about (a query, and one for each type)."""
    acts: dict[str, list[int]] = {}
    rows = Change.objects.filter(batch=batch, undone_by=None).exclude(verb="undone").order_by("id")
    for type_key, pk in rows.values_list("type", "id"):
        acts.setdefault(type_key, []).append(pk)
    told = {
        key: ChangeRow.objects.filter(change_id__in=ids, type=key).order_by("change_id") for key, ids in acts.items()
    }
    return {key: [*found.values_list("record_id", flat=True)[:MOST]] for key, found in told.items()}

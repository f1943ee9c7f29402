"""Changes as the door for writing leaves them behind, without the records."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from bodega.kernel.models import Change, ChangeRow, Consumer, Parked
from bodega.lib import clock

versions: dict[int, int] = {}


def nothing_happened() -> None:
    """Whatever tests before this one left behind."""
    versions.clear()
    for model in (Change, ChangeRow, Consumer, Parked):
        model._base_manager.all().delete()


def happen(*records: int, verb: str = "won", type_key: str = "test.deal", **given: Any) -> Change:
    """A change as the door for writing leaves it behind."""
    values = {"at": clock.now(), "actor": "Anna", "user_id": 7, "surface": "page"} | given
    with transaction.atomic():
        change = Change.objects.create(type=type_key, verb=verb, count=len(records), **values)
        for record in records:
            versions[record] = versions.get(record, 0) + 1
        ChangeRow.objects.bulk_create(
            ChangeRow(type=type_key, record_id=r, version=versions[r], change_id=change.pk, old={"a": 1}, new={"a": 2})
            for r in records
        )
    return change

"""Building and dropping indexes on custom fields, outside of any transaction; purging what was removed."""

from __future__ import annotations

from bodega.kernel.models import CustomField, CustomType
from bodega.kernel.scope import rearranged
from bodega.platform.indexes import building, purging
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.declare import every, job


@every("04:10")
@job(lease=600)
def keep_indexes(context: Context) -> list[str]:
    """Make what is wanted and missing, drop what nobody wants. Returns the names of the indexes that were built."""
    there, fields = building.existing(), building.wanted()
    missing = [field for field in fields if building.index_name(field) not in there]
    for number, field in enumerate(missing):
        context.progress(number, total=len(missing), text=field.name)
        building.run(building.drop_sql(field))
        building.run(building.create_sql(field))
        CustomField._base_manager.filter(pk=field.pk).update(index_state="ready")
        rearranged()
    for name in there - {building.index_name(field) for field in fields}:
        stale = CustomField(pk=int(name.removeprefix(building.PREFIX)))
        building.run(building.drop_sql(stale))
        CustomField._base_manager.filter(pk=stale.pk).update(index_state="")
        rearranged()
    return [building.index_name(field) for field in missing]


@job(lease=600)
def purge_field(context: Context, *, field_id: int) -> int:
    """Removes a field that is in the trash for good; returns how many records had a value."""
    field = CustomField._base_manager.exclude(deleted_at=None).filter(pk=field_id).first()
    return purging.purge_values(field, progress=telling(context)) if field else 0


@job(lease=600)
def purge_type(context: Context, *, type_id: int) -> int:
    """Removes a record type that is in the trash for good; returns how many records it had."""
    made = CustomType._base_manager.exclude(deleted_at=None).filter(pk=type_id).first()
    return purging.purge_records(made, progress=telling(context)) if made else 0


def telling(context: Context) -> purging.Progress:
    return lambda done, total: context.progress(done, total=total)

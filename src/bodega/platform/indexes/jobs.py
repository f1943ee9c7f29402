"""Building and dropping indexes on custom fields, outside of any transaction."""

from __future__ import annotations

from bodega.kernel.models import CustomField
from bodega.platform.indexes import building
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
    for name in there - {building.index_name(field) for field in fields}:
        stale = CustomField(pk=int(name.removeprefix("custom_field_")))
        building.run(building.drop_sql(stale))
        CustomField._base_manager.filter(pk=stale.pk).update(index_state="")
    return [building.index_name(field) for field in missing]

from typing import Any

from django.db import connection, migrations
from django.db.models import Max

BATCH = 5_000
COPY = """
    UPDATE parties_{model} AS child SET (owner_id, team_set, territory_id, private) = (
        SELECT
            CASE WHEN parent.deleted_at IS NULL THEN parent.owner_id END,
            CASE WHEN parent.deleted_at IS NULL THEN parent.team_set END,
            CASE WHEN parent.deleted_at IS NULL THEN parent.territory_id END,
            parent.private OR parent.deleted_at IS NOT NULL
        FROM parties_party AS parent WHERE parent.id = child.party_id
    ) WHERE child.id > %s AND child.id <= %s
"""


def take_over(apps: Any, schema_editor: Any) -> None:
    """Who may see a party may see what hangs on it."""
    for model in ("consent", "relationship"):
        last = apps.get_model("parties", model).objects.aggregate(last=Max("pk"))["last"] or 0
        for first in range(0, last, BATCH):
            with connection.cursor() as cursor:
                cursor.execute(COPY.format(model=model), [first, first + BATCH])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("parties", "0006_copies_indexes")]
    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]

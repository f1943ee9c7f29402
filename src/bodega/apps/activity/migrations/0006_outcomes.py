from typing import Any

from django.db import migrations
from django.utils import timezone

OUTCOMES = (
    ("reached", "Reached", "good"),
    ("no_answer", "No answer", "warn"),
    ("left_a_message", "Left a message", "info"),
    ("agreed", "Agreed", "good"),
    ("declined", "Declined", "bad"),
)


def fill(apps: Any, schema_editor: Any) -> None:
    """What a new installation begins with (`activity.seeds`), for one that has begun already."""
    option = apps.get_model("kernel", "Option")
    if not option.objects.exists() or option.objects.filter(set="activity.outcome").exists():
        return
    now = timezone.now()
    option.objects.bulk_create(
        option(
            set="activity.outcome", key=key, name=name, name_key=name.lower(), tone=tone, order=order,
            created_at=now, updated_at=now,
        )
        for order, (key, name, tone) in enumerate(OUTCOMES)
    )  # fmt: skip


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("kernel", "0014_acts_of_a_user"), ("activity", "0005_interactions")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

from typing import Any

from django.db import migrations


def take_over(apps: Any, schema_editor: Any) -> None:
    """The one role that people had is the first of those they have."""
    users = apps.get_model("kernel", "User").objects
    for role in users.exclude(role=None).values_list("role", flat=True).distinct():
        users.filter(role=role).update(roles=[role])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("kernel", "0006_roles")]
    operations = [
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]

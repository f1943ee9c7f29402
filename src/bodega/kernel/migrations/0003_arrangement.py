"""Where processes see that an administrator has changed something."""

from typing import Any

from django.db import migrations, models


def begin(apps: Any, _schema_editor: object) -> None:
    apps.get_model("kernel", "Arrangement")._base_manager.create(pk=1, version=1)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_fold")]
    operations = [
        migrations.CreateModel(
            name="Arrangement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.BigIntegerField()),
            ],
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]

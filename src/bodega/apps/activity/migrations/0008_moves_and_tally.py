import django.db.models.deletion
from django.db import migrations, models

import bodega.kernel.columns


class Migration(migrations.Migration):
    dependencies = [("activity", "0007_promises")]
    operations = [
        migrations.CreateModel(
            name="PromiseMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.IntegerField(default=0)),
                ("was_due", models.DateField(null=True, verbose_name="was due")),
                ("moved_to", models.DateField(null=True, verbose_name="moved to")),
                ("reason", models.CharField(blank=True, default="", max_length=300, verbose_name="why")),
                (
                    "promise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="moves", to="activity.task"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PromiseTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner_id", models.BigIntegerField(null=True)),
                ("team_set", models.IntegerField(null=True)),
                ("territory_id", models.BigIntegerField(null=True)),
                ("private", models.BooleanField()),
                ("many", models.IntegerField()),
                ("status", bodega.kernel.columns.BinaryOrdered(max_length=8)),
                ("first_due_on", models.DateField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["owner_id"], name="promise_tally_owner"),
                    models.Index(
                        fields=["first_due_on", "status", "owner_id", "team_set", "territory_id", "private", "many"],
                        name="promise_tally_day",
                    ),
                ]
            },
        ),
    ]

from django.db import migrations, models

import bodega.kernel.columns
from bodega.kernel.migrating import AddColumn

STATUSES = [
    ("open", "Open"),
    ("kept", "Kept"),
    ("late", "Kept late"),
    ("broken", "Broken"),
    ("released", "Released"),
]


class Migration(migrations.Migration):
    dependencies = [("activity", "0006_outcomes")]
    operations = [
        AddColumn(
            model_name="task",
            name="promised",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        AddColumn(
            model_name="task",
            name="status",
            field=bodega.kernel.columns.BinaryOrdered(
                choices=STATUSES,
                db_default="open",
                default="open",
                editable=False,
                max_length=8,
                verbose_name="status",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="first_due_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="first promised for"),
        ),
        AddColumn(
            model_name="task",
            name="outcome",
            field=models.TextField(blank=True, db_default="", default="", editable=False, verbose_name="what happened"),
        ),
        migrations.AlterField(
            model_name="task",
            name="kind",
            field=models.CharField(
                choices=[("task", "Task"), ("call", "Call")], default="task", max_length=10, verbose_name="kind"
            ),
        ),
    ]

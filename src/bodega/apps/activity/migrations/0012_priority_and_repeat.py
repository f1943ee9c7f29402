import bodega.kernel.columns
from django.db import migrations, models

from bodega.kernel.migrating import AddColumn


class Migration(migrations.Migration):
    dependencies = [("activity", "0011_keys_apart")]
    operations = [
        AddColumn(
            model_name="task",
            name="priority",
            field=bodega.kernel.columns.BinaryOrdered(
                choices=[("high", "High"), ("normal", "Normal"), ("low", "Low")],
                db_default="normal",
                default="normal",
                max_length=6,
                verbose_name="priority",
            ),
        ),
        AddColumn(
            model_name="task",
            name="repeat",
            field=models.CharField(blank=True, db_default="", default="", max_length=120, verbose_name="repeats"),
        ),
        migrations.AddField(
            model_name="task",
            name="rhythm_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="in its rhythm"),
        ),
    ]

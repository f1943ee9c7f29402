from django.db import migrations, models

import bodega.kernel.columns
from bodega.kernel.migrating import AddColumn


class Migration(migrations.Migration):
    dependencies = [("files", "0004_told_by_upload")]
    operations = [
        AddColumn(
            model_name="file",
            name="about_type",
            field=bodega.kernel.columns.BinaryOrdered(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(model_name="file", name="about_id", field=models.BigIntegerField(blank=True, null=True)),
    ]

import django.db.models.deletion
from django.db import migrations, models

from bodega.kernel.migrating import AddColumn


class Migration(migrations.Migration):
    dependencies = [("activity", "0002_access_to_notes")]
    operations = [
        AddColumn(
            model_name="task",
            name="private",
            field=models.BooleanField(db_default=False, default=False, verbose_name="private"),
        ),
        migrations.AddField(
            model_name="task", name="team_set", field=models.IntegerField(blank=True, editable=False, null=True)
        ),
        migrations.AddField(
            model_name="task",
            name="territory",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="kernel.territory",
                verbose_name="territory",
            ),
        ),
    ]

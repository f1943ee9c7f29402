import django.db.models.deletion
from django.db import migrations, models

from bodega.kernel.migrating import AddColumn


class Migration(migrations.Migration):
    dependencies = [("kernel", "0008_one_role_removed"), ("sales", "0001_initial")]
    operations = [
        AddColumn(
            model_name="deal",
            name="private",
            field=models.BooleanField(db_default=False, default=False, verbose_name="private"),
        ),
        migrations.AddField(
            model_name="deal", name="team_set", field=models.IntegerField(blank=True, editable=False, null=True)
        ),
        migrations.AddField(
            model_name="deal",
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

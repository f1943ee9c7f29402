import django.db.models.deletion
from django.db import migrations, models

from bodega.kernel.migrating import AddColumn


class Migration(migrations.Migration):
    dependencies = [("kernel", "0008_one_role_removed")]
    operations = [
        AddColumn(
            model_name="customrecord",
            name="private",
            field=models.BooleanField(db_default=False, default=False, verbose_name="private"),
        ),
        migrations.AddField(
            model_name="customrecord", name="team_set", field=models.IntegerField(blank=True, editable=False, null=True)
        ),
        migrations.AddField(
            model_name="customrecord",
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

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_territories")]
    operations = [
        migrations.AddField(
            model_name="team",
            name="above",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="kernel.team",
                verbose_name="part of",
            ),
        ),
    ]

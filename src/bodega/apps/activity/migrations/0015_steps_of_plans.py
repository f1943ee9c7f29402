import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activity", "0014_plans")]
    operations = [
        migrations.AddField(
            model_name="task",
            name="plan_since",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="plan begun"),
        ),
        migrations.AddField(
            model_name="task",
            name="plan_step",
            field=models.IntegerField(blank=True, editable=False, null=True, verbose_name="step"),
        ),
        migrations.AddField(
            model_name="task",
            name="plan",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="activity.plan",
                verbose_name="plan",
            ),
        ),
    ]

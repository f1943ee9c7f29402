from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sales", "0004_tally")]
    operations = [
        migrations.AddField(
            model_name="deal",
            name="next_due",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="next due"),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("parties", "0007_copied")]
    operations = [
        migrations.AddField(
            model_name="party",
            name="strength",
            field=models.FloatField(blank=True, editable=False, null=True, verbose_name="relationship"),
        ),
    ]

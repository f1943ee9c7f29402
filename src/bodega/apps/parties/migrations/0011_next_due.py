from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("parties", "0010_place")]
    operations = [
        migrations.AddField(
            model_name="party",
            name="next_due",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="next due"),
        ),
    ]

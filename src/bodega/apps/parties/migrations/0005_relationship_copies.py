from django.db import migrations, models

from bodega.kernel.migrating import AddColumn


class Migration(migrations.Migration):
    dependencies = [("parties", "0004_consent_copies")]
    operations = [
        AddColumn("relationship", "private", models.BooleanField(db_default=True, default=True, editable=False)),
        migrations.AddField("relationship", "team_set", models.IntegerField(blank=True, editable=False, null=True)),
        migrations.AddField(
            "relationship", "territory_id", models.BigIntegerField(blank=True, editable=False, null=True)
        ),
    ]

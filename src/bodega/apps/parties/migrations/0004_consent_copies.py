from django.db import migrations, models

from bodega.kernel.migrating import AddColumn


class Migration(migrations.Migration):
    dependencies = [("parties", "0003_access_indexes")]
    operations = [
        AddColumn("consent", "private", models.BooleanField(db_default=True, default=True, editable=False)),
        migrations.AddField("consent", "team_set", models.IntegerField(blank=True, editable=False, null=True)),
        migrations.AddField("consent", "territory_id", models.BigIntegerField(blank=True, editable=False, null=True)),
    ]

from django.db import migrations, models

from bodega.kernel.migrating import AddColumn


class Migration(migrations.Migration):
    dependencies = [("search", "0002_letters")]
    operations = [
        AddColumn(model_name="entry", name="private", field=models.BooleanField(db_default=False, default=False)),
        migrations.AddField(model_name="entry", name="team_set", field=models.IntegerField(null=True)),
        migrations.AddField(model_name="entry", name="territory_id", field=models.BigIntegerField(null=True)),
    ]

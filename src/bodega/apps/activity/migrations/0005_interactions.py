from django.db import migrations, models

from bodega.kernel.columns import OptionField, ReferencesField
from bodega.kernel.migrating import AddColumn

DIRECTIONS = [("in", "From them"), ("out", "From us")]


class Migration(migrations.Migration):
    dependencies = [("activity", "0004_access_indexes")]
    operations = [
        AddColumn(
            model_name="note",
            name="direction",
            field=models.CharField(
                blank=True,
                choices=DIRECTIONS,
                db_default="",
                default="",
                max_length=3,
                verbose_name="direction",
            ),
        ),
        AddColumn(
            model_name="note",
            name="subject",
            field=models.CharField(blank=True, db_default="", default="", max_length=300, verbose_name="subject"),
        ),
        AddColumn(
            model_name="note",
            name="place",
            field=models.CharField(blank=True, db_default="", default="", max_length=300, verbose_name="place"),
        ),
        AddColumn(
            model_name="note",
            name="outcome",
            field=OptionField(
                blank=True, db_default="", default="", max_length=60, options="activity.outcome", verbose_name="outcome"
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="participants",
            field=ReferencesField(blank=True, default=None, null=True, to="parties.party", verbose_name="customers"),
        ),
        migrations.AddField(
            model_name="note",
            name="colleagues",
            field=ReferencesField(blank=True, default=None, null=True, to="kernel.user", verbose_name="colleagues"),
        ),
    ]

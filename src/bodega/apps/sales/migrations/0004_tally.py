import bodega.kernel.columns
from django.db import migrations, models

FILL = """
INSERT INTO sales_dealtally (
    owner_id, team_set, territory_id, private, stage_id, amount_currency, many, amount, amount_many
)
SELECT owner_id, team_set, territory_id, private, stage_id, amount_currency, COUNT(*), COALESCE(SUM(amount), 0),
    COUNT(amount)
FROM sales_deal WHERE deleted_at IS NULL
GROUP BY owner_id, team_set, territory_id, private, stage_id, amount_currency
"""


class Migration(migrations.Migration):
    dependencies = [("sales", "0003_access_indexes")]
    operations = [
        migrations.CreateModel(
            name="DealTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner_id", models.BigIntegerField(null=True)),
                ("team_set", models.IntegerField(null=True)),
                ("territory_id", models.BigIntegerField(null=True)),
                ("private", models.BooleanField()),
                ("many", models.IntegerField()),
                ("stage_id", models.BigIntegerField()),
                ("amount_currency", bodega.kernel.columns.CurrencyField(blank=True, default="", max_length=3)),
                ("amount", models.BigIntegerField()),
                ("amount_many", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["owner_id"], name="deal_tally_owner"),
                    models.Index(
                        fields=[
                            "stage_id",
                            "amount_currency",
                            "owner_id",
                            "team_set",
                            "territory_id",
                            "private",
                            "many",
                            "amount",
                            "amount_many",
                        ],
                        name="deal_tally_stage",
                    ),
                ]
            },
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]

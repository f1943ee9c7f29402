from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("sales", "0002_access")]
    operations = [
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("team_set__isnull", False)),
                fields=["team_set"],
                name="deal_team_set",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("territory__isnull", False)),
                fields=["territory"],
                name="deal_territory",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=[
                    "stage",
                    "-stage_since",
                    "-id",
                    "owner",
                    "amount_currency",
                    "amount",
                    "team_set",
                    "territory",
                    "private",
                ],
                name="deal_board",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=[
                    "stage",
                    "owner",
                    "expected_on",
                    "amount_currency",
                    "amount",
                    "team_set",
                    "territory",
                    "private",
                ],
                name="deal_forecast",
            ),
        ),
        migrations.RemoveIndex(model_name="deal", name="deal_stage"),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(condition=models.Q(("private", True)), fields=["id"], name="deal_private"),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("parties", "0002_access")]
    operations = [
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("team_set__isnull", False)),
                fields=["team_set"],
                name="party_team_set",
            ),
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("territory__isnull", False)),
                fields=["territory"],
                name="party_territory",
            ),
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["kind", "address_country", "name_key", "id", "owner", "team_set", "territory", "private"],
                name="party_by_country",
            ),
        ),
        migrations.RemoveIndex(model_name="party", name="party_country"),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(condition=models.Q(("private", True)), fields=["id"], name="party_private"),
        ),
    ]

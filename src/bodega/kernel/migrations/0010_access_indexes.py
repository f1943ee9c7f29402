from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("kernel", "0009_access")]
    operations = [
        migrations.AddIndex(
            model_name="customrecord",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("team_set__isnull", False)),
                fields=["team_set"],
                name="custom_record_team_set",
            ),
        ),
        migrations.AddIndex(
            model_name="customrecord",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("territory__isnull", False)),
                fields=["territory"],
                name="custom_record_territory",
            ),
        ),
        migrations.AddIndex(
            model_name="customrecord",
            index=models.Index(condition=models.Q(("private", True)), fields=["id"], name="custom_record_private"),
        ),
    ]

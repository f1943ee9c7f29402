from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("activity", "0003_access_to_tasks")]
    operations = [
        migrations.AddIndex(
            model_name="note",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("team_set__isnull", False)),
                fields=["team_set"],
                name="note_team_set",
            ),
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("territory__isnull", False)),
                fields=["territory"],
                name="note_territory",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("team_set__isnull", False)),
                fields=["team_set"],
                name="task_team_set",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("territory__isnull", False)),
                fields=["territory"],
                name="task_territory",
            ),
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(condition=models.Q(("private", True)), fields=["id"], name="note_private"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(condition=models.Q(("private", True)), fields=["id"], name="task_private"),
        ),
    ]

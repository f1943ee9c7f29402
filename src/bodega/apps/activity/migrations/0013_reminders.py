import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activity", "0012_priority_and_repeat")]
    operations = [
        migrations.CreateModel(
            name="TaskReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.IntegerField(default=0)),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reminders", to="activity.task"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["at"], name="reminder_at")]},
        ),
    ]

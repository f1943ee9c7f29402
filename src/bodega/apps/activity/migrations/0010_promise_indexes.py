from typing import Any

from django.db import migrations, models

CREATE = """
CREATE UNIQUE INDEX {} task_external_once ON activity_task (promised, external_id)
WHERE deleted_at IS NULL AND NOT (external_id = '')
"""


def keep_keys_apart(apps: object, schema_editor: Any) -> None:
    """The key of another system is a task's own among tasks, and a promise's among promises."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS task_external_once")  # one that was not finished
        cursor.execute(CREATE.format("CONCURRENTLY" if connection.vendor == "postgresql" else ""))


PROMISES = models.Q(("deleted_at", None), ("promised", True))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("activity", "0009_tasks_that_were_promises")]
    operations = [
        migrations.AddIndex(
            model_name="task",
            index=models.Index(condition=PROMISES, fields=["due_on", "id"], name="promise_due"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(condition=PROMISES, fields=["status", "-first_due_on"], name="promise_status"),
        ),
        migrations.SeparateDatabaseAndState(
            [migrations.RunPython(keep_keys_apart, migrations.RunPython.noop)],
            [
                migrations.AddConstraint(
                    model_name="task",
                    constraint=models.UniqueConstraint(
                        fields=["promised", "external_id"],
                        condition=models.Q(("deleted_at", None), models.Q(("external_id", ""), _negated=True)),
                        name="task_external_once",
                    ),
                )
            ],
        ),
    ]

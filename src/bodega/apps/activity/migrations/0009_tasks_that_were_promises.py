from typing import Any

from django.db import connection, migrations, transaction

TASK, PROMISE = "activity.task", "activity.promise"
NAMED = (
    ("kernel_changerow", "type", "record_id"),
    ("kernel_share", "type", "record_id"),
    ("activity_entry", "type", "record_id"),
    ("activity_timelinerow", "subject_type", "subject_id"),
    ("notifications_follow", "type", "record_id"),
    ("notifications_notification", "type", "record_id"),
    ("files_file", "about_type", "about_id"),
)
"""Where a record is named by its type and its number."""
PROMISED = """
UPDATE activity_task SET promised = TRUE, kind = 'task', first_due_on = due_on,
    status = CASE
        WHEN done_at IS NULL THEN 'open' WHEN due_on IS NULL OR DATE(done_at) <= due_on THEN 'kept' ELSE 'late'
    END
WHERE kind = 'promise'
"""
RENAMED = """
UPDATE {table} SET {type} = 'activity.promise'
WHERE {type} = 'activity.task' AND {id} IN (SELECT id FROM activity_task WHERE promised)
"""
ACTS = """
UPDATE kernel_change SET type = 'activity.promise'
WHERE type = 'activity.task'
    AND id IN (SELECT change_id FROM kernel_changerow WHERE type = 'activity.promise')
    AND NOT EXISTS (
        SELECT 1 FROM kernel_changerow AS r WHERE r.change_id = kernel_change.id AND r.type = 'activity.task'
    )
"""
TALLIED = """
INSERT INTO activity_promisetally (owner_id, team_set, territory_id, private, status, first_due_on, many)
SELECT owner_id, team_set, territory_id, private, status, first_due_on, COUNT(*)
FROM activity_task WHERE deleted_at IS NULL AND promised
GROUP BY owner_id, team_set, territory_id, private, status, first_due_on
"""


def convert(apps: Any, schema_editor: Any) -> None:
    """Until now a promise was a task of that kind, and kept when that was done. All or nothing: it may be begun again."""
    with transaction.atomic(), connection.cursor() as cursor:
        keep_rights(apps)
        cursor.execute(PROMISED)
        for table, type_, pk in NAMED:
            cursor.execute(RENAMED.format(table=table, type=type_, id=pk))
        cursor.execute(ACTS)
        cursor.execute("DELETE FROM activity_promisetally")
        cursor.execute(TALLIED)


def keep_rights(apps: Any) -> None:
    """Who may do what with promises, and which fields of them are hidden, is as it was when they were tasks."""
    for role in apps.get_model("kernel", "Role")._base_manager.all():
        for lines in (role.levels, role.fields):
            if TASK in (lines or {}):
                lines.setdefault(PROMISE, lines[TASK])
        role.save(update_fields=["levels", "fields"])
    rules = apps.get_model("kernel", "Rule")._base_manager
    if not rules.filter(type=PROMISE).exists():
        for rule in rules.filter(type=TASK, deleted_at=None):
            rule.pk, rule.type, rule.external_id = None, PROMISE, ""
            rule.save(force_insert=True)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("activity", "0008_moves_and_tally"),
        ("kernel", "0014_acts_of_a_user"),
        ("notifications", "0001_initial"),
        ("files", "0006_about_index"),
    ]
    operations = [migrations.RunPython(convert, migrations.RunPython.noop)]

"""The indexes of letters: pg_trgm on PostgreSQL, FTS5 with triggers on SQLite; names apart from long texts.

Whoever changes the table of entries on SQLite makes these triggers anew: Django remakes the table without them.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

INDEXES = (("search_names", "NOT {}is_long"), ("search_texts", "{}is_long"))
# What is waiting to be sorted into the index is read by every search: little of it is cheap enough.
POSTGRES = """
CREATE INDEX {name} ON search_entry USING gin (body gin_trgm_ops) WITH (gin_pending_list_limit = 256) WHERE {which}
"""
SQLITE = (
    """
    CREATE VIRTUAL TABLE {name} USING fts5(
        body, content='search_entry', content_rowid='id', tokenize='trigram case_sensitive 1', detail=none)
    """,
    """
    CREATE TRIGGER {name}_insert AFTER INSERT ON search_entry WHEN {new} BEGIN
        INSERT INTO {name} (rowid, body) VALUES (new.id, new.body);
    END
    """,
    """
    CREATE TRIGGER {name}_delete AFTER DELETE ON search_entry WHEN {old} BEGIN
        INSERT INTO {name} ({name}, rowid, body) VALUES ('delete', old.id, old.body);
    END
    """,
    """
    CREATE TRIGGER {name}_update AFTER UPDATE ON search_entry BEGIN
        INSERT INTO {name} ({name}, rowid, body) SELECT 'delete', old.id, old.body WHERE {old};
        INSERT INTO {name} (rowid, body) SELECT new.id, new.body WHERE {new};
    END
    """,
)


def make(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_postgres = schema_editor.connection.vendor == "postgresql"
    if is_postgres:
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for name, which in INDEXES:
        for statement in [POSTGRES] if is_postgres else SQLITE:
            given = {"which": which.format(""), "new": which.format("new."), "old": which.format("old.")}
            schema_editor.execute(statement.format(name=name, **given))


def drop(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_postgres = schema_editor.connection.vendor == "postgresql"
    for name, _which in INDEXES:
        words = (
            ["INDEX {}"] if is_postgres else ["TRIGGER {}_insert", "TRIGGER {}_delete", "TRIGGER {}_update", "TABLE {}"]
        )
        for word in words:
            schema_editor.execute(f"DROP {word.format(name)}")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]

"""From here on the database refuses to change or remove an entry."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from bodega.platform.audit import guard


def make(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    guard.make(schema_editor.execute, schema_editor.connection.vendor)


def lift(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    guard.lift(schema_editor.execute, schema_editor.connection.vendor)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(make, lift)]

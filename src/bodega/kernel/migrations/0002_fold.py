"""PostgreSQL gets the function by which both databases compare text without case and accents."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from bodega.lib.text import FOLD_POSTGRES


def make(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FOLD_POSTGRES)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]

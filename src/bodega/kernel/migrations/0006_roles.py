from django.db import migrations

import bodega.kernel.columns


class Migration(migrations.Migration):
    dependencies = [("kernel", "0005_team_tree")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="roles",
            field=bodega.kernel.columns.ReferencesField(
                blank=True, default=list, null=True, to="kernel.role", verbose_name="roles"
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="territories",
            field=bodega.kernel.columns.ReferencesField(
                blank=True, default=list, null=True, to="kernel.territory", verbose_name="territories"
            ),
        ),
    ]

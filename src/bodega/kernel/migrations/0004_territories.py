import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import bodega.kernel.columns


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_arrangement")]
    operations = [
        migrations.CreateModel(
            name="TeamSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("teams", bodega.kernel.columns.BinaryOrdered(max_length=500, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Territory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "external_id",
                    bodega.kernel.columns.BinaryOrdered(
                        blank=True, default="", max_length=120, verbose_name="external id"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="changed")),
                ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="deleted")),
                ("version", models.IntegerField(default=1, editable=False, verbose_name="version")),
                ("custom", models.JSONField(blank=True, default=dict, editable=False)),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "name_key",
                    bodega.kernel.columns.KeyField(blank=True, default="", editable=False, max_length=300, of="name"),
                ),
                (
                    "above",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.territory",
                        verbose_name="part of",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={"verbose_name": "territory", "verbose_name_plural": "territories"},
        ),
        migrations.AddConstraint(
            model_name="territory",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at", None), models.Q(("external_id", ""), _negated=True)),
                fields=("external_id",),
                name="territory_external",
            ),
        ),
    ]

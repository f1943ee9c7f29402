from django.db import migrations, models

ALIVE = models.Q(("deleted_at", None))


def there(model: str, column: str) -> models.Index:
    condition = ALIVE & models.Q((f"{column}__isnull", False))
    return models.Index(fields=[column], name=f"{model}_{column.removesuffix('_id')}", condition=condition)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("parties", "0005_relationship_copies")]
    operations = [
        migrations.AddIndex(model, index)
        for model in ("consent", "relationship")
        for index in (
            models.Index(fields=["owner", "id"], name=f"{model}_owner", condition=ALIVE),
            there(model, "team_set"),
            there(model, "territory_id"),
        )
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("products", "0002_access")]
    operations = [
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("team_set__isnull", False)),
                fields=["team_set"],
                name="product_team_set",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("territory__isnull", False)),
                fields=["territory"],
                name="product_territory",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(condition=models.Q(("private", True)), fields=["id"], name="product_private"),
        ),
    ]

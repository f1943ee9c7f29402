from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("sales", "0005_next_due")]
    operations = [
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("next_due__isnull", False)),
                fields=["next_due", "id"],
                name="deal_next_due",
            ),
        ),
    ]

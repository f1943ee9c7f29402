from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("parties", "0011_next_due")]
    operations = [
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("next_due__isnull", False)),
                fields=["kind", "next_due", "id"],
                name="party_next_due",
            ),
        ),
    ]

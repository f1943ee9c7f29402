from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("parties", "0008_strength")]
    operations = [
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(("deleted_at", None)), fields=["kind", "strength", "id"], name="party_strength"
            ),
        ),
    ]

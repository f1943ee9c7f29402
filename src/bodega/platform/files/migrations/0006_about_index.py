from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("files", "0005_about")]
    operations = [
        migrations.AddIndex(
            model_name="file",
            index=models.Index(condition=models.Q(("deleted_at", None)), fields=["name_key", "id"], name="file_name"),
        ),
        migrations.AddIndex(
            model_name="file", index=models.Index(fields=["about_type", "about_id"], name="file_about")
        ),
    ]

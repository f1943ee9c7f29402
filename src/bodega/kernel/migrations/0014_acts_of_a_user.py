from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("kernel", "0013_rules")]
    operations = [
        migrations.AddIndex("Change", models.Index(fields=["user_id", "id"], name="change_user")),
    ]

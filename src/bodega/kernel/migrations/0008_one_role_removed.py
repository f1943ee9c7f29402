from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel", "0007_roles_taken_over")]
    operations = [
        migrations.RemoveField(model_name="user", name="role"),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("files", "0003_access_indexes")]
    operations = [
        migrations.AlterField(
            model_name="file",
            name="size",
            field=models.BigIntegerField(default=0, editable=False, verbose_name="size in bytes"),
        ),
        migrations.AlterField(
            model_name="file",
            name="sha256",
            field=models.CharField(default="", editable=False, max_length=64, verbose_name="SHA-256"),
        ),
    ]

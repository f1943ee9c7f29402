from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("activity", "0010_promise_indexes")]
    operations = [migrations.RemoveConstraint(model_name="task", name="task_external")]

from typing import Any

from django.conf import settings
from django.db import migrations
from django.utils import timezone
from django.utils.translation import gettext, override

from bodega.apps.memory.seeds import OPTIONS, READY, SENSITIVE
from bodega.lib.text import fold


def fill(apps: Any, schema_editor: Any) -> None:
    """What a new installation begins with (`memory.seeds`), for one that has begun already."""
    option, topic = (apps.get_model(*one) for one in (("kernel", "Option"), ("memory", "Topic")))
    if not option.objects.exists() or topic.objects.exists():
        return
    known = {field.name for field in topic._meta.get_fields()}
    then = {"created_at": timezone.now(), "updated_at": timezone.now()}
    groups = next(iter(OPTIONS.values())).split("|")
    option.objects.bulk_create(
        option(set="memory.group", key=fold(name), name=name, name_key=fold(name), order=order, **then)
        for order, name in enumerate(groups if not option.objects.filter(set="memory.group").exists() else [])
    )
    with override(settings.LANGUAGE_CODE):
        topic.objects.bulk_create(
            topic(
                key=key, name=gettext(name), name_key=fold(gettext(name)), question=gettext(asked), order=order,
                sensitive=ready is SENSITIVE, **then, **{name: told for name, told in rest.items() if name in known},
            )
            for ready in (READY, SENSITIVE)
            for order, (key, name, asked, rest) in enumerate(ready)
        )  # fmt: skip


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("kernel", "0014_acts_of_a_user"), ("memory", "0003_suggestion")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

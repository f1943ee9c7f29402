"""How files are shown and referred to. They come in by upload, not by form, so they have no form to write with."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bodega.kernel.record import RecordType
from bodega.platform.files.models import File

file = RecordType(
    key="files.file",
    model=File,
    label=_("File"),
    plural=_("Files"),
    slug="files",
    icon="file",
    section=_("Work"),
    columns="name size owner created_at",
    form={_("File"): "name"},
    search="name",
    listed=False,
)

"""How files are shown and referred to. They come in by upload, not by form, so they have no form to write with."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bodega.kernel.kinds import AnyReference
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
    columns="name size about owner created_at",
    facts="size about created_at owner",
    form={_("File"): "name about"},
    kinds=[AnyReference(name="about", label=_("About"))],
    search="name",
    timeline="about",
    listed=False,
)

"""The slips of a day, many on a page, so made here and not by template loops."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.safestring import SafeString

from bodega.lib.markup import format_html, format_html_join
from bodega.surfaces.calendar.shapes import Slip

SLIP = (
    '<li class="slip {}" data-id="{}" data-title="{}"><input type="hidden" name="version.{}" value="{}">'
    '<a class="title" href="{}">{}{}</a>{}</li>'
)


def drawn(slips: Iterable[Slip]) -> SafeString:
    return format_html_join("\n", SLIP, (parts(slip) for slip in slips))


def parts(slip: Slip) -> tuple[object, ...]:
    time = format_html("<time>{}</time> ", slip.time) if slip.time else ""
    details = format_html('<span class="details">{}</span>', " · ".join(slip.details)) if slip.details else ""
    return slip.tone or "neutral", slip.id, slip.title, slip.id, slip.version, slip.url, time, slip.title, details

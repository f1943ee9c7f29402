"""What watches over this server asks: does it live, may it be sent requests, how does it stand."""

from __future__ import annotations

import secrets
from functools import cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse

from bodega.platform.jobs import standing
from bodega.web import metrics, room

Key = tuple[str, str]


def live(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers at all: nothing else is asked. Who gets no answer starts it again."""
    return HttpResponse("ok", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and has the tables of this version, else 503.

    A full disk and a missing worker are told and change nothing: what is only read goes on being answered.
    """
    told: dict[str, Any] = {"disk": "ok" if room.free_space(settings.BODEGA_DATA_DIR) > room.LOW else "low"}
    try:
        told |= {"tables": "behind" if is_behind() else "ok", "worker_seconds": seen(), "database": "ok"}
    except DatabaseError:
        connection.close_if_unusable_or_obsolete()
        told |= {"tables": "unknown", "worker_seconds": None, "database": "does not answer"}
    is_ready = told["database"] == told["tables"] == "ok"
    return JsonResponse({"ready": is_ready} | told, status=200 if is_ready else 503)


def seen() -> float | None:
    """Seconds since a worker was last heard of."""
    _alive, heard = standing.heartbeat()
    return None if heard is None else round(heard, 1)


def is_behind() -> bool:
    """Whether the database lacks a migration of this version: one query."""
    return not all_steps() <= {*MigrationRecorder(connection).applied_migrations()}


@cache
def all_steps() -> frozenset[Key]:
    loader = MigrationLoader(None)
    return frozenset(loader.disk_migrations or ())


def show_metrics(request: HttpRequest) -> HttpResponse:
    """For who brings the token; without one, for this machine as long as the installation is for this machine."""
    if not may_measure(request):
        text = "Set BODEGA_METRICS_TOKEN and send it: Authorization: Bearer …\n"
        return HttpResponse(text, content_type="text/plain; charset=utf-8", status=403)
    return HttpResponse(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def may_measure(request: HttpRequest) -> bool:
    """Behind a proxy everybody seems to come from this machine: there only the token counts."""
    token = settings.BODEGA_METRICS_TOKEN
    if token:
        given = request.headers.get("Authorization", "")
        return secrets.compare_digest(given.encode(), f"Bearer {token}".encode())
    passed_on = {"X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via"} & {*request.headers}
    return not passed_on and is_here(request.META.get("REMOTE_ADDR", "")) and is_here(settings.BODEGA_BASE_URL)


def is_here(address: str) -> bool:
    """Whether an IP number or a web address is this machine's own."""
    host = urlsplit(address).hostname if "//" in address else address
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False

"""A call that is sent twice with one Idempotency-Key is done once: its answer is kept with what it wrote."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel.actors import User
from bodega.lib import clock
from bodega.surfaces.api.models import KeptAnswer
from bodega.surfaces.api.problems import Problem

KEPT = timedelta(hours=24)
LONGEST = 255
HEADERS = ("Content-Type", "ETag", "Location")


def once(request: HttpRequest, user: User, carry_out: Callable[[], HttpResponse]) -> HttpResponse:
    """Carry it out in one transaction, or answer as before. What was refused wrote nothing and may be sent again."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST or not key.isprintable():
        raise Problem("malformed", _("An Idempotency-Key has at most %(most)s characters.") % {"most": LONGEST})
    with transaction.atomic():
        return kept_or_new(key, digest(request), user, carry_out) if key else carry_out()


def kept_or_new(key: str, call: str, user: User, carry_out: Callable[[], HttpResponse]) -> HttpResponse:
    lock(user, key)
    kept = KeptAnswer.objects.filter(user=user, key=key).first()
    if kept is not None and kept.at > clock.now() - KEPT:
        return again(kept, call)
    answer = carry_out()
    keep(user, key, call, answer)
    return answer


def digest(request: HttpRequest) -> str:
    held = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    held.update(request.body)
    return held.hexdigest()


def lock(user: User, key: str) -> None:
    """On SQLite a transaction that may write is alone; the second call waits for the first one's answer."""
    if connection.vendor == "postgresql":
        number = int.from_bytes(hashlib.sha256(f"{user.pk} {key}".encode()).digest()[:8], signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
            if not cursor.fetchone()[0]:
                raise Problem("in-flight", _("Ask again in a moment."), headers={"Retry-After": "1"})


def again(kept: KeptAnswer, call: str) -> HttpResponse:
    if kept.call != call:
        raise Problem("key-reused", _("Take a new key for each call."))
    headers = {**kept.headers, "Idempotency-Replayed": "true"}
    return HttpResponse(bytes(kept.body), status=kept.status, headers=headers)


def keep(user: User, key: str, call: str, answer: HttpResponse) -> None:
    held = {name: answer.headers[name] for name in HEADERS if name in answer.headers}
    kept = {"call": call, "status": answer.status_code, "headers": held, "body": answer.content, "at": clock.now()}
    KeptAnswer.objects.update_or_create(user=user, key=key, defaults=kept)


def forget() -> int:
    return KeptAnswer.objects.filter(at__lte=clock.now() - KEPT).delete()[0]

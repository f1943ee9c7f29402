"""What every request gets first: an id, a line in the log, a place in the metrics."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import perf_counter, thread_time
from typing import Any

from django.http import HttpRequest, HttpResponse

from bodega.lib.work import Work, current, sane_id
from bodega.platform.watching import watched
from bodega.surfaces.html.request import looking_of
from bodega.web import metrics

logger = logging.getLogger(__name__)
QUIET = frozenset({"health/", "health/live", "health/ready", "metrics"})
"""Asked every few seconds by machines: logged only when something is wrong."""


class Watched:
    """Middleware, the outermost: measures the whole of the request.

    A request goes from its first to its last line in one thread, so the thread's time is the request's.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = Work(sane_id(request.headers.get("X-Request-ID", "")), address=request.META.get("REMOTE_ADDR", ""))
        with watched(begun) as work:
            started, cpu_started = perf_counter(), thread_time()
            response = self.get_response(request)
            know(request, work)
            cost = metrics.Cost(perf_counter() - started, thread_time() - cpu_started, work.statements, work.seconds)
            method = request.method or ""
            metrics.count(method, work.what, response.status_code, cost)
            if response.status_code >= 400 or work.what not in QUIET:
                logger.info("request", extra=line(method, response.status_code, work, cost))
        response.headers["X-Request-ID"] = work.id
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """So that a statement that takes long is told with its route."""
        if (work := current()) is not None:
            know(request, work)


def know(request: HttpRequest, work: Work) -> None:
    """The route stands for the address, which holds numbers and names; the number for the person: who looks as another
    one is themselves."""
    work.what = request.resolver_match.route if request.resolver_match else ""
    looking = looking_of(request)
    work.user_id = looking.looker.pk if looking else getattr(getattr(request, "actor", None), "user_id", None)


def line(method: str, status: int, work: Work, cost: metrics.Cost) -> dict[str, Any]:
    return {
        "method": method,
        "status": status,
        "user": work.user_id,
        "ms": round(cost.seconds * 1000, 1),
        "cpu_ms": round(cost.cpu * 1000, 1),
        "queries": cost.statements,
        "db_ms": round(cost.database * 1000, 1),
    }

"""The addresses of all pages, and the pages for what stops a request before it gets to one."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from bodega.web import probes

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", probes.ready),
    path("health/live", probes.live),
    path("health/ready", probes.ready),
    path("metrics", probes.show_metrics),
    path("", include("bodega.surfaces.brief.urls")),
    path("", include("bodega.surfaces.api.urls")),
    path("", include("bodega.surfaces.audit.urls")),
    path("", include("bodega.surfaces.handover.urls")),
    path("", include("bodega.surfaces.rights.urls")),
    path("", include("bodega.surfaces.office.urls")),
    path("", include("bodega.surfaces.design.urls")),
    path("", include("bodega.surfaces.start.urls")),
    path("", include("bodega.surfaces.home.urls")),
    path("", include("bodega.surfaces.live.urls")),
    path("", include("bodega.surfaces.notifications.urls")),
    path("", include("bodega.apps.activity.urls")),
    path("", include("bodega.surfaces.record.urls")),
    path("", include("bodega.apps.memory.urls")),
    path("", include("bodega.surfaces.html.urls")),
]

handler400 = "bodega.surfaces.html.problems.bad_request"
handler403 = "bodega.surfaces.html.problems.denied"
handler404 = "bodega.surfaces.html.problems.missing"
handler500 = "bodega.surfaces.html.problems.broken"

"""The addresses of what tells of rights; they come before those of record types."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bodega.platform.administration import records
from bodega.surfaces.html.urls import of_type
from bodega.surfaces.rights import looking, reach, ready, trying, why

DECIDING = (records.user, records.team, records.territory, records.rule)
"""The types whose records, beside roles, decide who sees what."""

urlpatterns: list[URLPattern | URLResolver] = [
    path("users/<int:pk>/access/", reach.ReachPage.as_view()),
    *(path(f"{one.slug}/<int:pk>/edit/", trying.TriedEdit.as_view(type_=one)) for one in DECIDING),
    path("rules/new/", trying.TriedNew.as_view(type_=records.rule)),
    path("roles/new/", trying.TriedRole.as_view()),
    path("roles/<int:pk>/edit/", trying.TriedRole.as_view()),
    path("roles/<int:pk>/fields/<slug:slug>/", trying.TriedFields.as_view()),
    path("roles/ready/", ready.ReadyPage.as_view()),
    path("users/<int:pk>/look/", looking.Begin.as_view()),
    path("look/stop/", looking.Stop.as_view()),
    path("<slug:slug>/<int:pk>/access/", of_type("access", why.AccessPage)),
]

"""The addresses of following and of notifications."""

from __future__ import annotations

from django.urls import URLPattern, path

from bodega.surfaces.html.urls import of_type
from bodega.surfaces.notifications import following, pages

urlpatterns: list[URLPattern] = [
    path("notifications/", pages.Notifications.as_view()),
    path("notifications/read/", pages.Read.as_view()),
    path("notifications/<int:pk>/", pages.Opened.as_view()),
    path("me/notifications/", pages.Wanted.as_view()),
    path("<slug:slug>/<int:pk>/follow/", of_type("follow", following.Follow)),
    path("<slug:slug>/<int:pk>/unfollow/", of_type("unfollow", following.Unfollow)),
]

"""The addresses of the API. Those of record types are looked up by each call, so that new types work at once."""

from __future__ import annotations

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt

from bodega.surfaces.api import bulk, calls, document, doing, exporting, keyed, lists, past, records


def call(made: type[calls.Call]) -> Callable[..., HttpResponseBase]:
    """Calls by cookie are checked by `calls.caller`; those by token come from no browser."""
    return csrf_exempt(made.as_view())


urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", call(document.Start)),
    path("api/v1/openapi.json", call(document.Document)),
    path("api/v1/changes/", call(past.Changes)),
    path("api/v1/<slug:slug>/", call(lists.Records)),
    path("api/v1/<slug:slug>/bulk/", call(bulk.Bulk)),
    path("api/v1/<slug:slug>/report/", call(lists.Report)),
    path("api/v1/<slug:slug>/export.<slug:format>", call(exporting.Export)),
    path("api/v1/<slug:slug>/trash/", call(lists.Trash)),
    path("api/v1/<slug:slug>/by/<slug:field>/<path:value>/", call(keyed.Keyed)),
    path("api/v1/<slug:slug>/do/<slug:name>/", call(doing.DoingMany)),
    path("api/v1/<slug:slug>/<int:pk>/", call(records.Record)),
    path("api/v1/<slug:slug>/<int:pk>/restore/", call(records.Restore)),
    path("api/v1/<slug:slug>/<int:pk>/history/", call(past.History)),
    path("api/v1/<slug:slug>/<int:pk>/do/<slug:name>/", call(doing.Doing)),
]

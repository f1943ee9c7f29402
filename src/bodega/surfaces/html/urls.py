"""The addresses of the pages. Those of record types are looked up by each request, so that new types work at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path

from bodega.kernel import registry
from bodega.surfaces.calendar import pages as calendar
from bodega.surfaces.export import pages as export
from bodega.surfaces.gallery import pages as gallery
from bodega.surfaces.grid.pages import Cells, PutPage
from bodega.surfaces.html import acting, boards, bulk, choosing, editing, lists, reading, trash
from bodega.surfaces.html.pages import TypePage
from bodega.surfaces.listing import completing, filtering, grouping, measuring
from bodega.surfaces.listing import pages as listing
from bodega.surfaces.maps.pages import MapView
from bodega.surfaces.views import pages, wishes
from bodega.surfaces.work.pages import WorkPage

if TYPE_CHECKING:
    from bodega.surfaces.html.request import ActingRequest

View = Callable[..., HttpResponseBase]


def of_type(name: str, usual: type[TypePage]) -> View:
    """The page `name` of the type with the slug in the address: the usual one, or the type's own of that name."""

    def view(request: HttpRequest, *, slug: str, **given: Any) -> HttpResponseBase:
        type_ = registry.by_slug(slug, actor=cast("ActingRequest", request).actor)
        if type_ is None:
            raise Http404
        page: type[TypePage] = type_.views.get(name, usual)
        return page.as_view(type_=type_)(request, **given)

    view.page_name = name  # type: ignore[attr-defined]  # read by the inventory of surfaces
    return view


urlpatterns: list[URLPattern | URLResolver] = [
    path("work/<int:job_id>/", WorkPage.as_view()),
    path("undo/", trash.LastPage.as_view()),
    path("undo/<int:pk>/", trash.UndoPage.as_view()),
    path("any/options/", choosing.AnyOptions.as_view()),
    path("views/<int:pk>/keep/", pages.KeepView.as_view()),
    path("views/<int:pk>/copy/", pages.CopyView.as_view()),
    path("views/<int:pk>/pin/", wishes.PinPage.as_view()),
    path("views/pins/", wishes.PinsPage.as_view()),
    path("views/first/", wishes.FirstPage.as_view()),
    path("views/counts/", wishes.CountsPage.as_view()),
    path("<slug:slug>/", of_type("list", lists.ListPage)),
    path("<slug:slug>/board/", of_type("board", boards.BoardPage)),
    path("<slug:slug>/calendar/", of_type("calendar", calendar.CalendarView)),
    path("<slug:slug>/gallery/", of_type("gallery", gallery.GalleryPage)),
    path("<slug:slug>/map/", of_type("map", MapView)),
    path("<slug:slug>/reschedule/", of_type("reschedule", calendar.ReschedulePage)),
    path("<slug:slug>/move/", of_type("move", boards.MovePage)),
    path("<slug:slug>/new/", of_type("new", editing.NewPage)),
    path("<slug:slug>/bulk/", of_type("bulk", bulk.BulkPage)),
    path("<slug:slug>/export/", of_type("export", export.ExportPage)),
    path("<slug:slug>/export.<slug:format>", of_type("exported", export.ExportFile)),
    path("<slug:slug>/columns/", of_type("columns", listing.Columns)),
    path("<slug:slug>/filter/", of_type("filter", filtering.FilterPage)),
    path("<slug:slug>/groups/", of_type("groups", grouping.GroupsPage)),
    path("<slug:slug>/measure/", of_type("measure", measuring.MeasurePage)),
    path("<slug:slug>/complete/", of_type("complete", completing.CompletePage)),
    path("<slug:slug>/options/", of_type("options", choosing.Options)),
    path("<slug:slug>/trash/", of_type("trash", trash.TrashPage)),
    path("<slug:slug>/cells/", of_type("cells", Cells)),
    path("<slug:slug>/put/", of_type("put", PutPage)),
    path("<slug:slug>/cell/<int:pk>/<slug:name>/", of_type("cell", editing.CellPage)),
    path("<slug:slug>/do/<slug:name>/", of_type("do", acting.ActPage)),
    path("<slug:slug>/<int:pk>/", of_type("page", reading.RecordPage)),
    path("<slug:slug>/<int:pk>/edit/", of_type("edit", editing.EditPage)),
    path("<slug:slug>/<int:pk>/delete/", of_type("delete", trash.DeletePage)),
    path("<slug:slug>/<int:pk>/restore/", of_type("restore", trash.RestorePage)),
    path("<slug:slug>/<int:pk>/do/<slug:name>/", of_type("do", acting.ActPage)),
]

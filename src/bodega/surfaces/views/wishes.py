"""What people arrange for themselves: which views are at hand, in which order, and what is opened first."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from bodega.kernel.registry import type_of
from bodega.lib.text import amid
from bodega.platform.accounts import preferences
from bodega.surfaces.html.forms import whole
from bodega.surfaces.html.pages import Page
from bodega.surfaces.views import pinned
from bodega.surfaces.views.models import SHAPES


class PinPage(Page):
    """Pins a view to the side bar, or takes it from there."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user, now = self.request.user, pinned.pins_of(self.request.user)
        found = pinned.these([pk], actor=self.actor)
        if not found and pk not in now:
            raise Http404
        name = {"name": found[0][0].values["name"] if found else f"#{pk}"}
        if pk in now:
            preferences.keep(user, pinned.PINS, [one for one in now if one != pk])
            return self.go(self.next_url(self.came_from), _("%(name)s is no longer pinned.") % name)
        preferences.keep(user, pinned.PINS, [*now, pk][-pinned.MOST :])
        return self.go(self.next_url(self.came_from), _("%(name)s is pinned to the side bar.") % name)


class PinsPage(Page):
    """The pinned views in another order."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        now = pinned.pins_of(self.request.user)
        asked = [pk for text in request.POST.getlist("ids") if (pk := whole(text)) in now]
        order = [*dict.fromkeys(asked), *(pk for pk in now if pk not in asked)]
        preferences.keep(self.request.user, pinned.PINS, order)
        return HttpResponse(status=204) if self.partial else self.go(self.next_url(self.came_from))


class FirstPage(Page):
    """`opens` is a view's number or a shape: how the side bar opens records of `type` from now on; nothing as usual."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        type_ = pinned.seen_type(request.GET.get("type", ""), actor=self.actor)
        if type_ is None:
            raise Http404
        asked = request.GET.get("opens", "")
        opens = whole(asked) or (asked if asked in dict(SHAPES) else "")
        kept = {**self.request.user.preferences.get(pinned.OPENS, {}), type_.key: opens}
        preferences.keep(self.request.user, pinned.OPENS, {key: value for key, value in kept.items() if value})
        said = (
            _("This is how the side bar opens %(plural)s for you now.")
            if opens
            else _("The side bar opens %(plural)s as usual.")
        )
        plural = amid(str(type_of(type_.key).plural))
        return self.go(self.next_url(self.came_from), said % {"plural": plural})


class CountsPage(Page):
    """`?ids=1,2`: how many records these views have, where that is told quickly."""

    def get(self, request: HttpRequest) -> HttpResponse:
        ids = [pk for text in request.GET.get("ids", "").split(",")[: pinned.MOST] if (pk := whole(text))]
        return JsonResponse(pinned.counts(ids, actor=self.actor))

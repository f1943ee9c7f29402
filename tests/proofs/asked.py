"""What somebody asks who wants to know what is kept from them: for each address of the program, requests drawn by lot.

Whoever adds an address to `surfaces/inventory.py` adds a request here, or says in `NOT_ASKED` why there is none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from bodega.kernel import registry
from bodega.kernel.actors import Team
from bodega.kernel.kinds import Reference
from bodega.platform.notifications.models import Notification
from bodega.surfaces import inventory
from bodega.surfaces.listing.offering import groupings
from tests.proofs.altered import FAR
from tests.proofs.asker import Asker
from tests.proofs.grown import DAY, SORTS

NOT_ASKED: Mapping[str, str] = {
    "health/": "tells of the process", "health/live": "tells of the process", "health/ready": "tells of the process",
    "metrics": "needs the operator's token", "signin/": "nobody has signed in yet", "signout/": "ends the visit",
    "welcome/<int:user_id>/<str:token>/": "nobody has signed in yet", "theme/": "writes a preference, tells nothing",
    "me/password/": "tells nothing but whether it was right", "me/tokens/new/": "makes a secret",
    "me/tokens/<int:token_id>/end/": "one's own token", "<slug:slug>/columns/": "writes a preference, tells nothing",
    "import/<int:run_id>/<str:what>/": "moves one's own import",
    "views/pins/": "writes a preference, tells nothing", "views/first/": "writes a preference, tells nothing",
    "work/<int:job_id>/": "one's own work, and what it counts",
    "me/sessions/": "one's own visits, by the clock of the machine", "look/stop/": "ends a look",
    "design/": "made-up things, and in a demo only",
}  # fmt: skip


@dataclass(frozen=True)
class Ask:
    """One request, or a walk: `follow` says what of an answer leads to the next one. `run` imports beforehand."""

    route: str
    url: str
    method: str = "GET"
    form: Mapping[str, Any] | None = None
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    follow: str = ""
    run: bool = False
    by_token: bool = False

    def __str__(self) -> str:
        sent = self.form or self.json
        return f"{self.method} {self.url}" + (f" {json.dumps(sent, default=str)}" if sent else "")


Draw = Callable[[Asker], Ask]
ASKED: dict[str, list[Draw]] = {}
"""By address, what may be asked of it."""


def at(route: str, *, often: int = 1) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`draw` gives the address, or the request without its route."""

    def keep(draw: Callable[[Asker], Any]) -> Callable[[Asker], Any]:
        def ask(asker: Asker) -> Ask:
            found = draw(asker)
            return Ask(route, found) if isinstance(found, str) else Ask(route, **found)

        ASKED.setdefault(route, []).extend([ask] * often)
        return draw

    return keep


def draws() -> list[Draw]:
    return [draw for some in ASKED.values() for draw in some]


def url(*parts: object, **given: object) -> str:
    asked = urlencode({name: value for name, value in given.items() if value not in ("", None)})
    return "/" + "".join(f"{part}/" for part in parts) + (f"?{asked}" if asked else "")


NEXT_PAGE = r'href="([^"]*[?&;]after=[^"]*)"'
EARLIER_PAGE = r'href="([^"]*[?&;]before=[^"]*)"'
NEXT_MARK = r'"next":"([^"]+)"'

# ---- lists, boards, pages --------------------------------------------------------------------------------------------


@at("<slug:slug>/", often=5)
def listed(me: Asker) -> dict[str, Any]:
    type_ = me.type()
    opened = me.lot.choice(["", "", me.pk(registry.type_of("views.view"))])
    then = me.lot.choice(["", "", ",".join([me.sort(type_), "-created_at"])])
    asked = url(type_.slug, q=me.question(type_), sort=me.sort(type_), then=then, view=opened)
    return {"url": asked, "follow": me.lot.choice([NEXT_PAGE, NEXT_PAGE, EARLIER_PAGE])}


@at("<slug:slug>/", often=2)
def come_back(me: Asker) -> str:
    """To the place of a record, seen or hidden."""
    type_ = me.type()
    return url(
        type_.slug,
        q=me.lot.choice(["", me.question(type_)]),
        sort=me.sort(type_),
        at=me.lot.choice([me.pk(type_), me.hidden_pk(type_)]),
    )


@at("<slug:slug>/groups/", often=3)
def grouped(me: Asker) -> str:
    type_ = me.type()
    by = me.lot.choice([name for name, _label in groupings(type_)] or ["owner"])
    return url(type_.slug, "groups", by=by, q=me.lot.choice(["", me.question(type_)]))


@at("<slug:slug>/measure/")
def measured(me: Asker) -> str:
    type_ = me.type()
    return url(type_.slug, "measure", q=me.lot.choice(["", me.question(type_)]))


@at("<slug:slug>/complete/", often=3)
def completed(me: Asker) -> str:
    """The question as it is, and as it is being typed."""
    type_ = me.type()
    text = me.lot.choice([me.question(type_), me.word(), f"{me.lot.choice([*type_.fields()])}:{me.word()[:2]}", ""])
    return url(type_.slug, "complete", q=text, at=me.lot.choice(["", me.lot.randint(0, len(text))]))


@at("<slug:slug>/filter/", often=2)
def filtered(me: Asker) -> str:
    type_ = me.type()
    asked = {"at": "0"} if me.lot.random() < 0.5 else {"field": me.lot.choice([*type_.fields()])}
    return url(type_.slug, "filter", q=me.question(type_), **asked)


@at("views/<int:pk>/keep/")
def kept(me: Asker) -> dict[str, Any]:
    """What a view asks from now on."""
    return {"url": url("views", me.pk(me.type("views.view")), "keep", question=me.word()), "method": "POST", "form": {}}


@at("views/<int:pk>/copy/")
def copied(me: Asker) -> dict[str, Any]:
    return {"url": url("views", me.pk(me.type("views.view")), "copy"), "method": "POST", "form": {}}


@at("views/<int:pk>/pin/")
def pinned(me: Asker) -> dict[str, Any]:
    return {"url": url("views", me.pk(me.type("views.view")), "pin"), "method": "POST", "form": {}}


@at("views/counts/", often=2)
def counted_views(me: Asker) -> str:
    type_ = me.type("views.view")
    return url("views", "counts", ids=",".join(str(me.pk(type_)) for _view in range(4)))


@at("notifications/", often=3)
def notified(me: Asker) -> dict[str, Any]:
    return {"url": url("notifications", unread=me.lot.choice(["", 1])), "follow": EARLIER_PAGE}


@at("live/", often=3)
def live(me: Asker) -> dict[str, Any]:
    """What was missed: of a list, a board, a record."""
    type_, pk = me.one()
    page = me.lot.choice([f"/{type_.slug}/", f"/{type_.slug}/board/", f"/{type_.slug}/{pk}/", "/"])
    asked = url("live", at=page, q=me.lot.choice(["", me.question(type_)]))
    return {"url": asked, "headers": {"Last-Event-ID": str(me.lot.choice([0, 5, 20]))}}


@at("notifications/<int:pk>/", often=2)
def notification(me: Asker) -> str:
    """One of anybody's."""
    known = [*Notification.objects.order_by("pk").values_list("pk", flat=True)]
    return url("notifications", me.lot.choice([*known, FAR]))


@at("notifications/read/")
def all_read(me: Asker) -> dict[str, Any]:
    return {"url": url("notifications", "read"), "method": "POST", "form": {}}


@at("<slug:slug>/<int:pk>/known/", often=2)
def all_known(me: Asker) -> str:
    type_ = me.type("parties.person", "parties.organisation")
    return url(type_.slug, me.pk(type_), "known")


@at("<slug:slug>/<int:pk>/known.json", often=2)
def all_known_as_file(me: Asker) -> str:
    type_ = me.type("parties.person", "parties.organisation")
    return f"/{type_.slug}/{me.pk(type_)}/known.json"


@at("suggestions/<int:pk>/dismiss/")
def dismissed(me: Asker) -> dict[str, Any]:
    return {"url": url("suggestions", me.lot.randrange(1, 40), "dismiss"), "method": "POST", "form": {}}


@at("notes/<int:pk>/next-step/")
def next_step(me: Asker) -> dict[str, Any]:
    taken = url("notes", me.pk(registry.type_of("activity.note")), "next-step")
    return {"url": f"{taken}?offer={me.lot.randrange(1, 9)}", "method": "POST", "form": {}}


@at("suggestions/<int:pk>/reach/")
def reached(me: Asker) -> dict[str, Any]:
    return {"url": url("suggestions", me.lot.randrange(1, 40), "reach"), "method": "POST", "form": {}}


@at("asked-again/report/")
def asked_twice(me: Asker) -> str:
    return "/asked-again/report/"


@at("<slug:slug>/<int:pk>/follow/", often=2)
def follow(me: Asker) -> dict[str, Any]:
    type_, pk = me.one()
    return {"url": url(type_.slug, pk, "follow"), "method": "POST", "form": {}}


@at("<slug:slug>/<int:pk>/unfollow/")
def unfollow(me: Asker) -> dict[str, Any]:
    type_, pk = me.one()
    return {"url": url(type_.slug, pk, "unfollow"), "method": "POST", "form": {}}


@at("<slug:slug>/board/", often=2)
def boarded(me: Asker) -> dict[str, Any]:
    type_ = me.type("sales.deal", "sales.deal", *SORTS)
    return {"url": url(type_.slug, "board", q=me.lot.choice(["", me.question(type_)])), "follow": NEXT_PAGE}


@at("<slug:slug>/calendar/", often=3)
def placed(me: Asker) -> dict[str, Any]:
    type_ = me.type("sales.deal", "activity.task", "activity.promise", "parties.person")
    asked = {"q": me.lot.choice(["", me.question(type_)]), "show": me.lot.choice(["", "week", "agenda"])}
    return {"url": url(type_.slug, "calendar", **asked, at=f"{DAY:%Y-%m-%d}"), "follow": NEXT_PAGE}


@at("<slug:slug>/gallery/", often=2)
def on_cards(me: Asker) -> dict[str, Any]:
    type_ = me.type()
    return {"url": url(type_.slug, "gallery", q=me.lot.choice(["", me.question(type_)])), "follow": NEXT_PAGE}


@at("<slug:slug>/map/", often=3)
def on_a_map(me: Asker) -> dict[str, Any]:
    type_ = me.type("parties.person", "parties.organisation", "sales.deal")
    asked = {"q": me.lot.choice(["", me.question(type_)]), "box": me.lot.choice(["", "-20,30,40,70", "5,50,15,56"])}
    return {"url": url(type_.slug, "map", part=me.lot.choice(["", "spots"]), **asked)}


@at("files/<int:pk>/small/")
def in_small(me: Asker) -> str:
    return url("files", me.pk(registry.type_of("files.file")), "small")


@at("<slug:slug>/reschedule/")
def rescheduled(me: Asker) -> dict[str, Any]:
    type_ = me.type("sales.deal", "activity.task", "activity.promise")
    form = {"ids": me.hidden_pk(type_), "to": f"{DAY:%Y-%m-%d}"}
    return {"url": url(type_.slug, "reschedule"), "method": "POST", "form": form, "headers": {"HX-Request": "true"}}


@at("<slug:slug>/<int:pk>/", often=5)
def paged(me: Asker) -> dict[str, Any]:
    type_, pk = me.one()
    place = {"sort": me.sort(type_), "q": me.lot.choice(["", me.question(type_)])} if me.lot.random() < 0.4 else {}
    return {"url": url(type_.slug, pk, **place), "follow": EARLIER_PAGE}


@at("<slug:slug>/<int:pk>/", often=3)
def told(me: Asker) -> dict[str, Any]:
    type_, pk = me.one()
    return {"url": url(type_.slug, pk, tab="history"), "follow": EARLIER_PAGE}


@at("<slug:slug>/<int:pk>/peek/", often=2)
def peeked(me: Asker) -> str:
    type_, pk = me.one()
    return url(type_.slug, pk, "peek")


@at("<slug:slug>/<int:pk>/brief/", often=2)
def briefed(me: Asker) -> str:
    type_, pk = me.one()
    return url(type_.slug, pk, "brief")


@at("<slug:slug>/<int:pk>/access/", often=2)
def explained(me: Asker) -> str:
    """Who can see it, and why."""
    type_, pk = me.one()
    return url(type_.slug, pk, "access")


@at("<slug:slug>/export/")
def export_asked(me: Asker) -> str:
    type_ = me.type()
    return url(type_.slug, "export", q=me.question(type_))


@at("<slug:slug>/export.<slug:format>", often=4)
def exported(me: Asker) -> str:
    type_, name = me.type(), me.lot.choice(("csv", "csv", "jsonl", "xlsx"))
    asked = {
        "q": me.lot.choice(["", me.question(type_)]),
        "sort": me.sort(type_),
        "columns": me.lot.choice(["shown", "all"]),
    }
    return f"/{type_.slug}/export.{name}?{urlencode(asked)}"


@at("<slug:slug>/options/", often=2)
def offered(me: Asker) -> str:
    type_ = registry.type_of(me.lot.choice([*SORTS, "parties.party", "kernel.user"]))
    return url(type_.slug, "options", q=me.lot.choice(["", me.word()]))


@at("any/options/")
def any_offered(me: Asker) -> str:
    return url("any", "options", q=me.lot.choice(["", me.word()]))


@at("find/", often=3)
def found(me: Asker) -> dict[str, Any]:
    headers = me.lot.choice([{}, {"HX-Request": "true"}])
    return {"url": url("find", q=me.word()), "headers": headers}


@at("", often=2)
def today(me: Asker) -> str:
    return "/"


# ---- forms -----------------------------------------------------------------------------------------------------------


@at("<slug:slug>/<int:pk>/", often=3)
def sifted(me: Asker) -> dict[str, Any]:
    """A timeline asked for less: by what it is, whose, with words that only something hidden may have."""
    type_ = me.type("parties.person", "parties.organisation", "sales.deal")
    kind = me.lot.choice(("", "call", "activity.note", "sales.deal", "activity.task"))
    who = me.lot.choice(("", *(me.made.ids[person] for person in me.made.company.people)))
    said = me.lot.choice(("", me.word()))
    return {"url": url(type_.slug, me.pk(type_), kind=kind, who=who, said=said), "follow": EARLIER_PAGE}


@at("notes/understood/", often=2)
def understood(me: Asker) -> str:
    """About a record, seen or hidden: whom the name of somebody, seen or hidden, would be taken for."""
    type_, pk = me.one()
    named = me.made.titles[me.lot.choice(me.made.of("parties.person", "parties.organisation"))]
    text = f"called {named} about {me.word()} 5 min, P{me.lot.randrange(len(me.made.company.people))}"
    return url("notes", "understood", about=me.lot.choice((f"{type_.key}#{pk}", "")), text=text)


@at("<slug:slug>/new/")
def logged(me: Asker) -> str:
    """From anywhere, with somebody, seen or hidden."""
    named = me.made.titles[me.lot.choice(me.made.of("parties.person", "parties.organisation"))]
    return url("notes", "new", line=f"called {named} 5 min, no answer")


@at("<slug:slug>/new/", often=2)
def new(me: Asker) -> str:
    type_ = me.type()
    kinds = [kind for kind in type_.fields().values() if isinstance(kind, Reference) and kind.entered]
    if not kinds or me.lot.random() < 0.3:
        return url(type_.slug, "new")
    kind = me.lot.choice(kinds)
    return url(type_.slug, "new", **{kind.name: me.condition(kind).partition(":")[2].strip('"')})


@at("<slug:slug>/<int:pk>/edit/", often=3)
def edited(me: Asker) -> str:
    type_, pk = me.one()
    return url(type_.slug, pk, "edit")


@at("<slug:slug>/<int:pk>/edit/", often=2)
def overtaken(me: Asker) -> dict[str, Any]:
    """Sent with an old version: the page on which one chooses between two changes, or a refusal."""
    type_, pk = me.one()
    kind = type_.fields()[type_.title]
    form = {"version": "1", "fields": kind.name, kind.name: "Mine"}
    return {"url": url(type_.slug, pk, "edit"), "method": "POST", "form": form}


@at("<slug:slug>/cell/<int:pk>/<slug:name>/", often=2)
def celled(me: Asker) -> str:
    type_, pk = me.one()
    return url(type_.slug, "cell", pk, me.lot.choice([*type_.fields()]))


@at("<slug:slug>/cells/", often=2)
def cells_copied(me: Asker) -> str:
    """The cells of a list, as somebody copies them."""
    type_, pk = me.one()
    return url(type_.slug, "cells", ids=f"{pk} {me.hidden_pk(type_)}", columns=" ".join(type_.fields()), drawn="yes")


@at("<slug:slug>/put/", often=2)
def pasted(me: Asker) -> dict[str, Any]:
    """Into what is hidden; into what is seen, a name that only something hidden may have."""
    type_, pk = me.one()
    kinds = [kind for kind in type_.fields().values() if isinstance(kind, Reference) and kind.word != "any"]
    kind = me.lot.choice(kinds or [type_.fields()[type_.title]])
    texts = [me.condition(kind).partition(":")[2].strip('"') or me.word()]
    rows = [[one, 1, texts] for one in {pk, me.hidden_pk(type_)}]
    form = {"block": json.dumps({"columns": [kind.name], "rows": rows}), "shown": kind.name}
    return {"url": url(type_.slug, "put"), "method": "POST", "form": form}


@at("<slug:slug>/<int:pk>/do/<slug:name>/")
@at("<slug:slug>/do/<slug:name>/")
def asked_to_do(me: Asker) -> str:
    type_ = me.type("sales.deal", "activity.task", "activity.promise", "activity.note")
    action = me.lot.choice([*type_.actions])
    return url(type_.slug, *([me.pk(type_)] if action.target == "one" else []), "do", action.name)


@at("<slug:slug>/trash/", often=3)
def thrown_away(me: Asker) -> dict[str, Any]:
    return {"url": url(me.type().slug, "trash"), "follow": NEXT_PAGE}


@at("files/<int:pk>/download/", often=2)
@at("files/<int:pk>/image/")
def downloaded(me: Asker) -> str:
    return url("files", me.pk(registry.type_of("files.file")), me.lot.choice(("download", "image")))


NARROWED = {
    "parties.people": "parties.person", "sales.deals": "sales.deal", "activity.to_do": "activity.task",
    "parties.relationships": "parties.relationship", "parties.consents": "parties.consent",
}  # fmt: skip


@at("<slug:slug>/<int:pk>/panel/<str:name>/", often=3)
def narrowed(me: Asker) -> dict[str, Any]:
    """What belongs to a customer, sorted and asked for in its panel."""
    type_ = me.type("parties.organisation")
    name, of = me.lot.choice(tuple(NARROWED.items()))
    asked = {"q": me.question(registry.type_of(of)), "sort": me.lot.choice(("", "name", "-name"))}
    return {"url": url(type_.slug, me.pk(type_), "panel", name, **asked), "headers": {"HX-Request": "true"}}


@at("<slug:slug>/<int:pk>/files/", often=2)
def filed(me: Asker) -> dict[str, Any]:
    type_, pk = me.one()
    return {"url": url(type_.slug, pk, "files"), "headers": {"HX-Request": "true"}}


# ---- writing what is refused: the refusal tells nothing -----------------------------------------------------------


@at("undo/")
def last_done(me: Asker) -> str:
    return "/undo/"


@at("undo/<int:pk>/")
def undone(me: Asker) -> dict[str, Any]:
    """What was done to something that one does not know."""
    return {"url": url("undo", me.act(), whole=me.lot.choice(["", 1])), "method": "POST"}


@at("<slug:slug>/new/")
def alike(me: Asker) -> dict[str, Any]:
    """Somebody of that name may be there already."""
    type_ = me.type("parties.person", "parties.organisation")
    one = me.lot.choice(me.made.of(type_.key))
    reached = f"{me.made.token(one, 'points')}@isdom.example"
    form = {"fields": "name email", "name": me.made.titles[one], "email": reached}
    return {"url": url(type_.slug, "new"), "method": "POST", "form": form}


@at("<slug:slug>/<int:pk>/delete/")
@at("<slug:slug>/<int:pk>/restore/")
def removed(me: Asker) -> dict[str, Any]:
    type_ = me.type()
    return {"url": url(type_.slug, me.hidden_pk(type_), me.lot.choice(["delete", "restore"])), "method": "POST"}


@at("<slug:slug>/bulk/")
def done_to_many(me: Asker) -> dict[str, Any]:
    type_ = me.type()
    form = {"act": me.lot.choice(["change", "delete", "task"]), "ids": [str(me.hidden_pk(type_))], "field": "owner"}
    if form["act"] == "task":
        form |= {"fields": "name together", "name": me.word(), "together": me.lot.choice(["yes", ""])}
    return {"url": url(type_.slug, "bulk"), "method": "POST", "form": form}


@at("<slug:slug>/move/")
def moved(me: Asker) -> dict[str, Any]:
    form = {"ids": [str(me.hidden_pk(registry.type_of("sales.deal")))], "to": "1"}
    return {"url": url("deals", "move"), "method": "POST", "form": form}


# ---- imports ---------------------------------------------------------------------------------------------------------


@at("import/")
def imports(me: Asker) -> str:
    return "/import/"


@at("import/<int:run_id>/", often=2)
def tried(me: Asker) -> dict[str, Any]:
    return {"url": "/import/{run}/", "run": True}


@at("import/<int:run_id>/errors/")
def refused_lines(me: Asker) -> dict[str, Any]:
    return {"url": "/import/{run}/errors/", "run": True}


# ---- the API ---------------------------------------------------------------------------------------------------------


def api(*parts: object, **given: object) -> str:
    return "/api/v1" + url(*parts, **given)


@at("api/v1/<slug:slug>/", often=5)
def api_list(me: Asker) -> dict[str, Any]:
    type_ = me.type()
    fields = ",".join(me.fields(type_)) if me.lot.random() < 0.5 else ""
    given = {"q": me.question(type_), "sort": me.sort(type_), "fields": fields}
    given |= {name: "yes" for name in ("names", "count") if me.lot.random() < 0.6}
    return {"url": api(type_.slug, **given), "by_token": me.lot.random() < 0.5}


@at("api/v1/<slug:slug>/")
def api_walk(me: Asker) -> dict[str, Any]:
    type_ = me.type()
    asked = api(type_.slug, sort=me.sort(type_), limit=2)
    return {"url": asked, "follow": NEXT_MARK}


@at("api/v1/<slug:slug>/")
def api_taken(me: Asker) -> dict[str, Any]:
    """A new record with a key that another has, or which refers to what is hidden."""
    one = me.lot.choice([*me.made.keys] or me.made.things)
    type_ = registry.type_of(one.type)
    values = {type_.title: "Mine", "external_id": me.made.keys.get(one, ""), **me.image(type_)}
    return {"url": api(type_.slug), "method": "POST", "json": values}


@at("api/v1/<slug:slug>/report/", often=3)
def api_report(me: Asker) -> str:
    type_ = me.type()
    groups = [kind.name for kind in type_.fields().values() if kind.groupable or isinstance(kind, Reference)] or [
        "owner"
    ]
    sums = [kind.name for kind in type_.fields().values() if kind.word in ("money", "integer", "decimal")]
    by = ",".join(me.lot.sample(groups, min(len(groups), me.lot.randint(1, 2))))
    return api(type_.slug, "report", by=by, sum=me.lot.choice(["", *sums]), q=me.lot.choice(["", me.question(type_)]))


@at("api/v1/<slug:slug>/<int:pk>/", often=4)
def api_record(me: Asker) -> dict[str, Any]:
    type_, pk = me.one()
    return {"url": api(type_.slug, pk), "by_token": me.lot.random() < 0.5}


@at("api/v1/<slug:slug>/<int:pk>/")
def api_change(me: Asker) -> dict[str, Any]:
    """Of what is seen or hidden, naming what is hidden."""
    type_, pk = me.one()
    return {
        "url": api(type_.slug, pk),
        "method": "PATCH",
        "json": me.image(type_) or {type_.title: "Mine", "version": 1},
    }


@at("api/v1/<slug:slug>/<int:pk>/")
def api_delete(me: Asker) -> dict[str, Any]:
    type_ = me.type()
    return {"url": api(type_.slug, me.hidden_pk(type_)), "method": "DELETE", "headers": {"If-Match": '"1.0"'}}


@at("api/v1/<slug:slug>/<int:pk>/history/", often=3)
def api_history(me: Asker) -> str:
    type_, pk = me.one()
    return api(type_.slug, pk, "history", limit=me.lot.choice(["", 2]))


@at("api/v1/<slug:slug>/<int:pk>/brief/", often=2)
def api_brief(me: Asker) -> str:
    type_, pk = me.one()
    return api(type_.slug, pk, "brief")


@at("api/v1/<slug:slug>/export.<slug:format>", often=2)
def api_export(me: Asker) -> str:
    type_ = me.type()
    return f"/api/v1/{type_.slug}/export.{me.lot.choice(('csv', 'jsonl'))}?{urlencode({'q': me.question(type_)})}"


@at("api/v1/<slug:slug>/by/<slug:field>/<path:value>/", often=2)
def api_by_key(me: Asker) -> dict[str, Any]:
    one = me.lot.choice([*me.made.keys] or [me.made.things[0]])
    key, type_ = me.made.keys.get(one, "K-none"), registry.type_of(one.type)
    found = api(type_.slug, "by", "external_id", quote(key))
    if one not in me.hidden or me.lot.random() < 0.5:
        return {"url": found}
    return {"url": found, "method": "PUT", "json": {type_.title: "Mine"}}


@at("api/v1/<slug:slug>/trash/", often=2)
def api_trash(me: Asker) -> str:
    return api(me.type().slug, "trash", names="yes", count="yes")


@at("api/v1/<slug:slug>/bulk/")
def api_bulk(me: Asker) -> dict[str, Any]:
    type_ = me.type()
    items = [{"act": act, "id": str(me.hidden_pk(type_))} for act in ("change", "delete")]
    return {"url": api(type_.slug, "bulk"), "method": "POST", "json": {"items": items}}


@at("api/v1/<slug:slug>/do/<slug:name>/")
def api_do_many(me: Asker) -> dict[str, Any]:
    ids = [str(me.hidden_pk(registry.type_of("activity.task")))]
    return {"url": api("tasks", "do", "finish_many"), "method": "POST", "json": {"ids": ids}}


@at("api/v1/<slug:slug>/<int:pk>/do/<slug:name>/")
def api_do(me: Asker) -> dict[str, Any]:
    type_ = me.type("sales.deal", "activity.task", "activity.promise")
    action = me.lot.choice([one for one in type_.actions if one.target == "one" and not one.parameters])
    return {"url": api(type_.slug, me.hidden_pk(type_), "do", action.name), "method": "POST", "json": {}}


@at("api/v1/<slug:slug>/<int:pk>/restore/")
def api_restore(me: Asker) -> dict[str, Any]:
    type_ = me.type()
    return {"url": api(type_.slug, me.hidden_pk(type_), "restore"), "method": "POST", "json": {}}


@at("api/v1/changes/", often=2)
def api_changes(me: Asker) -> dict[str, Any]:
    types = me.lot.choice(["", me.type().key])
    return {"url": api("changes", types=types, limit=1000), "by_token": me.lot.random() < 0.5}


@at("api/v1/changes/")
def api_feed(me: Asker) -> dict[str, Any]:
    return {
        "url": api("changes", limit=me.lot.choice([3, 8]), types=me.lot.choice(["", me.type().key])),
        "follow": NEXT_MARK,
    }


def plain(route: str, address: str) -> None:
    """An address that takes nothing."""
    at(route)(lambda me: address)


for _route in (
    "api/",
    "api/v1/",
    "api/v1/openapi.json",
    "me/",
    "me/notifications/",
    "me/away/",
    "home/",
    "me/tokens/",
    "users/",
    "teams/",
    "territories/",
    "roles/",
):
    plain(_route, f"/{_route}")


plain("promises/kept/", "/promises/kept/")
plain("plans/start/", "/plans/start/")


@at("users/<int:pk>/handover/")
def hand_over(me: Asker) -> str:
    return url("users", me.made.ids[me.person], "handover")


@at("handover/handover-<slug:batch>/")
def handed_over(me: Asker) -> str:
    """Whoever has the address of what was handed over to somebody else."""
    return "/handover/handover-of-others/"


@at("users/<int:pk>/access/")
def colleagues_rights(me: Asker) -> str:
    return url("users", me.made.ids[me.lot.choice([*me.made.company.people])], "access")


@at("users/<int:pk>/")
def colleague(me: Asker) -> str:
    return url("users", me.made.ids[me.lot.choice([*me.made.company.people])])


@at("<slug:slug>/<int:pk>/", often=2)
def stream(me: Asker) -> str:
    """What a team wrote to itself, and what its members did."""
    team = me.lot.choice([*me.made.company.branches[Team]])
    return url("teams", me.made.ids[team], kind=me.lot.choice(("", "posts")))


FILLED = {
    "<slug:slug>": "stages",
    "<str:name>": "all",
    "<str:what>": "retry",
    "<slug:key>": "sales",
    "<slug:format>": "csv",
}


def filled(route: str, words: Mapping[str, str]) -> str:
    for mark, word in words.items():
        route = route.replace(mark, word)
    return re.sub(r"<int:\w+>", "1", route)


@at(inventory.OFFICE, often=2)
def of_administrators(me: Asker) -> str:
    """One of the many pages that are all refused."""
    routes = [route for route, who in inventory.PAGES.items() if who == inventory.OFFICE]
    return f"/{filled(me.lot.choice(routes), FILLED)}"

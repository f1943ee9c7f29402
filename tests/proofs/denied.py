"""Denied writes: whoever may not is refused on every address that writes, and tables and files are what they were."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import resolve

from bodega.apps.activity import planning
from bodega.kernel import change, registry
from bodega.kernel.action import ONE, SOME, TYPE, Action
from bodega.kernel.actors import actor_of
from bodega.kernel.record import RecordType
from bodega.surfaces.html import deeds, editing
from bodega.surfaces.html.bulk import changeable, on_some
from bodega.surfaces.transfer import actions as transfer
from tests.proofs.faults import Fault
from tests.proofs.ground import Attempt, Ground, Sender, Writes, differing, digest, plain

REFUSED = frozenset({401, 403, 404, 429})
OPEN = frozenset({"signin/", "welcome/<int:user_id>/<str:token>/"})
"""Before anybody is known; tests/surfaces/html/test_signing.py asks them."""
OWN = frozenset({"signout/", "theme/", "me/", "me/password/", "me/tokens/new/", "<slug:slug>/columns/",
                 "me/notifications/", "me/away/", "notifications/read/", "home/", "<slug:slug>/<int:pk>/follow/",
                 "<slug:slug>/<int:pk>/unfollow/"})  # fmt: skip
"""What everybody may do of themselves, as far as they have signed in."""
TEXT = "Changed by somebody who may not"

# ---- what is tried ---------------------------------------------------------------------------------------------------


def attempts(at: Ground) -> Iterator[Attempt]:
    """All that writes, with what an administrator could send there: for each type, and for each page of the office."""
    for type_ in at.types:
        yield from on_type(type_, at)
        yield from on_record(type_, at.ids[type_.slug], at)
        yield from back(type_, at.trashed[type_.slug], at)
    yield from others(at)
    yield from office(at)


def on_type(type_: RecordType, at: Ground) -> Iterator[Attempt]:
    """What makes records."""
    home, api, pk = f"/{type_.slug}/", f"/api/v1/{type_.slug}/", at.ids[type_.slug]
    made = new_values(type_, at)
    if type_.key not in ("kernel.type", "kernel.field", "kernel.option", "kernel.role", "kernel.user", "audit.mark"):
        drawn = at.form(f"{home}{pk}/edit/")
        entered = {name: value for name, value in drawn.items() if "INITIAL_FORMS" not in name and name != "version"}
        known = " ".join(map(str, [*at.ids.values(), *at.trashed.values()]))
        again = entered | FRESH.get(type_.key, dict([text_of(type_)])) | {"external_id": "", "code": "", "known": known}
        yield Attempt("<slug:slug>/new/", "POST", f"{home}new/", again)
    yield Attempt("api/v1/<slug:slug>/", "POST", api, json=made)
    item = {"act": "create", "values": made}
    yield Attempt("api/v1/<slug:slug>/bulk/", "POST", f"{api}bulk/", json={"items": [item]}, many=True)
    for action in type_.actions:
        if action.target == TYPE:
            given = GIVEN[action.name](at)
            texts = as_form(action, given)
            yield Attempt("<slug:slug>/do/<slug:name>/", "POST", f"{home}do/{action.name}/", texts)
            yield Attempt("api/v1/<slug:slug>/do/<slug:name>/", "POST", f"{api}do/{action.name}/", json=given)


def on_record(type_: RecordType, pk: int, at: Ground) -> Iterator[Attempt]:
    """What changes a record."""
    home, api = f"/{type_.slug}/", f"/api/v1/{type_.slug}/"
    name, text = text_of(type_)
    if type_.key not in ("kernel.type", "kernel.field", "kernel.option", "kernel.role"):
        edit = {"fields": name, name: text}
        yield Attempt("<slug:slug>/<int:pk>/edit/", "POST", f"{home}{pk}/edit/", edit)
    yield Attempt("<slug:slug>/cell/<int:pk>/<slug:name>/", "POST", f"{home}cell/{pk}/{name}/", {name: text})
    block = json.dumps({"columns": [name], "rows": [[pk, 0, [text]]]})
    yield Attempt("<slug:slug>/put/", "POST", f"{home}put/", {"block": block})
    yield Attempt("<slug:slug>/<int:pk>/delete/", "POST", f"{home}{pk}/delete/")
    yield from at_once(type_, pk, at)
    yield Attempt("api/v1/<slug:slug>/<int:pk>/", "PATCH", f"{api}{pk}/", json={name: text})
    yield Attempt("api/v1/<slug:slug>/<int:pk>/", "DELETE", f"{api}{pk}/")
    by = "api/v1/<slug:slug>/by/<slug:field>/<path:value>/"
    yield Attempt(by, "PUT", f"{api}by/external_id/X7/", json={name: text})
    for item in ({"act": "change", "values": {name: text}}, {"act": "delete"}):
        items = {"items": [{"id": str(pk), **item}]}
        yield Attempt("api/v1/<slug:slug>/bulk/", "POST", f"{api}bulk/", json=items, many=True)
    for action in type_.actions:
        yield from doing(type_, action, pk, at)


def at_once(type_: RecordType, pk: int, at: Ground) -> Iterator[Attempt]:
    """Bulk acts of the page."""
    url, route = f"/{type_.slug}/bulk/", "<slug:slug>/bulk/"
    for name, kind in changeable(type_).items():
        plain = kind.word == "text" and name in ("office", "note", "job_title", "series")
        if plain or (
            name not in ("question", "columns", "holidays", "is_usual") and kind.word in ("longtext", "yesno")
        ):
            held = at.anna.get(f"/api/v1/{type_.slug}/{pk}/").json().get(name)
            value = ("" if held else "yes") if kind.word == "yesno" else TEXT
            give = {"act": "change", "ids": [pk], "field": name, "fields": name, name: value}
            yield Attempt(route, "POST", url, give, many=True)
    yield Attempt(route, "POST", url, {"act": "delete", "ids": [pk]}, many=True)
    yield Attempt(route, "POST", url, {"act": "delete", "all": "1", "sure": "yes", "q": ""}, many=True)
    for action in on_some(type_):
        yield Attempt(route, "POST", url, {"act": action.name, "ids": [pk]}, many=True)
    for deed in deeds.offered(type_, actor=actor_of(at.users["anna"])):
        give = {"act": deed.name, "ids": [pk], "fields": "name", "name": TEXT}
        yield Attempt(route, "POST", url, give, many=True)


def doing(type_: RecordType, action: Action, pk: int, at: Ground) -> Iterator[Attempt]:
    home, api = f"/{type_.slug}/", f"/api/v1/{type_.slug}/"
    given = GIVEN.get(action.name, lambda _at: {})(at)
    if action.target == SOME:
        route = "api/v1/<slug:slug>/do/<slug:name>/"
        yield Attempt(route, "POST", f"{api}do/{action.name}/", json={"ids": [str(pk)], **given}, many=True)
    if action.target == ONE:
        there = at.numbers.get(action.name, pk) if pk == at.ids[type_.slug] else pk
        tail = f"{there}/do/{action.name}/"
        yield Attempt("<slug:slug>/<int:pk>/do/<slug:name>/", "POST", f"{home}{tail}", as_form(action, given))
        yield Attempt("api/v1/<slug:slug>/<int:pk>/do/<slug:name>/", "POST", f"{api}{tail}", json=given)


def back(type_: RecordType, pk: int, at: Ground) -> Iterator[Attempt]:
    yield Attempt("<slug:slug>/<int:pk>/restore/", "POST", f"/{type_.slug}/{pk}/restore/")
    yield Attempt("api/v1/<slug:slug>/<int:pk>/restore/", "POST", f"/api/v1/{type_.slug}/{pk}/restore/")


def others(at: Ground) -> Iterator[Attempt]:
    """What has an owner without being a record, and what writes to several at once."""
    run, deals = f"/import/{at.numbers['run']}/", {"ids": [at.ids["deals"]], "to": at.numbers["stage"]}
    file = fresh_file("new.csv", "name\nSomebody new {n}\n")
    yield Attempt("import/", "POST", "/import/", {"type": "parties.person", "file": file})
    yield Attempt("import/<int:run_id>/", "POST", run, {"to.0": "about", "mode": "create", "then": "start"})
    yield Attempt("import/<int:run_id>/<str:what>/", "POST", f"{run}start/")
    yield Attempt("<slug:slug>/move/", "POST", "/deals/move/", deals, many=True)
    yield Attempt("undo/<int:pk>/", "POST", f"/undo/{at.numbers['act']}/")
    yield Attempt("suggestions/<int:pk>/dismiss/", "POST", f"/suggestions/{at.numbers['suggestion']}/dismiss/")
    reached = f"/suggestions/{at.numbers['reach']}/reach/?party={at.ids['people']}"
    yield Attempt("suggestions/<int:pk>/reach/", "POST", reached)
    yield Attempt("undo/<int:pk>/", "POST", f"/undo/{at.numbers['act']}/?whole=1")
    taken = f"/notes/{at.ids['notes']}/next-step/?offer={at.ids['follow-ups']}"
    yield Attempt("notes/<int:pk>/next-step/", "POST", taken)
    begun = {"plan": str(at.ids["plans"]), "about": f"parties.person#{at.ids['people']}"}
    begun |= {f"who_{step}": f"#{at.users['dora'].pk}" for step in planning.asked_steps(at.ids["plans"])}
    yield Attempt("plans/start/", "POST", "/plans/start/", begun)
    drawing, boat = fresh_file("plan.txt", "Plan {n}"), at.form(f"/boats/{at.ids['boats']}/edit/")
    new = boat | {"a_file": drawing, "name": TEXT, "external_id": ""}
    yield Attempt("<slug:slug>/new/", "POST", "/boats/new/", new)
    edit = {"a_file": drawing, "fields": "a_file"}
    yield Attempt("<slug:slug>/<int:pk>/edit/", "POST", f"/boats/{at.ids['boats']}/edit/", edit)
    dropped = {"file": fresh_file("drop.txt", "Dropped {n}")}
    yield Attempt("<slug:slug>/<int:pk>/files/", "POST", f"/deals/{at.ids['deals']}/files/", dropped)


def fresh_file(name: str, text: str) -> SimpleUploadedFile:
    """One whose bytes are not there yet: the store keeps the same bytes once."""
    return SimpleUploadedFile(name, text.format(n=uuid4().hex).encode())


def office(at: Ground) -> Iterator[Attempt]:
    """What administrators do."""
    left, user = at.users["left"].pk, at.users["dora"].pk
    pk = {slug: at.ids[slug] for slug in ("roles", "fields", "types", "options", "stages")}
    option = {"name": TEXT, "key": "new_key", "tone": "", "status": ""}
    for url, form in (
        ("users/invite/", {"name": "New", "email": "new@example.com"}),
        (f"users/{user}/deactivate/", {"give": ""}),
        (f"users/{at.users['dora'].pk}/handover/", {"activity_task": f"#{at.actor.user_id}"}),
        (f"users/{user}/link/", {}),
        (f"users/{user}/look/", {}),
        (f"roles/{pk['roles']}/fields/deals/", {"amount": "hidden"}),
        (f"users/{left}/activate/", {}),
        ("roles/new/", {"name": "New", "view.*": "all"}),
        (f"roles/{pk['roles']}/edit/", {"name": TEXT, "change.*": "all"}),
        ("fields/new/?type=products.product", {"type": "products.product", "name": "New", "kind": "text"}),
        (f"fields/{pk['fields']}/edit/", {"name": "Changed"}),
        ("types/new/", {"name": "New", "plural": "News", "icon": "box"}),
        (f"types/{pk['types']}/edit/", {"name": "Changed", "plural": "Changes"}),
        ("options/new/?set=parties.source", option),
        (f"options/{at.numbers['option']}/edit/", option),
        (f"options/{at.numbers['option']}/retire/", {}),
        (f"fields/{at.trashed['fields']}/purge/", {"name": at.form_name("fields")}),
        (f"types/{at.trashed['types']}/purge/", {"name": at.form_name("types")}),
        ("jobs/all/pause/", {}),
        (f"jobs/{at.numbers['job']}/cancel/", {}),
        ("parked/all/retry/", {}),
        (f"parked/{at.numbers['parked']}/retry/", {}),
        (f"parked/{at.numbers['parked']}/discard/", {}),
        (f"stages/{at.numbers['stage']}/up/", {}),
        ("start/hide/", {}),
        ("arrange/deals/", {"where.field.amount": "hidden"}),
        (f"stages/{at.numbers['stage']}/down/", {}),
    ):
        yield Attempt(route_of(url), "POST", f"/{url}", form)


def route_of(url: str) -> str:
    """The route of an address without a slug: numbers and words where the inventory has them."""
    return str(resolve(f"/{url.partition('?')[0]}").route)


GIVEN: dict[str, Callable[[Ground], dict[str, Any]]] = {
    "log": lambda at: {"text": TEXT, "about": {"type": "parties.person", "id": str(at.ids["people"])}},
    "add_task": lambda at: {"name": TEXT},
    "log_call": lambda at: {"text": TEXT},
    "start_plan": lambda at: {
        "plan": str(at.ids["plans"]),
        "about": {"type": "parties.person", "id": str(at.ids["people"])},
        "people": {str(step): str(at.users["dora"].pk) for step in planning.asked_steps(at.ids["plans"])},
    },
    "follow_up": lambda at: {"after": str(at.ids["notes"]), "step": str(at.ids["follow-ups"])},
    "promise": lambda at: {"name": TEXT},
    "breach": lambda at: {"outcome": TEXT},
    "reschedule": lambda at: {"due_on": "2026-12-24", "reason": TEXT},
    "lose": lambda at: {"reason": "price"},
    "move": lambda at: {"stage": str(at.numbers["stage"])},
    "move_many": lambda at: {"stage": str(at.numbers["stage"])},
}
"""What actions need to be told."""


def as_form(action: Action, given: dict[str, Any]) -> dict[str, Any]:
    """The same as a page sends it."""
    texts = {name: as_text(value) for name, value in given.items()}
    named = {name: f"#{v}" if action.parameters[name].word == "reference" else v for name, v in texts.items()}
    return named | {"fields": " ".join(given)}


def as_text(value: Any) -> Any:
    """A reference to a record of any type, or data of any shape, in one box."""
    if not isinstance(value, dict):
        return value
    return f"{value['type']}#{value['id']}" if "type" in value else json.dumps(value)


def new_values(type_: RecordType, at: Ground) -> dict[str, Any]:
    """A further record of the type as JSON: what one that is there has, but for what is unique."""
    held = at.anna.get(f"/api/v1/{type_.slug}/{at.ids[type_.slug]}/").json()
    kinds = {n: k for n, k in type_.fields().items() if k.editable and k.writable and k.word != "parts"}
    fresh = {n: f"new{n}" for n, k in kinds.items() if k.unique and k.word == "text"}
    kept = {n: held[n] for n in kinds if n in held and not kinds[n].unique and n != "external_id"}
    return kept | fresh | dict([text_of(type_)]) | FRESH.get(type_.key, {})


FRESH: dict[str, dict[str, Any]] = {
    "kernel.type": {"slug": "further", "name": "Further", "plural": "Furthers"},
    "kernel.field": {"word": "further", "name": "Further"},
    "kernel.option": {"key": "further"},
    "memory.topic": {"key": "further"},
    "memory.sensitive_topic": {"key": "further"},
    "kernel.rate": {"name": "SEK"},
    "audit.mark": {"field": "email"},
}
TEXTS = {
    "kernel.rate": ("name", "NOK"),
    "kernel.field": ("name", "Further"),
    "kernel.option": ("name", "Further"),
    "audit.mark": ("name", TEXT),
    "kernel.rule": ("name", TEXT),
    "views.view": ("name", TEXT),
}
"""The field that is changed, and to what, where it cannot be any text."""


def text_of(type_: RecordType) -> tuple[str, str]:
    return TEXTS.get(type_.key) or (plain(type_), TEXT)


# ---- by whom ---------------------------------------------------------------------------------------------------------


class Caller(NamedTuple):
    """Somebody who may not do what is tried."""

    who: str
    sender: Sender
    may_try: Callable[[Attempt], bool] = lambda one: True


def hangs(one: Attempt) -> bool:
    """What hangs on a record is refused at the field that names it, as any reference is."""
    slug = one.url.removeprefix("/api/v1").split("/")[1]
    return any(type_.slug == slug and type_.within for type_ in registry.every_type())


def is_refused(one: Attempt, answer: Any) -> bool:
    """By its status; or, of many, told for each of them."""
    status = answer.status_code
    to_sign_in = status == 302 and answer.headers["Location"].startswith("/signin/")
    if one.many and status == 207:
        return bool(answer.json()["written"] == 0)
    if one.route == "<slug:slug>/put/" and status == 200:
        return not answer.json()["undo"]  # nothing was changed; each cell is told why
    if one.many and one.form is not None and status == 302:
        return True  # back to the list, with a sentence; the digest says the rest
    return status in REFUSED or to_sign_in or (status == 422 and hangs(one))


@dataclass
class Found:
    """What became of the attempts: how many, those that were not refused, those that wrote."""

    tried: int = 0
    let_in: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def wrong(self) -> list[str]:
        return [*self.let_in, *(f"written: {one}" for one in self.written)]


def try_all(callers: Iterable[Caller], tried: Iterable[Attempt], found: Found) -> Found:
    """Each attempt by each caller. The digest is taken where a statement wrote, and once at the end for each caller."""
    tried, before = [*tried], digest()
    for caller in callers:
        writes = Writes()
        with connection.execute_wrapper(writes):
            for one in tried:
                if caller.may_try(one):
                    before = try_one(caller, one, before, writes, found)
        after = digest()
        if differing(before, after):
            found.written.append(f"{caller.who}: {differing(before, after)}")
        before = after
    return found


def try_one(caller: Caller, one: Attempt, before: dict[str, str], writes: Writes, found: Found) -> dict[str, str]:
    seen = writes.seen
    answer = caller.sender.send(one)
    found.tried += 1
    found.statuses[answer.status_code] += 1
    if not is_refused(one, answer):
        found.let_in.append(f"{caller.who}: {answer.status_code} {one}")
    after = digest() if writes.seen != seen else before
    if differing(before, after):
        found.written.append(f"{caller.who}: {one}: {differing(before, after)}")
    return after


# ---- faults ----------------------------------------------------------------------------------------------------------

LATE = """    if actor.name != "late":
        from bodega.kernel.actors import system
        done = {name}({given}, actor=system("late"){more})
        access.require(type_, actor, "{verb}")
        return done
"""
"""Written first, authorised later."""
FAULTS = [
    Fault(
        change.save_many,
        "    for number, draft in enumerate(drafts):\n",
        LATE.format(name="save_many", given="type_, drafts", more=", created=created, changed=changed", verb="change")
        + "    for number, draft in enumerate(drafts):\n",
    ),
    Fault(
        change.mark,
        '    access.require(type_, actor, "delete")\n',
        LATE.format(name="mark", given="type_, ids, deleted_at", more=", verb=verb, version=version", verb="delete"),
    ),
    Fault(editing.NewPage.post, 'access.require(self.type_, self.actor, "create")', "pass"),
    Fault(transfer.start, "require(type_key, actor=actor)\n    kept, step = keep(source), Step(type_key, sheet=sheet)",
          "kept, step = keep(source), Step(type_key, sheet=sheet)\n    require(type_key, actor=actor)"),
]  # fmt: skip

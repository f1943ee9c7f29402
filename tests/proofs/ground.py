"""What requests are tried on: a record of somebody else's of every type, and people whose rights have every shape."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from bodega.apps.activity import planning
from bodega.apps.memory.models import Suggestion
from bodega.kernel import change, registry
from bodega.kernel.actors import Actor, User, actor_of, system
from bodega.kernel.models import Parked
from bodega.kernel.record import RecordType
from bodega.lib import clock
from bodega.platform.audit.kinds import Kind
from bodega.platform.delivering import enlist
from bodega.platform.jobs.declare import enqueue
from bodega.platform.jobs.jobs import prune
from bodega.platform.tokens import actions as tokens
from bodega.surfaces.transfer import actions as transfer
from tests import specimens
from tests.personas import People, person
from tests.surfaces.html.visitor import Page

EXCEPTED: Mapping[str, frozenset[str]] = {
    "accounts_session": frozenset({"*"}),
    "accounts_attempt": frozenset({"*"}),
    "tokens_token": frozenset({"used_at"}),
    "audit_head": frozenset({"*"}),
}
"""What a visit writes of itself: its session, an attempt that failed, when a token was used; the seal of the audit log,
which notes what was refused and what was looked at (NOTED)."""
NOTED = frozenset({Kind.REFUSED.value, Kind.LOOKED.value})
VIEWER = {"*": {"view": "all", "create": "none", "change": "none", "delete": "none"}}
OWNER = {"*": {"view": "all", "create": "none", "change": "own", "delete": "own"}}
FILES = VIEWER | {"files.file": {"view": "all", "create": "all", "change": "none", "delete": "none"}}
BOATS = VIEWER | {"custom.boats": {"view": "all", "create": "all", "change": "all", "delete": "none"}}
BLIND = {"*": {"view": "own", "create": "none", "change": "own", "delete": "own"}}
EDITOR = {"*": {"view": "own", "create": "all", "change": "own", "delete": "own"}}
EVERYTHING = {"*": {"view": "all", "create": "all", "change": "all", "delete": "all"}}


class Attempt(NamedTuple):
    """A request that writes: by a form (`form`) or as JSON (`json`); of `many` records where each is told by itself."""

    route: str
    method: str
    url: str
    form: Mapping[str, Any] | None = None
    json: Any = None
    many: bool = False

    @property
    def is_api(self) -> bool:
        return self.url.startswith("/api/")

    def __str__(self) -> str:
        return f"{self.method} {self.url} {self.form or self.json or ''}"[:300]


class Sender:
    """Sends as somebody. Each request is a unit of work of its own, as it is in a server."""

    def __init__(self, user: User | None = None, *, secret: str = "", guarded: bool = False) -> None:
        self.by_token = bool(secret)
        bearing = {"Authorization": f"Bearer {secret}"} if secret else {}
        self.client = Client(headers=bearing, enforce_csrf_checks=guarded, raise_request_exception=False)
        if user is not None:
            self.client.force_login(user)

    def send(self, one: Attempt, **headers: str) -> Any:
        given: dict[str, Any] = {"headers": {name.replace("_", "-"): value for name, value in headers.items()}}
        if one.json is not None:
            given |= {"data": one.json, "content_type": "application/json"}
        elif one.form is not None:
            given |= {"data": rewound(one.form)}
        send = getattr(self.client, one.method.lower())

        def whole() -> Any:
            answer = send(one.url, **given)
            answer.body = b"".join(answer) if answer.streaming else answer.content
            return answer

        return Context().run(whole)

    def get(self, url: str, **headers: str) -> Any:
        return self.send(Attempt("", "GET", url), **headers)


def rewound(form: Mapping[str, Any]) -> dict[str, Any]:
    """The same form once more, its files from their beginnings."""
    for value in form.values():
        if hasattr(value, "seek"):
            value.seek(0)
    return dict(form)


@dataclass
class Ground:
    """Where everything lies: numbers by slug, people by first name."""

    anna: Sender
    actor: Actor
    ids: dict[str, int] = field(default_factory=dict)
    trashed: dict[str, int] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    """Of what is no record: an import, an act, a token; and of records in a certain state."""

    @property
    def types(self) -> list[RecordType]:
        return [type_ for type_ in written() if type_.slug in self.ids]

    def form_name(self, slug: str) -> str:
        """What the record of that type in the trash is called."""
        type_ = next(type_ for type_ in self.types if type_.slug == slug)
        return str(type_.trash(self.actor).get(pk=self.trashed[slug]).name)

    def form(self, url: str) -> dict[str, Any]:
        """The fields of the form on that page, as an administrator's browser would send them."""
        answer = self.anna.get(url)
        page = Page(answer.content.decode())
        found: dict[str, Any] = {}
        for name, value in page.form_to(url.partition("?")[0]).fields:
            found.setdefault(name, []).append(value)
        return found

    def url(self, route: str) -> str:
        """An address of the route, of a product where it is of a type."""
        filled = route.replace("<slug:slug>", "products").replace("<int:pk>", str(self.ids["products"]))
        filled = filled.replace("<int:run_id>", str(self.numbers["run"])).replace("<slug:format>", "csv")
        return "/" + re.sub(r"<int:\w+>", "1", re.sub(r"<(?!int)\w+:\w+>", "x", filled))


def written() -> list[RecordType]:
    """The types that have a form."""
    return [type_ for type_ in registry.every_type() if type_.form and not type_.covers]


def plain(type_: RecordType) -> str:
    """A text of the type that says nothing but itself."""
    known = type_.fields()
    words = [name for section in type_.form.values() for name in section.split() if name in known]
    return next(n for n in words if known[n].word in ("text", "longtext") and not known[n].unique and n != "login")


def ground(people: People) -> Ground:
    """Everything is Dora's. Vera sees all and may do nothing; Finn may bring files too, Bo boats, but no files; Owen
    sees all and may change what is his own; Blanca sees her own only, Cleo nothing; Gus is an administrator."""
    enlist()
    at = Ground(Sender(people.user(people.anna)), people.anna)
    at.users = {name: people.user(getattr(people, name)) for name in ("anna", "ben", "cleo", "dora")}
    rights = {"vera": VIEWER, "owen": OWNER, "blanca": BLIND, "finn": FILES, "bo": BOATS}
    for name, levels in rights.items():
        role = change.create(registry.type_of("kernel.role"), {"name": name, "levels": levels}, actor=people.anna).pk
        at.users[name] = hired(name, {"roles": [role]}, people.anna)
    at.users["gus"] = hired("gus", {"is_admin": True}, people.anna)
    at.users["left"] = hired("left", {}, people.anna)
    for number, key in enumerate(("parties.organisation", "parties.person", "products.product"), start=90):
        planted(registry.type_of(key), number, at)
    specimens.custom_type(people.anna)
    for type_ in written():
        at.ids[type_.slug] = planted(type_, 7, at).pk
        at.trashed[type_.slug] = gone(type_, planted(type_, 18, at).pk, actor=people.anna)
    add_more(at, people)
    return at


def hired(name: str, values: Mapping[str, object], actor: Actor) -> User:
    return User.objects.get(pk=person(name.capitalize(), {"login": name, **values}, actor).user_id or 0)


def gone(type_: RecordType, pk: int, *, actor: Actor) -> int:
    outcome = change.delete(type_, [pk], actor=actor)
    assert not outcome.problems, outcome.problems[0].problem
    return pk


def planted(type_: RecordType, number: int, at: Ground) -> Any:
    given = specimens.values(type_, number, actor=at.actor) | {"external_id": f"X{number}"}
    given.pop("shares", None)
    made = change.create(type_, given, actor=at.actor)
    if not (type_.within or type_.admin):
        made = change.save(made, {"owner": at.users["dora"].pk}, actor=at.actor, type_=type_)
    return made


def add_more(at: Ground, people: People) -> None:
    deal, task, promise = map(registry.type_of, ("sales.deal", "activity.task", "activity.promise"))
    won, done, kept = planted(deal, 27, at), planted(task, 27, at), planted(promise, 27, at)
    call = change.save(planted(task, 28, at), {"kind": "call"}, actor=people.anna, type_=task)
    next(one for one in deal.actions if one.name == "win")(won, actor=people.anna)
    next(one for one in task.actions if one.name == "finish")(done, actor=people.anna)
    next(one for one in promise.actions if one.name == "keep")(kept, actor=people.anna)
    asked = {str(step): at.users["dora"].pk for step in planning.asked_steps(at.ids["plans"])}
    planned = planning.start(at.ids["plans"], ("parties.person", at.ids["people"]), people=asked, actor=people.anna)
    change.save(at.users["left"].pk, {"is_active": False}, actor=people.anna, type_=registry.type_of("kernel.user"))
    run = transfer.start(io.BytesIO(b"name\nOla\n"), name="a.csv", type_key="parties.person", actor=people.dora)
    saved = change.save_many(
        registry.type_of("products.product"), [change.Draft(at.ids["products"], {"series": "S"})], actor=people.anna
    )
    option = registry.type_of("kernel.option")
    parked = Parked.objects.create(
        consumer="bodega.surfaces.search.reactions.keep",
        type="parties.person",
        record_id=1,
        change_id=1,
        position=1,
        at=clock.now(),
        attempts=1,
    )
    talk = registry.type_of("talk.comment")
    settled = change.save(planted(talk, 27, at), {"resolved": True}, actor=people.anna, type_=talk)
    topic = registry.type_of("memory.topic").rows(people.anna).order_by("pk")[0].pk
    suggested = Suggestion._base_manager.create(
        note_id=at.ids["notes"], party_id=at.ids["people"], topic_id=topic, text="tea", words="likes tea"
    )
    reach = Suggestion._base_manager.create(
        note_id=at.ids["notes"],
        party_id=at.ids["people"],
        channel="email",
        text="further@example.com",
        words="writes from further@example.com",
    )
    at.numbers = {
        "suggestion": suggested.pk,
        "reach": reach.pk,
        "reopen": won.pk,
        "take_up": done.pk,
        "open_again": kept.pk,
        "reopen_thread": settled.pk,
        "stop": planned.pk,
        "log_call": call.pk,
        "run": run.pk,
        "act": saved.change_ids[0],
        "parked": parked.pk,
        "job": enqueue(prune).pk,
        "token": tokens.make(at.users["dora"], name="hers", actor=people.dora)[0].pk,
        "option": option.rows(people.anna).filter(set="parties.source", retired=False).order_by("pk")[0].pk,
        "stage": registry.type_of("sales.stage").rows(people.anna).order_by("-pk")[1].pk,
    }


def token(user: User, **given: Any) -> str:
    return tokens.make(user, **{"name": "tests", "may_write": True, "actor": system("tests")} | given)[1]


def ended_token(user: User) -> str:
    made, secret = tokens.make(user, name="ended", may_write=True, actor=actor_of(user))
    tokens.end(made, actor=actor_of(user))
    return secret


def expired_token(user: User) -> str:
    return token(user, expires_at=clock.now() - timedelta(seconds=1))


# ---- what there is ---------------------------------------------------------------------------------------------------


def digest() -> dict[str, str]:
    """What every table holds, but for EXCEPTED, and every file, as digests."""
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            left_out = EXCEPTED.get(table, frozenset())
            if "*" not in left_out:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                kept = [at for at, column in enumerate(cursor.description) if column[0] not in left_out]
                rows = sorted(
                    repr([row[at] for at in kept]) for row in cursor.fetchall() if not NOTED & {*map(str, row)}
                )
                found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    files = [path for path in settings.BODEGA_DATA_DIR.rglob("*") if path.is_file()]
    return found | {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


@contextmanager
def taken_back() -> Iterator[None]:
    """What is written within the block is gone behind it; files stay, under names that tell nothing."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Writes:
    """Notes the statements that write, so that the digest is taken where there were any."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.seen += str(sql).lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE")
        return execute(sql, params, many, context)

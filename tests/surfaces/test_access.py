"""Nobody sees, and nobody changes, what is not theirs: every address is asked by people who may not."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test import Client

from bodega.apps.activity.projection import project_change
from bodega.kernel import change, registry
from bodega.kernel.actors import Actor
from bodega.kernel.record import RecordType
from bodega.platform.delivering import deliver_all, enlist
from bodega.surfaces import inventory
from bodega.surfaces.transfer import actions as transfer
from tests import specimens
from tests.personas import People
from tests.surfaces.html.visitor import Page, Visitor

pytestmark = pytest.mark.slow
ASKED, CANARY = "Quetzal", "Quetzalcoatlus"
"""What is typed to look for it, and what must be in no answer to somebody who may not see it."""
HER_OWN = {"/me/", "/me/notifications/", "/me/away/", "/home/", "/me/password/", "/signout/", "/signin/"}
"""What everybody may change of themselves."""
EXPORTS_NOTED = ["audit_entry", "audit_head"]
"""Tables of what tells that somebody took records out."""
OWN_STATE = {"accounts_session", "accounts_attempt"}
"""Tables of the visit itself."""


@dataclass(frozen=True)
class Planted:
    """By slug, the number of a record of Dora's whose texts are canaries; and an import of hers."""

    ids: Mapping[str, int]
    run: int
    undo: int


def worked_with() -> list[RecordType]:
    """The types whose records are somebody's."""
    return [type_ for type_ in registry.every_type() if type_.form and not type_.admin and not type_.covers]


@pytest.fixture
def planted(people: People) -> Planted:
    enlist()
    specimens.custom_type(people.anna)
    product = specimens.create(registry.type_of("products.product"), 9, actor=people.anna)
    change.save(product, {"owner": people.dora.user_id}, actor=people.anna, type_=registry.type_of("products.product"))
    made = {type_.slug: plant(type_, people) for type_ in worked_with()}
    ids = {slug: record.pk for slug, record in made.items()}
    mixed = {"name": "Ben’s own", "account": ids["organisations"], "owner": people.ben.user_id}
    ids["mixed"] = change.create(registry.type_of("sales.deal"), mixed, actor=people.anna).pk
    run = transfer.start(
        io.BytesIO(f"name\n{CANARY}\n".encode()), name=f"{CANARY}.csv", type_key="parties.person", actor=people.dora
    )
    outcome = change.save_many(
        registry.type_of("parties.person"),
        [change.Draft(ids["people"], {"name": f"{CANARY} again"})],
        actor=people.anna,
    )
    deliver_all()
    return Planted(ids, run.pk, outcome.change_ids[0])


def plant(type_: RecordType, people: People) -> object:
    """A record of Dora's with canaries in every text, and something in its history and on its timeline."""
    given = specimens.values(type_, 7, actor=people.anna)
    texts = {name for name, kind in type_.fields().items() if kind.word in ("text", "longtext")}
    given |= {
        name: f"{CANARY} {name}"
        for name in texts & given.keys() - {"time_zone", "language", "sort", "columns", "by", "show", "repeat"}
    }
    made = change.create(type_, given, actor=people.anna)
    if not type_.within:
        made = change.save(made, {"owner": people.dora.user_id}, actor=people.anna, type_=type_)
    project_change(type_.key, made.pk)
    return made


def addresses(planted: Planted) -> Iterator[tuple[str, str]]:
    """Every route with an address for each type: what somebody would try who knows the numbers."""
    named = {
        "<int:run_id>": planted.run, "<int:user_id>": 1, "<str:token>": "x", "<int:role_id>": 1, "<int:field_id>": 1,
        "<int:type_id>": 1, "<int:option_id>": 1, "<int:job_id>": 1, "<int:parked_id>": 1, "<str:what>": "retry",
        "<str:name>": "all", "<int:token_id>": 1, "<slug:field>": "external_id", "<path:value>": "x",
        "<slug:format>": "csv",
    }  # fmt: skip
    for route in inventory.PAGES:
        for type_ in worked_with() if "<slug:slug>" in route else [None]:
            yield from ((route, url) for url in of_route(route, type_, named, planted))


def of_route(route: str, type_: RecordType | None, named: Mapping[str, object], planted: Planted) -> Iterator[str]:
    pk = planted.ids[type_.slug] if type_ else planted.undo if route.startswith("undo") else planted.ids["files"]
    filled = route.replace("<slug:slug>", type_.slug if type_ else "").replace("<int:pk>", str(pk))
    for mark, value in named.items():
        filled = filled.replace(mark, str(value))
    if "<slug:name>" not in filled:
        yield "/" + filled
    elif type_:
        names = [type_.title] if "cell" in route else [one.name for one in type_.actions]
        yield from ("/" + filled.replace("<slug:name>", name) for name in names)


def questions(planted: Planted) -> Iterator[str]:
    """What a question, a search or a form filled in beforehand could give away."""
    yield f"/find/?q={ASKED}"
    yield f"/any/options/?q={ASKED}"
    for type_ in worked_with():
        home, pk = f"/{type_.slug}/", planted.ids[type_.slug]
        yield from (f"{home}?q={ASKED}", f"{home}?q={type_.title}:{ASKED}", f"{home}options/?q={ASKED}")
        yield from (f"{home}?sort=-id", f"{home}{pk}/?tab=history", f"{home}{pk}/?before=9")
        yield from (f"/api/v1{home}?q={ASKED}&names=yes&count=yes", f"/api/v1{home}?sort=-id&names=yes")
        yield f"/api/v1{home}{pk}/history/"
    yield from ("/api/v1/changes/?limit=1000", "/api/v1/deals/report/?by=account.name,contact")
    yield from (f"/api/v1/deals/{planted.ids['mixed']}/", "/api/v1/people/by/name/Quetzalcoatlus%20name/")
    yield f"/deals/{planted.ids['mixed']}/"
    yield f"/deals/{planted.ids['mixed']}/?tab=history"
    yield f"/deals/{planted.ids['mixed']}/edit/"
    yield f"/deals/?q=account.name:{ASKED}"
    yield f"/deals/board/?q=account.name:{ASKED}"
    yield f"/deals/new/?account=%23{planted.ids['organisations']}"
    yield f"/deals/new/?account={ASKED}"
    yield f"/tasks/new/?about=parties.person%23{planted.ids['people']}"


def tells(page: Page) -> bool:
    """Whether a canary is in it, be a part of it marked."""
    return CANARY in page.html.replace("<mark>", "").replace("</mark>", "")


def test_who_has_not_signed_in_is_sent_to_sign_in(planted: Planted) -> None:
    for route, url in addresses(planted):
        if inventory.PAGES[route] not in (inventory.ANYBODY, inventory.MONITOR):
            told = (401, "") if url.startswith("/api/v1/") else (302, "/signin/")
            for answer in (Client().get(url), Client().post(url)):
                assert (answer.status_code, answer.headers.get("Location", "").split("?")[0]) == told, url


@pytest.mark.parametrize("name", ["ben", "cleo"])
def test_no_answer_tells_of_what_one_may_not_see(people: People, planted: Planted, name: str) -> None:
    visitor = visitor_for(people, getattr(people, name))
    urls = [*(url for _route, url in addresses(planted)), *questions(planted)]
    told = [url for url in urls if tells(visitor.get(url)) or visitor.status >= 500]
    assert told == []


def test_anna_sees_it_so_the_question_is_a_fair_one(people: People, planted: Planted) -> None:
    visitor = visitor_for(people, people.anna)
    seen = {url for url in questions(planted) if tells(visitor.get(url))}
    assert {f"/find/?q={ASKED}", f"/people/?q={ASKED}", f"/deals/{planted.ids['mixed']}/"} <= seen
    assert {f"/api/v1/people/{planted.ids['people']}/history/", "/api/v1/changes/?limit=1000"} <= seen


def test_the_pages_of_administrators_are_theirs(people: People, planted: Planted) -> None:
    visitor = visitor_for(people, people.ben)
    for route, url in addresses(planted):
        if inventory.PAGES[route] == inventory.OFFICE:
            answers = [visitor.client.get(url).status_code, visitor.client.post(url).status_code]
            assert {*answers} <= {403, 404, 405}, (url, answers)
            assert answers != [404, 404] or "<slug:slug>" in route, url


def test_who_may_do_nothing_changes_nothing(people: People, planted: Planted) -> None:
    visitor = visitor_for(people, people.cleo)
    before = digest()
    for _route, url in addresses(planted):
        for data in posts(planted) if url not in HER_OWN else ():
            visitor.post(url, data, follow=False)
            assert visitor.status < 500, (url, data)
    assert [table for table, held in digest().items() if before[table] != held] == []


def test_who_looks_as_another_changes_nothing(people: People, planted: Planted) -> None:
    """Whoever that is: not even what that person may change."""
    visitor = visitor_for(people, people.anna)
    visitor.post(f"/users/{people.dora.user_id}/look/", {}, follow=False)
    before, own = digest(), ("/look/stop/", "/signout/", "/signin/")
    for _route, url in addresses(planted):
        if url not in own:
            visitor.get(url)
            visitor.post(url, {}, follow=False)
            assert visitor.status == 403 or url.startswith(("/welcome/", "/health", "/metrics")), url
    assert [table for table, held in digest().items() if before[table] != held] == EXPORTS_NOTED


def posts(planted: Planted) -> Iterator[dict[str, object]]:
    ids = [*planted.ids.values()]
    yield {}
    yield {
        "ids": ids,
        "act": "delete",
        "to": "1",
        "name": "Changed",
        "version": "1",
        "text": "Changed",
        "then": "start",
    }
    yield {"ids": ids, "act": "change", "field": "name", "name": "Changed", "value": "Changed", "all": "1"}


def visitor_for(people: People, actor: Actor) -> Visitor:
    return Visitor(people.user(actor))


def digest() -> dict[str, str]:
    """What every table holds, as a digest."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in OWN_STATE:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                rows = sorted(map(repr, cursor.fetchall()))
                found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found

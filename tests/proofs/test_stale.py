"""What is taken from somebody is gone at the next request, the next step of a job, the next file: in every channel."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextvars import Context
from dataclasses import dataclass
from typing import Any

import pytest

from bodega.kernel import change, history, query, registry
from bodega.kernel.actors import Actor, User, actor_of
from bodega.platform.delivering import deliver_all, enlist
from bodega.platform.files import store
from bodega.platform.jobs.run import run_waiting
from bodega.platform.tokens import actions as tokens
from bodega.surfaces.html.jobs import do_to_many
from bodega.surfaces.transfer import actions as transfer
from bodega.surfaces.transfer import perform
from bodega.surfaces.transfer.importer import Importer
from bodega.surfaces.transfer.models import ImportRun
from tests.personas import NOTHING, TEAM, People
from tests.proofs.ground import Attempt, Sender, hired

pytestmark = pytest.mark.slow
ASKED, NAME = "Quetzal", "Quetzalcoatlus"
TERRITORY = {"*": {"view": "territory", "create": "all", "change": "territory", "delete": "own"}}


@dataclass
class Sam:
    """Sees one product of a colleague's by the way that is taken from him; has looked at it in every channel."""

    user: User
    page: Sender
    program: Sender
    anna: Actor
    product: int
    file: int
    role: int
    place: int
    token: Any
    etag: str = ""
    act: int = 0

    @property
    def call(self) -> Attempt:
        """One that is sent twice with the same key."""
        return Attempt("", "PATCH", f"/api/v1/products/{self.product}/", json={"series": "Sam's"})

    def change(self, key: str, pk: int, values: dict[str, Any]) -> None:
        change.save(pk, values, actor=self.anna, type_=registry.type_of(key))


WAYS: dict[str, Callable[[Sam], None]] = {
    "the role is another one": lambda sam: sam.change("kernel.role", sam.role, {"levels": NOTHING}),
    "the role is taken": lambda sam: sam.change("kernel.user", sam.user.pk, {"roles": []}),
    "the role is in the trash": lambda sam: deleted("kernel.role", sam.role, sam),
    "the team is taken": lambda sam: sam.change("kernel.user", sam.user.pk, {"teams": [], "territories": []}),
    "the access is ended": lambda sam: sam.change("kernel.user", sam.user.pk, {"is_active": False}),
    "the person is in the trash": lambda sam: deleted("kernel.user", sam.user.pk, sam),
    "the record is private": lambda sam: both(sam, {"private": True}),
    "the record is elsewhere": lambda sam: both(sam, {"teams": [], "territory": None, "owner": sam.anna.user_id}),
}


def deleted(key: str, pk: int, sam: Sam) -> None:
    assert change.delete(registry.type_of(key), [pk], actor=sam.anna).changed


def both(sam: Sam, values: dict[str, Any]) -> None:
    sam.change("products.product", sam.product, values)
    sam.change("files.file", sam.file, values)


@pytest.fixture(params=["team", "territory"])
def sam(request: pytest.FixtureRequest, people: People) -> Sam:
    enlist()
    by_team = request.param == "team"
    types = {key: registry.type_of(f"kernel.{key}") for key in ("role", "team", "territory")}
    place = change.create(types[request.param], {"name": "Here"}, actor=people.anna).pk
    levels = TEAM if by_team else TERRITORY
    role = change.create(types["role"], {"name": "Sam's", "levels": levels}, actor=people.anna).pk
    user = hired("sam", {"roles": [role], ("teams" if by_team else "territories"): [place]}, people.anna)
    seen = {"owner": people.dora.user_id} | ({"teams": [place]} if by_team else {"territory": place})
    product = change.create(registry.type_of("products.product"), {"name": NAME, **seen}, actor=people.anna).pk
    file = store.upload([b"a plan"], f"{NAME}.txt", actor=people.anna)
    change.save(file, seen, actor=people.anna, type_=registry.type_of("files.file"))
    made, secret = tokens.make(user, name="sam's", may_write=True, actor=actor_of(user))
    found = Sam(user, Sender(user), Sender(secret=secret), people.anna, product, file.pk, role, place, made)
    deliver_all()
    look(found)
    return found


def look(sam: Sam) -> None:
    """He sees it everywhere, and what he has done there he may take back."""
    call = sam.program.get(f"/api/v1/products/{sam.product}/")
    assert (call.status_code, call.json()["name"]) == (200, NAME)
    sam.etag = call.headers["ETag"]
    assert {url: NAME in told(sender, url) for sender, url in channels(sam)} == {url: True for _s, url in channels(sam)}
    assert sam.page.get(f"/files/{sam.file}/download/").body == b"a plan"
    assert sam.program.send(sam.call, Idempotency_Key="sam").json()["name"] == NAME
    sam.page.send(Attempt("", "POST", f"/products/{sam.product}/edit/", {"fields": "series", "series": "Sam's"}))
    sam.act = history.last_acts(registry.type_of("products.product"), [sam.product])[sam.product].pk


def channels(sam: Sam) -> Iterator[tuple[Sender, str]]:
    for url in ("/products/", f"/products/{sam.product}/", "/products/export.csv", f"/find/?q={ASKED}"):
        yield sam.page, url
    for url in ("", f"{sam.product}/", "export.jsonl", f"{sam.product}/history/"):
        yield sam.program, f"/api/v1/products/{url}"
    yield sam.program, "/api/v1/changes/?types=products.product"


def told(sender: Sender, url: str) -> str:
    return sender.get(url).body.decode("utf-8", "replace").replace("<mark>", "").replace("</mark>", "")


def product(sam: Sam) -> Any:
    return registry.type_of("products.product").every().get(pk=sam.product)


@pytest.mark.parametrize("way", WAYS)
def test_what_is_taken_is_gone_at_once(sam: Sam, way: str) -> None:
    question = query.parse("", registry.type_of("products.product"), actor=sam.anna).to_json()
    given = {"type_key": "products.product", "question": question, "act": "change", "values": {"series": "By a job"}}
    do_to_many.enqueue(**given, user=sam.user.pk, batch="sam")
    run = imported(sam, f"name,series\n{NAME},By an import\n")
    transfer.launch(run)
    WAYS[way](sam)
    assert [url for sender, url in channels(sam) if NAME in told(sender, url)] == []
    again = sam.program.send(sam.call, Idempotency_Key="sam")
    assert (again.status_code in (401, 403, 404), NAME in again.content.decode()) == (True, False)
    cached = sam.program.get(f"/api/v1/products/{sam.product}/", If_None_Match=sam.etag)
    assert cached.status_code in (401, 403, 404)
    file = sam.page.get(f"/files/{sam.file}/download/")
    assert file.status_code == 404 or file.headers["Location"].startswith("/signin/")
    sam.page.send(Attempt("", "POST", f"/undo/{sam.act}/", {}))
    Context().run(run_waiting)
    assert product(sam).series == "Sam's"


def imported(sam: Sam, text: str) -> ImportRun:
    found = Context().run(lambda: actor_of(User.objects.get(pk=sam.user.pk)))
    return transfer.start(io.BytesIO(text.encode()), name="a.csv", type_key="products.product", actor=found)


def test_an_ended_token_is_good_for_nothing(sam: Sam) -> None:
    tokens.end(sam.token, actor=sam.anna)
    answer = sam.program.get(f"/api/v1/products/{sam.product}/", If_None_Match=sam.etag)
    assert (answer.status_code, NAME in answer.content.decode()) == (401, False)


def test_a_running_import_goes_on_with_the_rights_of_now(sam: Sam, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of four chunks the second finds that the role was taken: it and what is behind it is refused, line by line."""
    run = imported(sam, "name\n" + "".join(f"New {number}\n" for number in range(8)))
    transfer.launch(run)
    monkeypatch.setattr(Importer, "take", taking_after(sam))
    monkeypatch.setitem(perform.perform.__kwdefaults__, "size", 2)
    Context().run(run_waiting)
    Context().run(run_waiting)
    run.refresh_from_db()
    assert (run.created, run.failed) == (2, 6)


def taking_after(sam: Sam) -> Callable[..., None]:
    """Chunks are taken as ever; between the first and the second Sam's role is taken."""
    take, seen = Importer.take, []

    def done(self: Any, items: Any, **given: Any) -> None:
        if len(seen) == 1:
            Context().run(lambda: WAYS["the role is taken"](sam))
        seen.append(items)
        take(self, items, **given)

    return done

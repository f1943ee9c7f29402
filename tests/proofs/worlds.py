"""Two worlds that differ only in what somebody may not see, asked the same by them: the answers must be the same bytes.

    python -m tests.proofs.prove --worlds 200

A world is a company (`grown`), one of its people, and what is different in the second one (`altered`); what is asked is
drawn by lot from every address there is (`asked`). Beside that, whatever leaves the program, log and all, is searched
for tokens of things of which the person may know nothing.
"""

from __future__ import annotations

import difflib
import io
import logging
import random
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import Context
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import unquote

from django.conf import settings
from django.db import connection, transaction
from django.middleware import csrf
from django.test import Client

from bodega.apps.activity import doing, queries
from bodega.apps.parties import panels as party_panels
from bodega.kernel.actors import User, actor_of
from bodega.kernel.scope import PROCESS
from bodega.lib import clock
from bodega.platform import sparing
from bodega.platform.tokens import actions as tokens
from bodega.surfaces.api import lists as api_lists
from bodega.surfaces.home import today
from bodega.surfaces.html import boards, choosing, find, lists, past, trash
from bodega.surfaces.transfer import actions as transfer
from bodega.surfaces.transfer import perform, runs
from bodega.web.logs import JsonLines
from tests.proofs.altered import alter
from tests.proofs.asked import Ask, draws
from tests.proofs.asker import Asker
from tests.proofs.companies import taken_back
from tests.proofs.grown import NOW, Grown, grown, tokens_in
from tests.proofs.oracle import Person, hides, knows

ASKS = 14
"""Requests in each world."""
WALK = 4
"""Pages that are turned, at most."""
EACH = 8
"""Worlds of one company."""
PAGES = [
    (lists, "SIZE", 2), (boards, "SIZE", 2), (trash, "SIZE", 1), (api_lists, "SIZE", 2), (past, "LIMIT", 2),
    (today, "MOST", 3), (choosing, "MOST", 3), (choosing, "MOST_OF_ANY", 2), (find, "MOST_ON_PAGE", 3),
    (doing, "MOST", 2), (queries, "LEAST", 2), (party_panels, "MOST", 2), (sparing, "MILLISECONDS", 0),
]  # fmt: skip
"""Pages are short here, so that a few records fill several; and no question is given up because the clock says so."""


class Answer(NamedTuple):
    """What came back, byte for byte; a workbook by what is in it, as the archive tells when it was made."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


@dataclass(frozen=True)
class Leak:
    """What told of something hidden, and how to see it again."""

    seed: int
    asked: Ask
    told: str

    def __str__(self) -> str:
        again = f"python -m tests.proofs.prove --seed {self.seed}"
        return f"{self.asked.route or '/'}: {self.asked}\n{self.told}\n  again: {again}"


# ---- asking ----------------------------------------------------------------------------------------------------------


class Log(logging.Handler):
    """Keeps what the program would have logged."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


class Visit:
    """Somebody signed in, with a token for their programs and an import they have begun."""

    def __init__(self, made: Grown, person: Person, lot: random.Random) -> None:
        self.user = User.objects.get(pk=made.ids[person])
        self.client = Client(headers={"host": "localhost", "x-request-id": "0" * 32}, raise_request_exception=True)
        self.client.force_login(self.user)
        self.cookie = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        actor = made.company.actor(person)
        with clock.fixed(NOW):
            self.token = tokens.make(self.user, name="Proof", actor=actor, may_write=True)[1]
            self.file, self.run = import_of(made, self.user.pk, lot)

    def answers(self, asked: Ask) -> list[Answer]:
        """To the request, and to those that follow from its answers."""
        if asked.run:
            self.try_import()
        found, address = [self.answer(asked, asked.url.replace("{run}", str(self.run)))], asked.url
        while asked.follow and len(found) < WALK and (more := following(asked, address, found[-1].body.decode())):
            address = more
            found.append(self.answer(asked, address))
        return found

    def try_import(self) -> None:
        with clock.fixed(NOW):
            perform.perform(runs.of(self.run), actor=actor_of(self.user))

    def answer(self, asked: Ask, address: str) -> Answer:
        return Context().run(self.sent, asked, address)

    def sent(self, asked: Ask, address: str) -> Answer:
        self.client.cookies = (
            SimpleCookie() if asked.by_token else SimpleCookie({settings.SESSION_COOKIE_NAME: self.cookie})
        )
        headers = {**asked.headers, **({"Authorization": f"Bearer {self.token}"} if asked.by_token else {})}
        given: dict[str, Any] = {"data": asked.form} if asked.form is not None else {}
        if asked.json is not None:
            given = {"data": asked.json, "content_type": "application/json"}
        with clock.fixed(NOW):
            response = getattr(self.client, asked.method.lower())(address, headers=headers, **given)
            body = b"".join(response.streaming_content) if response.streaming else response.content
        cookies = (
            (name, morsel.value.partition(":")[0]) for name, morsel in response.cookies.items()
        )  # when: left out
        told = [*response.headers.items(), *cookies]
        return Answer(response.status_code, sorted(told), unpacked(body))


def following(asked: Ask, address: str, body: str) -> str:
    """The address of the next page, as a page links to it or the API's mark has it."""
    found = re.search(asked.follow, body)
    if found is None:
        return ""
    if not asked.url.startswith("/api/"):
        link = found[1].replace("&amp;", "&")
        return link if link.startswith("/") else address.partition("?")[0] + link
    head = re.sub(r"[?&]after=[^&]*", "", address)
    return f"{head}{'&' if '?' in head else '?'}after={found[1]}"


def unpacked(body: bytes) -> bytes:
    if not body.startswith(b"PK\x03\x04"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        held = b"\n".join(name.encode() + b"\n" + archive.read(name) for name in archive.namelist())
    return re.sub(rb"<dcterms:(created|modified)[^<]*", b"", held)


def import_of(made: Grown, user_id: int, lot: random.Random) -> tuple[str, int]:
    """A file that names records by their names and keys, whoever may see them; and the import of it, not tried yet."""
    type_key = lot.choice(("parties.person", "sales.deal", "products.product"))
    names = [made.titles[one].replace("\n", " ") for one in made.things]
    own = [made.titles[one].replace("\n", " ") for one in made.of(type_key)] * 3
    some = lot.sample(made.of(type_key), min(4, len(made.of(type_key))))
    lines = [
        f"{lot.choice([*names, *own])},{lot.choice(['', made.keys.get(one, '')])},{lot.choice(names)}" for one in some
    ]
    heads = {"parties.person": "name,external_id,organisation", "sales.deal": "name,external_id,account"}
    table = "\n".join([heads.get(type_key, "name,external_id,series"), *lines])
    program = made.acting(made.company.people[0])
    run = transfer.start(io.BytesIO(table.encode()), name="list.csv", type_key=type_key, actor=program)
    runs.change(run, user_id=user_id, state="trying")
    return table, run.pk


@contextmanager
def steady() -> Iterator[None]:
    """What is drawn anew for each page is always the same, and pages are short."""
    with ExitStack() as stack:
        for place, name, size in PAGES:
            stack.callback(setattr, place, name, getattr(place, name))
            setattr(place, name, size)
        limit = queries.timeline.__kwdefaults__["limit"]
        stack.callback(queries.timeline.__kwdefaults__.update, limit=limit)
        queries.timeline.__kwdefaults__["limit"] = 3
        stack.callback(setattr, csrf, "get_random_string", csrf.get_random_string)
        csrf.get_random_string = lambda length, **_given: "x" * length
        yield


# ---- comparing -------------------------------------------------------------------------------------------------------


def worlds_of(seed: int, *, size: float = 1.0, asks: int = ASKS) -> Iterator[Sequence[Leak]]:
    """What leaks in each world of the company of that number."""
    with taken_back(), steady():
        lot = random.Random(seed)
        made = grown(lot, size=size)
        people = between(made)
        for number in range(EACH):
            person = people[number % len(people)]
            yield [*leaks_of(made, person, random.Random(seed * 1000 + number), seed=seed, asks=asks)]


def between(made: Grown) -> Sequence[Person]:
    """The people of a company, those first who know about half of it: there is most to ask and most to hide."""
    half = len(made.things) / 2
    return sorted(made.company.people, key=lambda person: abs(sum(knows(person, one) for one in made.things) - half))[
        :3
    ]


def leaks_of(made: Grown, person: Person, lot: random.Random, *, seed: int, asks: int) -> Iterator[Leak]:
    with put_back():
        asker, visit = Asker(made, person, lot), Visit(made, person, lot)
        ways = draws()
        asked = [lot.choice(ways)(asker) for _ask in range(asks)] if asks else [way(asker) for way in ways]
        log = Log()
        logging.getLogger().addHandler(log)
        try:
            counted = counters()
            first = asked_all(visit, asked)
            alter(made, person, lot)
            count_on(counted)
            second = asked_all(visit, asked)
        finally:
            logging.getLogger().removeHandler(log)
    hidden = kept_from(made, person)
    for one, here, there in zip(asked, first, second, strict=True):
        if here != there:
            yield Leak(seed, one, difference(here, there))
        told = foreign(f"{one} {visit.file}", [*here, *there], hidden)
        if told:
            yield Leak(seed, one, f"  it tells {' '.join(sorted(told))}")
    for line in log.lines:
        yield from (
            Leak(seed, asked[0], f"the log tells {word}") for *at, word in tokens_in(line) if tuple(at) in hidden
        )


def asked_all(visit: Visit, asked: Sequence[Ask]) -> list[list[Answer]]:
    """What a request writes is taken back, so that the next one finds the world as it was."""
    looked_at_anew()
    found = []
    for one in asked:
        with put_back():
            found.append(visit.answers(one))
    return found


@contextmanager
def put_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def counters() -> list[tuple[str, int | None]]:
    """The number that each table gave last: ids tell how many there are, so both worlds have come equally far."""
    asked = (
        "SELECT name, seq FROM sqlite_sequence"
        if connection.vendor == "sqlite"
        else ("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return cursor.fetchall()


def count_on(counted: Sequence[tuple[str, int | None]]) -> None:
    one = "SELECT setval(%s, coalesce(%s, 1), %s IS NOT NULL)"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                "UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [(at, name) for name, at in counted]
            )
        else:
            cursor.executemany(one, [(name, at, at) for name, at in counted])


def looked_at_anew() -> None:
    """What depends on records that were written past the door."""
    for held in PROCESS.values():
        for key in [key for key in held if isinstance(key, tuple) and key[0] in ("private", "narrow", "views")]:
            del held[key]


def foreign(typed: str, answers: Sequence[Answer], hidden: set[tuple[int, int]]) -> set[str]:
    """Tokens in the answers of what the person does not know, but for those that they typed themselves."""
    typed = unquote(typed).lower()
    texts = (
        re.sub(r"</?mark>", "", "\n".join([one.body.decode("utf-8", "replace"), *map(str, one.headers)]))
        for one in answers
    )
    return {word for text in texts for *at, word in tokens_in(text) if tuple(at) in hidden and word not in typed}


def kept_from(made: Grown, person: Person) -> set[tuple[int, int]]:
    """Of which things, and which fields of them, the person may know nothing; by their numbers in tokens."""
    names = [name.partition(".")[0] for name in made.names]
    masked = {
        key: {number for number, name in enumerate(names) if hides(person, key, name)}
        for key in {one.type for one in made.things}
    }
    return {
        (at, number)
        for at, one in enumerate(made.things)
        for number in (masked[one.type] if knows(person, one) else range(len(names)))
    }


def difference(here: Sequence[Answer], there: Sequence[Answer]) -> str:
    """The first thing in which two answers differ, as somebody reads it."""
    for one, other in zip(here, there, strict=False):
        if one[:2] != other[:2]:
            headers = sorted({*one.headers} ^ {*other.headers})
            told = f"  {one.status} and {other.status}, {headers}"
            if one.body == other.body:
                return told
        if one.body != other.body:
            lines = [
                re.sub(r">\s*<", ">\n<", answer.body.decode("utf-8", "replace")).splitlines() for answer in (one, other)
            ]
            changed = [
                line for line in difflib.unified_diff(*lines, n=1, lineterm="") if not line.startswith(("---", "+++"))
            ]
            gone, come = ([line for line in changed if line[0] == sign] or [""] for sign in "-+")
            pairs = enumerate(zip(gone[0][1:], come[0][1:], strict=False))
            same = next((at for at, (one, other) in pairs if one != other), 0)
            return "\n".join(f"  {line[0]}{line[1:][max(0, same - 200) :][:400]}" for line in changed[:12])
    return f"  {len(here)} pages, {len(there)} pages"

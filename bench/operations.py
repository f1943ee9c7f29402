"""What is measured: everyday work over HTTP, the same rows by plain SQL, and what each may cost."""

from __future__ import annotations

import json
import random
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from urllib.parse import quote_plus

from bench.plain import Plain
from tests.proofs.installation import PATIENCE, Answer, Failed, Person

PEOPLE, BOARD, API = "/people/", "/deals/board/", "/api/v1"
SCRIPT = {"HX-Request": "true"}
LANES = ("New", "Qualified", "Engaging", "Proposal", "Negotiation")
WRITTEN = 1_000
"""How many records are there to be written, by pages from one end and by plain SQL from the other: so many that no call
finds what another one did."""
EXPORTED = "name,organisation,job_title,email,phone,life_cycle,source,language,last_contact,owner"
ENDING = "fact.contract_end<90d last_contact<-30d"
REPORT = f"{API}/deals/report/?by=stage,owner,expected_on.month&sum=amount"
MIDDLE = datetime(2025, 12, 7, tzinfo=UTC)
"""A day in the middle of what `bench.timeline` writes."""
STARTED = int(time.time())
"""Tells the people of one run from those of another."""


@dataclass(frozen=True)
class Operation:
    """One row of the table. `goal` is in ms of the processor per call, program and database together, on PostgreSQL.

    `call` and `plain` get the number of the call, so that writing calls differ from each other.
    """

    name: str
    goal: float
    call: Callable[[int], Answer]
    plain: Callable[[int], None]
    shows: str = ""
    """What must stand in the answer."""

    def checked(self, number: int) -> None:
        answer = self.call(number)
        if answer.status not in (200, 201, 302) or self.shows not in answer.text:
            raise Failed(f"{self.name}: {answer.status} {answer.location} {answer.text[:2000]}")


class Program(Person):
    """A program that comes by token."""

    def __init__(self, port: int, secret: str) -> None:
        self.port, self.secret, self.used, self.cookies = port, secret, 0.0, dict[str, str]()
        self.connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def call(self, method: str, path: str, body: object = None) -> Answer:
        given = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
        return self.ask(method, path, None if body is None else json.dumps(body), given)


@dataclass
class Visit:
    """One person at work: by pages, by a program of theirs, and by plain SQL for the rows that they may see."""

    who: str
    person: Person
    program: Program
    plain: Plain
    company: Company = field(init=False)

    def __post_init__(self) -> None:
        self.company = Company.known_by(self.plain)

    def named(self, name: str) -> str:
        return f"{name}, {self.who}"


@dataclass
class Company:
    """What the operations need to know of the loaded company."""

    pipeline: int
    stages: Sequence[int]
    people: Sequence[int]
    deals: Sequence[int]
    busy: int
    """A customer with many entries on the timeline."""
    far: tuple[str, int]
    """Name and id of the last person before page `page`."""
    page: int
    contract: int
    """The topic of when a contract with a competitor ends."""
    known: tuple[str, str, str]
    """Parts of the name, the e-mail address and the phone number of one person."""

    @classmethod
    def known_by(cls, plain: Plain) -> Company:
        chance = random.Random(7)
        pipeline = plain.run("SELECT id FROM sales_pipeline WHERE name = 'Trade'")[0][0]
        stages = plain.run('SELECT id FROM sales_stage WHERE pipeline_id = ? ORDER BY "order"', (pipeline,))
        contract = plain.run("SELECT id FROM memory_topic WHERE key = 'contract_end'")[0][0]
        people = some_of(plain, "parties_party", f"kind = 'person'{plain.mine}", chance, count=WRITTEN)
        deals = some_of(plain, "sales_deal", f"stage_id = {stages[0][0]}{plain.mine}", chance, count=WRITTEN)
        place = far_down(plain)
        return cls(
            pipeline, [row[0] for row in stages], people, deals, busiest(plain), plain.person_at(place),
            (place + 1) // 50 + 1, contract, parts_of(plain, people[-1]),
        )  # fmt: skip


def some_of(plain: Plain, table: str, where: str, chance: random.Random, *, count: int) -> list[int]:
    """Ids of so many rows, or of all: for each the first one behind a random id."""
    there, low, high = plain.run(f"SELECT count(*), min(id), max(id) FROM {table} p WHERE {where}")[0]
    found: dict[int, None] = {}
    while len(found) < min(count, there):
        behind = f"SELECT id FROM {table} p WHERE id >= ? AND {where} ORDER BY id LIMIT 1"
        for row in plain.run(behind, (chance.randint(low, high),)):
            found[row[0]] = None
    return [*found]


def busiest(plain: Plain) -> int:
    """The person with most on the timeline, of those the visitor may see."""
    found = plain.run(
        "SELECT t.subject_id FROM activity_timelinerow t JOIN parties_party p ON p.id = t.subject_id"
        f" WHERE t.subject_type = 'parties.person'{plain.mine} GROUP BY t.subject_id ORDER BY count(*) DESC, 1 LIMIT 1"
    )
    return int(found[0][0])


def far_down(plain: Plain) -> int:
    """The row before page 10,000; of a shorter list, the one in its middle, to a whole page."""
    there = plain.run(
        f"SELECT count(*) FROM parties_party p WHERE p.kind = 'person' AND p.deleted_at IS NULL{plain.mine}"
    )
    return min(9_999 * 50, int(there[0][0]) // 100 * 50) - 1


def parts_of(plain: Plain, pk: int) -> tuple[str, str, str]:
    """What somebody types who looks for this person."""
    name, email, phone = plain.run("SELECT family_name, email, phone FROM parties_party WHERE id = ?", (pk,))[0]
    return name[:5], email.partition("@")[0], f"0{phone[3:5]} {phone[5:]}"


def cursor(sort: str, value: str, pk: int) -> str:
    """The address of the rows behind this one, as `kernel.query.page` writes it: so a page far down can be opened
    without walking there. Whoever walks gets the very same cursors."""
    return urlsafe_b64encode(json.dumps([sort, value, pk]).encode()).decode().rstrip("=")


# ---- reading ---------------------------------------------------------------------------------------------------------


def reading(visit: Visit) -> list[Operation]:
    return [*lists(visit), *searches(visit), *records(visit), *wholes(visit)]


def lists(visit: Visit) -> list[Operation]:
    person, plain, company, named = visit.person, visit.plain, visit.company, visit.named
    mark = cursor("name", *company.far)
    asked = f"{PEOPLE}?q=address.country%3ANO+name%3Aann"
    columns = "name,organisation,job_title,email,phone,life_cycle,last_contact,owner"
    by_api = f"{API}/people/?fields={columns}&names=yes&count=yes"
    return [
        Operation(named("list of people"), 9, lambda _n: person.get(PEOPLE), lambda _n: plain.list_page(), "</table>"),
        Operation(named("the same by API"), 3, lambda _n: visit.program.call("GET", by_api),
                  lambda _n: plain.list_page(), '"next"'),
        Operation(named(f"page {company.page:,}"), 9, lambda _n: person.get(f"{PEOPLE}?after={mark}"),
                  lambda _n: plain.list_page(after=company.far), "</table>"),
        Operation(named("country and name contains"), 30, lambda _n: person.get(asked),
                  lambda _n: plain.question("NO", "ann"), "</table>"),
        Operation(named("contract ends, nobody in touch"), 60,
                  lambda _n: person.get(f"{PEOPLE}?q={quote_plus(ENDING)}"),
                  lambda _n: plain.ending(company.contract), "</table>"),
    ]  # fmt: skip


def searches(visit: Visit) -> list[Operation]:
    def search(what: str, text: str, column: str) -> Operation:
        address = f"/find/?q={quote_plus(text)}"
        digits = "".join(sign for sign in text if sign.isdigit())
        wanted = digits.lstrip("0") if column == "phone" else text.lower()
        return Operation(visit.named(f"search by part of {what}"), 15, lambda _n: visit.person.get(address),
                         lambda _n: visit.plain.search(column, wanted), "</main>")  # fmt: skip

    name, email, phone = visit.company.known
    return [search("a name", name, "name_key"), search("an e-mail", email, "email"),
            search("a phone number", phone, "phone")]  # fmt: skip


def records(visit: Visit) -> list[Operation]:
    person, plain, company, named = visit.person, visit.plain, visit.company, visit.named
    since = quote_plus(f"{MIDDLE.isoformat()}_0")
    return [
        Operation(named("open a customer"), 18, lambda _n: person.get(f"{PEOPLE}{company.busy}/"),
                  lambda _n: plain.record(company.busy), "</main>"),
        Operation(named("the brief before a call"), 20, lambda _n: person.get(f"{PEOPLE}{company.busy}/brief/"),
                  lambda _n: plain.record(company.busy), "</main>"),
        Operation(named("a page of the longest timeline"), 10,
                  lambda _n: person.get(f"{PEOPLE}{company.busy}/?before={since}", **SCRIPT),
                  lambda _n: plain.timeline(company.busy), 'id="past"'),
        Operation(named("calls on the longest timeline"), 10,
                  lambda _n: person.get(f"{PEOPLE}{company.busy}/?kind=call", **SCRIPT),
                  lambda _n: plain.timeline(company.busy, " AND n.channel = 'call'"), 'id="past"'),
        Operation(named("board of deals"), 50, lambda _n: person.get(f"{BOARD}?within={company.pipeline}"),
                  lambda _n: plain.board(company.stages), LANES[-1]),
    ]  # fmt: skip


def wholes(visit: Visit) -> list[Operation]:
    """What is made of very many records."""
    plain, program, named = visit.plain, visit.program, visit.named
    low, high = plain.stretch(10_000)
    exported = f"{API}/people/export.csv?fields={EXPORTED}&q=id%3E%3D{low}+id%3C{high}&sort=id"
    return [
        Operation(named("value by stage × owner × month"), 110, lambda _n: program.call("GET", REPORT),
                  lambda _n: plain.report(), '"groups"'),
        Operation(named("export 10,000 × 10 columns"), 120, lambda _n: program.call("GET", exported),
                  lambda _n: plain.export(low, high), "organisation.name"),
    ]  # fmt: skip


# ---- writing ---------------------------------------------------------------------------------------------------------


def writing(visit: Visit) -> list[Operation]:
    person, plain, company, named = visit.person, visit.plain, visit.company, visit.named
    people, deals, second = cycled(company.people), cycled(company.deals), company.stages[1]
    third = company.stages[2]
    return [
        Operation(named("create a person"), 10, lambda n: person.post("/people/new/", new_person(visit, n)),
                  lambda n: plain.create(people(n))),
        Operation(named("change one field"), 6, lambda n: change_title(person, people(n), n),
                  lambda n: plain.change("parties_party", "parties.person", people(-1 - n), "job_title", f"Head {n}")),
        Operation(named("log a call with a fact"), 12,
                  lambda n: log(visit, people(n), people(n + 1), n), lambda n: plain.log(people(-1 - n))),
        Operation(named("move a card: save"), 8,
                  lambda n: visit.program.call("PATCH", f"{API}/deals/{deals(n)}/", {"stage": str(third)}),
                  lambda n: plain.change("sales_deal", "sales.deal", deals(-1 - n), "stage_id", third)),
        Operation(named("save with counts and sums"), 25,
                  lambda n: move(person, deals(n), second, within=company.pipeline),
                  lambda n: move_plain(plain, deals(-1 - n), second, company.stages)),
    ]  # fmt: skip


def cycled(ids: Sequence[int]) -> Callable[[int], int]:
    """The id of a call: by pages from the beginning of the list on, by plain SQL from its end."""
    return lambda number: ids[number % len(ids)]


def new_person(visit: Visit, number: int) -> dict[str, object]:
    """Somebody whom no run has made before: the page asks before it adds whom it knows by name, address or number."""
    own = f"{STARTED}.{number}.{visit.who}"
    return {
        "given_name": "Marit",
        "family_name": f"Ångström-{own}",
        "email": f"marit.{own}@new.example",
        "phone": f"+49{len(visit.who)}{(STARTED + number) % 10**9:09d}",
        "job_title": "Buyer",
    }


def log(visit: Visit, first: int, second: int, number: int) -> Answer:
    """A call with two customers, and what one of them said in it."""
    told = {"text": f"Talked about order {number}", "channel": "call", "direction": "in", "minutes": 5}
    made = visit.program.call("POST", f"{API}/notes/", {**told, "participants": [str(first), str(second)]})
    day = date(2027, 1, 1) + timedelta(days=number % 300)
    fact = {"party": str(first), "topic": str(visit.company.contract), "text": day.isoformat()}
    return visit.program.call("POST", f"{API}/facts/", {**fact, "note": json.loads(made.text)["id"]})


def change_title(person: Person, pk: int, number: int) -> Answer:
    return person.post(
        f"/people/cell/{pk}/job_title/", {"fields": "job_title", "job_title": f"Head {STARTED}.{number}"}, **SCRIPT
    )


def move(person: Person, pk: int, stage: int, *, within: int) -> Answer:
    return person.post(f"/deals/move/?within={within}", {"ids": pk, "to": stage}, **SCRIPT)


def move_plain(plain: Plain, pk: int, stage: int, stages: Sequence[int]) -> None:
    plain.change("sales_deal", "sales.deal", pk, "stage_id", stage)
    plain.lanes(stages[:2])

"""What is measured: everyday work over HTTP, the same rows by plain SQL, and what each may cost."""

from __future__ import annotations

import json
import random
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.plain import Plain
from tests.proofs.installation import Answer, Failed, Person

PEOPLE, BOARD = "/people/", "/deals/board/"
LANES = ("New", "Qualified", "Engaging", "Proposal", "Negotiation")
WRITTEN = 200
"""How many records are there to be written: half of them by pages, the others by plain SQL."""
TIMELINE = 40
"""Notes about the person whose page is opened; a page of the timeline has 30."""


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
        if answer.status not in (200, 302) or self.shows not in answer.text:
            raise Failed(f"{self.name}: {answer.status} {answer.location} {answer.text[:2000]}")


@dataclass
class Company:
    """What the operations need to know of the loaded company."""

    pipeline: int
    stages: Sequence[int]
    people: Sequence[int]
    deals: Sequence[int]
    busy: int
    """The person with many notes, of the team's."""

    @classmethod
    def known_by(cls, plain: Plain, of_team: Plain) -> Company:
        chance = random.Random(7)
        pipeline = plain.run("SELECT id FROM sales_pipeline WHERE name = 'Trade'")[0][0]
        stages = plain.run('SELECT id FROM sales_stage WHERE pipeline_id = ? ORDER BY "order"', (pipeline,))
        people, deals = "parties_party", "sales_deal"
        return cls(
            pipeline,
            [row[0] for row in stages],
            some_of(plain, people, "kind = 'person'", chance, count=WRITTEN),
            some_of(plain, deals, f"stage_id = {stages[0][0]}", chance, count=WRITTEN),
            some_of(plain, people, f"kind = 'person'{of_team.mine}", chance, count=1)[0],
        )


def some_of(plain: Plain, table: str, where: str, chance: random.Random, *, count: int) -> list[int]:
    """Ids of so many rows, or of all: for each the first one behind a random id."""
    there, low, high = plain.run(f"SELECT count(*), min(id), max(id) FROM {table} p WHERE {where}")[0]
    found: dict[int, None] = {}
    while len(found) < min(count, there):
        behind = f"SELECT id FROM {table} p WHERE id >= ? AND {where} ORDER BY id LIMIT 1"
        found[plain.run(behind, (chance.randint(low, high),))[0][0]] = None
    return [*found]


def cursor(sort: str, value: str, pk: int) -> str:
    """The address of the rows behind this one, as `kernel.query.page` writes it: so a page far down can be opened
    without walking there. Whoever walks gets the very same cursors."""
    return urlsafe_b64encode(json.dumps([sort, value, pk]).encode()).decode().rstrip("=")


def prepare(admin: Person, company: Company) -> None:
    """The person whose page is opened gets a timeline."""
    for number in range(TIMELINE):
        text = f"Called about order {number}; wants an answer by Friday."
        answer = admin.post(
            "/notes/do/log/", {"about": f"parties.person#{company.busy}", "text": text, "channel": "call"}
        )
        if answer.status != 302:
            raise Failed(f"no note: {answer.status} {answer.text[:1000]}")


def reading(who: str, person: Person, plain: Plain, company: Company, place: int) -> list[Operation]:
    """The lists, the board and a record, as one person sees them; `place` is a row far down the list of people."""
    far = plain.person_at(place)
    mark = cursor("name", *far)
    asked = f"{PEOPLE}?q=address.country%3ANO+name%3Aann"
    page = f"/people/{company.busy}/"
    return [
        Operation(f"list of people, {who}", 9, lambda _n: person.get(PEOPLE), lambda _n: plain.list_page(), "</table>"),
        Operation(f"page {(place + 1) // 50 + 1:,}, {who}", 9, lambda _n: person.get(f"{PEOPLE}?after={mark}"),
                  lambda _n: plain.list_page(after=far), "</table>"),
        Operation(f"country and name contains, {who}", 30, lambda _n: person.get(asked),
                  lambda _n: plain.question("NO", "ann"), "</table>"),
        Operation(f"board of deals, {who}", 50, lambda _n: person.get(f"{BOARD}?within={company.pipeline}"),
                  lambda _n: plain.board(company.stages), LANES[-1]),
        Operation(f"page of a person, {who}", 18, lambda _n: person.get(page), lambda _n: plain.record(company.busy)),
    ]  # fmt: skip


def writing(person: Person, plain: Plain, company: Company) -> list[Operation]:
    people, deals, second = cycled(company.people), cycled(company.deals), company.stages[1]
    return [
        Operation("create a person", 10, lambda n: person.post("/people/new/", new_person(n)),
                  lambda n: plain.create(people(n))),
        Operation("change one field", 6, lambda n: change_title(person, people(n), n),
                  lambda n: plain.change("parties_party", "parties.person", people(-1 - n), "job_title", f"Head {n}")),
        Operation("move a card, with counts and sums", 25,
                  lambda n: move(person, deals(n), second, within=company.pipeline),
                  lambda n: move_plain(plain, deals(-1 - n), second, company.stages)),
    ]  # fmt: skip


def cycled(ids: Sequence[int]) -> Callable[[int], int]:
    """The id of a call: by pages from the beginning of the list on, by plain SQL from its end."""
    return lambda number: ids[number % len(ids)]


def new_person(number: int) -> dict[str, object]:
    return {
        "given_name": "Marit",
        "family_name": f"Ångström-{number}",
        "email": f"marit.{number}@new.example",
        "phone": f"+493099{number:06d}",
        "job_title": "Buyer",
    }


def change_title(person: Person, pk: int, number: int) -> Answer:
    given = {"fields": "job_title", "job_title": f"Head of {number}"}
    headers = {"HX-Request": "true"}
    return person.post(f"/people/cell/{pk}/job_title/", given, **headers)


def move(person: Person, pk: int, stage: int, *, within: int) -> Answer:
    return person.post(f"/deals/move/?within={within}", {"ids": pk, "to": stage}, **{"HX-Request": "true"})


def move_plain(plain: Plain, pk: int, stage: int, stages: Sequence[int]) -> None:
    plain.change("sales_deal", "sales.deal", pk, "stage_id", stage)
    plain.lanes(stages[:2])

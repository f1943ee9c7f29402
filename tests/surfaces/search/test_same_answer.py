"""Search gives what a few lines of Python say it should: the same on both databases, whichever way it goes."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from bodega.kernel import access, registry
from bodega.kernel.actors import Actor, Standing
from bodega.kernel.raw import insert
from bodega.surfaces.search import finding, making, statements
from bodega.surfaces.search.models import Entry
from bodega.surfaces.search.words import Asked, Term, asked, plain
from tests.personas import People

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
QUERIES, ENTRIES, MOST = 2_000, 1_200, 4
TYPES = ("parties.person", "parties.organisation", "sales.deal", "activity.note")
FIRST = (
    "Mia Márta Ødegård Gül Bjørn Ana Anna Annabel Þóra Иван Ольга 王伟 小 Zoë O’Brien Jean-Luc Li Straße c++"
    """ %_\\ "q\""""
).split()
LAST = "Berg Bergmann Çelik Petersen Lindqvist Петров Müller Muller Ng 伟 Sørensen Ba a 100% d'Arc".split()
WORDS = "lamps order quay Angebot wants an answer by Friday 2026 4711 25% №7".split()


@dataclass(frozen=True)
class Held:
    """A row of the table, as the reference has it."""

    type: str
    record_id: int
    owner: int | None
    at: datetime
    title: str
    body: str


def made(chance: random.Random, people: People) -> Iterator[Held]:
    owners = [people.anna.user_id, people.ben.user_id, people.dora.user_id, None]
    for number in range(1, ENTRIES + 1):
        type_ = chance.choices(TYPES, [8, 2, 3, 4])[0]
        name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
        words = " ".join(chance.choices(WORDS, k=3))
        title = plain({"sales.deal": words, "activity.note": f"{words} {name} {words}"}.get(type_, name))
        mail = plain(f"{name.split(maxsplit=1)[0]}.{number}@isdom{number % 7}.example")
        body = f" {title} {mail} 4915{number:07d}" if type_.startswith("parties") else f" {title}"
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(200))
        yield Held(type_, number, chance.choices(owners, [6, 1, 6, 2])[0], at, title, body)


def questions(chance: random.Random, held: Sequence[Held]) -> Iterator[str]:
    """Parts of what is there, as people type them: cut short, turned round, in other notations; and what is not."""
    for _number in range(QUERIES):
        words = chance.choice(held).body.split()
        some = chance.sample(words, k=min(len(words), chance.choice([1, 1, 2, 3])))
        cuts = [word[chance.choice([0, 0, 1, 2]) :][: chance.randint(1, 9)] for word in some]
        digits = f"{chance.randrange(ENTRIES):07d}"
        yield chance.choice(
            [" ".join(cuts), " ".join(some), cuts[0].upper(), f"0{15}{digits[:2]} {digits[2:]}", f"+49 (0)15-{digits}",
             f"{cuts[0]} 0049 15{digits[:4]}", words[0][:2], "zzz", f"{chance.choice(FIRST)} {chance.choice(LAST)[:2]}"]
        )  # fmt: skip


# ---- the reference ---------------------------------------------------------------------------------------------------


def reference(held: Sequence[Held], text: str, *, actor: Actor) -> tuple[list[tuple[str, list[int]]], bool]:
    wanted, found, is_part = asked(text), list[Held](), False
    reaches = finding.reaches_of(making.found_types(), actor=actor) if wanted.terms else []
    for reach in reaches:
        of_types = [row for row in held if row.type in reach.types]
        owners = None if reach.sight in (None, access.EVERYTHING) else reach.sight.owners
        seen = [row for row in of_types if owners is None or row.owner in owners]
        is_narrow = owners is not None and len(seen) < finding.LITTLE
        of_class = [row for row in held if (row.type == TYPES[-1]) == reach.is_long]
        many = not is_narrow and (not wanted.indexed or estimated(of_class, wanted) >= finding.MANY)
        is_part |= many
        found += candidates(of_types, seen, wanted) if many else [row for row in seen if has(row, wanted.terms)]
    return grouped(found, wanted), is_part


def estimated(rows: Iterable[Held], wanted: Asked) -> float:
    of_type: dict[str, list[Held]] = {}
    for row in rows:
        of_type.setdefault(row.type, []).append(row)
    return (
        sum(
            sum(has(row, wanted.terms) for row in newest(some)[: statements.SAMPLE])
            * max(row.record_id for row in some)
            for some in of_type.values()
        )
        // statements.SAMPLE
    )


def candidates(rows: Sequence[Held], seen: Sequence[Held], wanted: Asked) -> set[Held]:
    found: set[Held] = set()
    for type_ in {row.type for row in rows}:
        begins = sorted(
            (row.title, row.record_id, row) for row in seen if row.type == type_ and row.title.startswith(wanted.text)
        )
        found |= {row for *_order, row in begins[: statements.FIRST]}
        late, mine = newest(row for row in rows if row.type == type_)[: statements.NEWEST], {*seen}
        found |= {*[row for row in late if row in mine and has(row, wanted.terms)][: statements.FIRST]}
    return found


def newest(rows: Iterable[Held]) -> list[Held]:
    return sorted(rows, key=lambda row: (row.at, row.record_id), reverse=True)


def has(row: Held, terms: Iterable[Term]) -> bool:
    return all(any(all(piece in row.body for piece in way) for way in term) for term in terms)


def grouped(rows: Iterable[Held], wanted: Asked) -> list[tuple[str, list[int]]]:
    order = [type_.key for type_ in making.found_types()]
    ranked = sorted(newest(rows), key=lambda row: tier(row, wanted))
    best = {key: [row for row in ranked if row.type == key][:MOST] for key in order}
    there = [key for key, some in best.items() if some]
    there.sort(key=lambda key: (key == TYPES[-1], tier(best[key][0], wanted), order.index(key)))
    return [(key, [row.record_id for row in best[key]]) for key in there]


def tier(row: Held, wanted: Asked) -> int:
    checks = [
        row.title == wanted.text,
        row.title.startswith(wanted.text),
        all(f" {word}" in f" {row.title}" for word in wanted.words),
        all(f" {word}" in row.body for word in wanted.words),
        all(word in row.title for word in wanted.words),
        True,
    ]
    return checks.index(True)


# ---- the question ----------------------------------------------------------------------------------------------------


@pytest.fixture
def held(people: People, monkeypatch: pytest.MonkeyPatch) -> list[Held]:
    """A small world in which the limits are small too, so that every way is gone."""
    limits = [(statements, "SAMPLE", 60), (statements, "NEWEST", 100), (finding, "MANY", 100), (finding, "LITTLE", 60)]
    for module, name, value in limits:
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(statements, "FIRST", 5)
    rows = [*made(random.Random(7), people)]
    long = {key: making.is_long(registry.type_of(key)) for key in TYPES}
    insert(
        Entry,
        making.COLUMNS[:8],
        [(row.type, row.record_id, 1, row.owner, row.at, long[row.type], row.title, row.body) for row in rows],
    )
    return rows


def answer(text: str, *, actor: Actor) -> tuple[list[tuple[str, list[int]]], bool]:
    found = finding.find(text, actor=actor, most=MOST)
    return [(hits.type.key, [*hits.ids]) for hits in found.groups], found.is_part


def test_two_thousand_questions(people: People, held: Sequence[Held]) -> None:
    north_and_south = replace(
        people.ben, standing=Standing(mates=frozenset({people.anna.user_id or 0, people.ben.user_id or 0}))
    )
    actors = [people.anna, people.ben, north_and_south, people.cleo]
    ways, hits = set(), 0
    for number, text in enumerate(questions(random.Random(11), held)):
        actor = actors[number % len(actors)]
        found = answer(text, actor=actor)
        assert found == reference(held, text, actor=actor), text
        hits += bool(found[0])
        ways.add((number % len(actors), found[1]))
    assert (hits > QUERIES // 3, {is_part for _who, is_part in ways}) == (True, {True, False})

"""The change feed: everything once and in order, whoever commits when, and nothing of what the reader may not see."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any

import pytest
from django.db import connections, transaction

from bodega.kernel import change, registry
from bodega.kernel.actors import system
from bodega.kernel.models import Change
from bodega.platform.delivering import enlist, sequence
from tests.personas import People
from tests.surfaces.api.conftest import Bear
from tests.surfaces.api.program import Program, pointers

PERSON = registry.type_of("parties.person")


@pytest.fixture(autouse=True)
def _numbered(people: People) -> None:
    enlist()
    while sequence():
        pass


def now(program: Program) -> str:
    return str(program.get("changes/?after=now")["next"])


def read_on(program: Program, after: str, **given: Any) -> tuple[list[Any], str]:
    """Everything from a cursor on, as a program follows it, and the cursor to come back with."""
    while sequence():
        pass
    found: list[Any] = []
    more = "".join(f"&{name}={value}" for name, value in given.items())
    while True:
        page = program.get(f"changes/?after={after}{more}")
        found += page["data"]
        after = page["next"]
        if not page["more"]:
            return found, after


def told(found: list[Any]) -> list[tuple[str, str, Any]]:
    return [(event["id"], event["verb"], event["new"]) for event in found]


def test_it_tells_what_happened_since(anna: Program) -> None:
    start = now(anna)
    mia = anna.post("people/", {"name": "Mia"})["id"]
    anna.patch(f"people/{mia}/", {"job_title": "Cook"})
    found, after = read_on(anna, start)
    assert [(event["verb"], event["version"], event["surface"]) for event in found] == [
        ("created", 1, "api"), ("changed", 2, "api"),
    ]  # fmt: skip
    assert (found[1]["old"], found[1]["new"]) == ({"job_title": ""}, {"job_title": "Cook"})
    anna.delete(f"people/{mia}/")
    found, after = read_on(anna, after)
    assert told(found) == [(mia, "deleted", {})]
    assert read_on(anna, after) == ([], after)


@pytest.mark.parametrize("limit", [1, 2, 3, 500])
def test_in_lists_of_any_length_everything_comes_once(anna: Program, limit: int) -> None:
    start = now(anna)
    made = []
    for size in (1, 5, 2):
        items = [{"act": "create", "values": {"name": f"P{number}"}} for number in range(size)]
        made += [item["id"] for item in anna.post("people/bulk/", {"items": items})["items"]]
    found, _after = read_on(anna, start, limit=limit)
    assert [event["id"] for event in found] == made


def test_of_the_types_asked_for(anna: Program) -> None:
    start = now(anna)
    anna.post("people/", {"name": "Mia"})
    anna.post("products/", {"name": "Pump"})
    assert [event["type"] for event in read_on(anna, start, types="products.product")[0]] == ["products.product"]
    assert pointers(anna.get("changes/?types=ships")) == ["types"]


def test_nobody_is_told_of_what_they_may_not_see(people: People, bear: Bear) -> None:
    ben, dora, cleo = bear(people.ben), bear(people.dora), bear(people.cleo)
    start = now(ben)
    mine, hers = ben.post("people/", {"name": "Mine"})["id"], dora.post("people/", {"name": "Hers"})["id"]
    assert [event["id"] for event in read_on(ben, start)[0]] == [mine]
    assert [event["id"] for event in read_on(dora, start)[0]] == [hers]
    assert read_on(cleo, start)[0] == []


def test_which_record_a_value_refers_to_is_hidden_like_elsewhere(people: People, bear: Bear) -> None:
    hidden = change.create(registry.type_of("parties.organisation"), {"name": "H"}, actor=people.dora).pk
    ben = bear(people.ben)
    start = now(ben)
    given = {"name": "D", "account": hidden, "owner": people.ben.user_id}
    change.create(registry.type_of("sales.deal"), given, actor=people.anna)
    assert [event["new"]["account"] for event in read_on(ben, start)[0]] == ["0"]


def test_a_damaged_cursor_and_one_from_another_time_are_refused(anna: Program) -> None:
    for after in ("x", "-1", "1.x", "999999999999", "0.5", "1" * 30):
        assert pointers(anna.get(f"changes/?after={after}")) == ["after"]


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nothing_is_missed_while_others_commit(anna: Program) -> None:
    """Twelve writers at once, some of which take long to commit; read meanwhile, and once more at the end."""
    start, over = now(anna), Event()
    made: list[int] = []

    def write(number: int) -> None:
        for turn in range(15):
            with transaction.atomic():
                made.append(change.create(PERSON, {"name": f"{number} {turn}"}, actor=system("w")).pk)
                over.wait(0.02 * (number % 4))
        connections.close_all()

    writers = [Thread(target=write, args=(number,)) for number in range(12)]
    for writer in writers:
        writer.start()
    seen: list[Any] = []
    while any(writer.is_alive() for writer in writers):
        found, start = read_on(anna, start, limit=7)
        seen += found
    seen += read_on(anna, start)[0]
    assert sorted(int(event["id"]) for event in seen) == sorted(made)
    assert [event["position"] for event in seen] == sorted(event["position"] for event in seen)
    late = Change.objects.filter(position__isnull=False).order_by("position").values_list("id", flat=True)
    assert [*late] != sorted(late), "nobody committed late, so that nothing was asked"

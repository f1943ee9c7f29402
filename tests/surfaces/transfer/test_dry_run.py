"""A trial does everything that the import will do, tells the same, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

from tests.personas import People
from tests.surfaces.transfer.bringing import bring, counts, digest, told

ROWS = (
    "name,parent,employees,sector\nA,D,1,Retail\nB,Nobody,2,\nC,,many,\nD,,4,Retale\nD,,5,Retail\n"
    "E,A,6,Hats\nF,,8,Retail\n"
)


def test_nothing_is_written(people: People, tmp_path: Path) -> None:
    bring(tmp_path, "parties.organisation", "name\nA\n", actor=people.anna)
    before = digest()
    run = bring(tmp_path, "parties.organisation", ROWS, actor=people.anna, dry=True)
    assert (run.state, digest()) == ("tried", before)


def test_it_tells_what_the_import_will_tell(people: People, tmp_path: Path) -> None:
    to = {"name": "name", "parent": "parent", "employees": "employees", "sector": {"field": "sector", "create": True}}
    tried = bring(tmp_path, "parties.organisation", ROWS, actor=people.anna, columns=to, dry=True)
    done = bring(tmp_path, "parties.organisation", ROWS, actor=people.anna, columns=to)
    assert (counts(tried), told(tried)) == (counts(done), told(done))
    assert counts(done) == (4, 1, 0, 2)


def test_a_record_that_comes_twice_is_known_although_it_was_taken_back(people: People, tmp_path: Path) -> None:
    rows = "external_id,name\n" + "".join(f"x{number % 5},Same {number % 5}\n" for number in range(20))
    for mode, expected in (("create", (5, 0, 0, 15)), ("both", (5, 0, 15, 0))):
        assert counts(bring(tmp_path, "parties.person", rows, actor=people.anna, mode=mode, dry=True)) == expected


def test_what_is_made_on_the_way_is_made_anew_in_each_chunk_of_a_trial(people: People, tmp_path: Path) -> None:
    rows = "name,firm\n" + "".join(f"Person {number},Isdom\n" for number in range(8))
    to = {"name": "name", "firm": {"field": "organisation", "create": True}}
    run = bring(tmp_path, "parties.person", rows, actor=people.anna, columns=to, dry=True)
    assert (counts(run), told(run)) == ((8, 0, 0, 0), [])

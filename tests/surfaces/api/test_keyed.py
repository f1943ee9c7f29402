"""Records by a key of the caller's own: the same call again changes what it made, and makes nothing twice."""

from __future__ import annotations

from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connections

from tests.personas import People
from tests.surfaces.api.conftest import Bear
from tests.surfaces.api.program import Program, pointers


def test_put_makes_it_then_changes_it(anna: Program) -> None:
    made = anna.put("people/by/external_id/A-1/", {"name": "Mia"})
    assert (anna.status, made["external_id"], made["version"]) == (201, "A-1", 1)
    changed = anna.put("people/by/external_id/A-1/", {"name": "Mia", "job_title": "Cook"})
    assert (anna.status, changed["id"], changed["version"]) == (200, made["id"], 2)
    again = anna.put("people/by/external_id/A-1/", {"name": "Mia", "job_title": "Cook"})
    assert (anna.status, again) == (200, changed)
    assert anna.get("people/by/external_id/A-1/") == changed


def test_any_key_fits_into_an_address(anna: Program) -> None:
    key = "a/b ü?#%&+"
    made = anna.put(f"people/by/external_id/{quote(key, safe='')}/", {"name": "Mia"})
    assert (anna.status, made["external_id"]) == (201, key)


def test_if_none_match_only_makes_and_if_match_only_changes(anna: Program) -> None:
    address = "people/by/external_id/A-1/"
    anna.put(address, {"name": "Mia"}, If_Match='"1"')
    assert anna.status == 412
    anna.put(address, {"name": "Mia"}, If_None_Match="*")
    assert anna.status == 201
    anna.put(address, {"name": "Noor"}, If_None_Match="*")
    assert anna.status == 412
    assert anna.get(address)["name"] == "Mia"


def test_a_key_that_several_have_is_told(anna: Program) -> None:
    ids = sorted((anna.post("people/", {"name": "Mia"})["id"] for _n in range(2)), key=int)
    problem = anna.put("people/by/name/Mia/", {"job_title": "Cook"})
    assert (anna.status, problem["type"], problem["ids"]) == (409, "/api/#ambiguous", ids)


def test_what_is_no_key_is_told(anna: Program) -> None:
    for address in ("people/by/job_title/Cook/", "people/by/password/x/"):
        anna.put(address, {"name": "Mia"})
        assert anna.status == 404
    problem = anna.put("people/by/external_id/A-1/", {"name": "Mia", "external_id": "A-2"})
    assert (anna.status, pointers(problem)) == (422, ["/external_id"])


def test_another_teams_record_is_neither_shown_nor_changed(people: People, bear: Bear) -> None:
    bear(people.dora).put("people/by/external_id/A-1/", {"name": "Hers"})
    ben = bear(people.ben)
    ben.get("people/by/external_id/A-1/")
    assert ben.status == 404
    assert pointers(ben.put("people/by/external_id/A-1/", {"name": "Mine"})) == ["/external_id"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_several_that_put_at_once_make_one(anna: Program) -> None:
    answers: list[Any] = []

    def put(number: int) -> None:
        program = Program.__new__(Program)
        program.client = type(anna.client)(headers={"Authorization": f"Bearer {anna.secret}"})
        answers.append(program.put("people/by/email/mia@isdom.example/", {"name": f"Mia {number}"})["id"])
        connections.close_all()

    threads = [Thread(target=put, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(answers), len({*answers})) == (4, 1)

"""One record over the API: the same checks as on pages, and nobody's work overwritten unseen."""

from __future__ import annotations

from typing import Any

import pytest

from bodega.kernel import change, registry
from tests.personas import People
from tests.surfaces.api.conftest import Bear
from tests.surfaces.api.program import Program, pointers


@pytest.fixture
def mia(anna: Program) -> dict[str, Any]:
    made: dict[str, Any] = anna.post("people/", {"name": "Mia", "job_title": "Mate"})
    return made


def address(record: dict[str, Any]) -> str:
    return f"people/{record['id']}/"


UNFIT: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["/name"]),
    ({"name": ""}, ["/name"]),
    ({"name": "x" * 10_000}, ["/name"]),
    ({"name": "nul \0"}, ["/name"]),
    ({"name": 7}, ["/name"]),
    ({"name": "M", "email": "nonsense"}, ["/email"]),
    ({"name": "M", "website": "javascript:alert(1)"}, ["/website"]),
    ({"name": "M", "birthday": "2026-02-30"}, ["/birthday"]),
    ({"name": "M", "birthday": "yesterday", "tags": "vip", "shoe/size": 1}, ["/birthday", "/tags", "/shoe~1size"]),
    ({"name": "M", "life_cycle": "unheard of"}, ["/life_cycle"]),
    ({"name": "M", "organisation": "99999"}, ["/organisation"]),
    ({"name": "M", "organisation": 7}, ["/organisation"]),
    ({"name": "M", "address": {"planet": "Mars"}}, ["/address"]),
    ({"name": "M", "address": {"country": "Nowhere"}}, ["/address"]),
    ({"name": "M", "created_at": "2026-01-01T00:00:00Z"}, ["/created_at"]),
    ({"name": "M", "password": "x"}, ["/password"]),
    ({"name": "M", "contact_points": [{"channel": "fax", "value": "1"}]}, ["/contact_points/0/channel"]),
    ({"name": "M", "contact_points": [{"colour": "red"}]}, ["/contact_points/0/colour"]),
    ({"name": "M", "contact_points": "none"}, ["/contact_points"]),
]


def test_what_does_not_fit_is_told_by_field(anna: Program) -> None:
    for values, wrong in UNFIT:
        problem = anna.post("people/", values)
        assert (anna.status, problem["type"], pointers(problem)) == (422, "/api/#invalid", wrong)
    assert anna.get("people/?count=yes")["count"]["number"] == 0


def test_markup_is_cleaned_on_its_way_in(people: People, anna: Program) -> None:
    anna.post("fields/", {"type": "parties.person", "name": "Story", "kind": "richtext"})
    made = anna.post("people/", {"name": "Mia", "story": "<p onclick='x()'>Hello<script>x()</script></p>"})
    assert made["story"] == "<p>Hello</p>"


@pytest.mark.parametrize(
    ("body", "content", "status"),
    [("{", "application/json", 400), ("[]", "application/json", 400), ("name=x", "text/plain", 415)],
)
def test_a_body_that_cannot_be_read_is_told(anna: Program, body: str, content: str, status: int) -> None:
    answer = anna.client.post("/api/v1/people/", body, content_type=content)
    assert (answer.status_code, answer.json()["status"]) == (status, status)


def test_what_somebody_has_already_is_not_sent_again(anna: Program, mia: dict[str, Any]) -> None:
    anna.get(address(mia))
    tag = anna.etag
    anna.get(address(mia), If_None_Match=tag)
    assert (anna.status, anna.response.content, anna.etag) == (304, b"", tag)
    anna.patch(address(mia), {"job_title": "Captain"})
    anna.get(address(mia), If_None_Match=tag)
    assert anna.status == 200


def test_if_match_refuses_to_overwrite_a_newer_version(anna: Program, mia: dict[str, Any]) -> None:
    anna.get(address(mia))
    tag = anna.etag
    assert anna.patch(address(mia), {"job_title": "Captain"}, If_Match=tag)["version"] == 2
    stale = anna.patch(address(mia), {"job_title": "Cook"}, If_Match=tag)
    assert (anna.status, stale["version"]) == (412, 2)
    stale = anna.delete(address(mia), If_Match=tag)
    assert (anna.status, stale["version"]) == (412, 2)
    assert anna.get(address(mia))["job_title"] == "Captain"
    anna.delete(address(mia), If_Match='"2"')
    assert anna.status == 204


def test_with_the_version_read_what_others_changed_is_kept(anna: Program, mia: dict[str, Any]) -> None:
    anna.patch(address(mia), {"job_title": "Captain"})
    merged = anna.patch(address(mia), {"version": 1, "given_name": "Mia"})
    assert (anna.status, merged["job_title"], merged["given_name"]) == (200, "Captain", "Mia")
    clash = anna.patch(address(mia), {"version": 1, "job_title": "Cook"})
    assert (anna.status, clash["type"], pointers(clash), clash["version"]) == (
        409, "/api/#conflict", ["/job_title"], 3,
    )  # fmt: skip
    same = anna.patch(address(mia), {"version": 1, "job_title": "Captain"})
    assert (anna.status, same["version"]) == (200, 3)


def test_nothing_changes_where_nothing_is_new(anna: Program, mia: dict[str, Any]) -> None:
    assert anna.patch(address(mia), {"job_title": "Mate"}) == mia


def test_somebody_who_may_only_look_is_told_so(people: People, bear: Bear, anna: Program) -> None:
    role = {"name": "Looks", "levels": {"*": {"view": "all", "change": "own", "delete": "none"}}}
    looks = change.create(registry.type_of("kernel.role"), role, actor=people.anna).pk
    change.save(people.cleo.user_id, {"roles": [looks]}, actor=people.anna, type_=registry.type_of("kernel.user"))
    made = anna.post("people/", {"name": "Mia"})
    cleo = bear(people.cleo)
    assert cleo.get(address(made))["name"] == "Mia"
    cleo.patch(address(made), {"name": "Hers"})
    assert cleo.status == 403
    cleo.delete(address(made))
    assert cleo.status == 403


def test_what_another_teams_is_is_not_there(people: People, bear: Bear) -> None:
    ben, dora = bear(people.ben), bear(people.dora)
    hers = dora.post("people/", {"name": "Hers"})
    for method in ("get", "patch", "delete"):
        ben.call(method, address(hers), {"name": "Mine"} if method == "patch" else None)
        assert ben.status == 404
    ben.get(f"{address(hers)}history/")
    assert ben.status == 404
    assert dora.get(address(hers)) == hers


def test_history_goes_back_version_by_version(anna: Program, mia: dict[str, Any]) -> None:
    for title in ("Cook", "Captain"):
        anna.patch(address(mia), {"job_title": title})
    newest = anna.get(f"{address(mia)}history/?limit=2")
    assert ([one["new"] for one in newest["data"]], newest["more"]) == (
        [{"job_title": "Captain"}, {"job_title": "Cook"}], True,
    )  # fmt: skip
    oldest = anna.get(f"{address(mia)}history/?before=2")
    assert ([one["verb"] for one in oldest["data"]], oldest["more"]) == (["created"], False)


def test_a_line_that_names_its_id_stays_the_line_it_is(anna: Program, mia: dict[str, Any]) -> None:
    points = [{"channel": "phone", "value": "+4930111"}, {"channel": "phone", "value": "+4930222"}]
    first, second = anna.patch(address(mia), {"contact_points": points})["contact_points"]
    kept = anna.patch(address(mia), {"contact_points": [{**second, "label": "work"}]})["contact_points"]
    assert kept == [{**second, "label": "work", "primary": True}]  # the only one is the first one
    assert first["id"] != second["id"]


def test_a_method_that_an_address_lacks_is_told(anna: Program) -> None:
    problem = anna.put("people/", {})
    assert (anna.status, problem["type"], anna.response.headers["Allow"]) == (
        405,
        "/api/#method",
        "GET, POST, HEAD, OPTIONS",
    )
    anna.post("customers/", {"name": "Mia"})
    assert (anna.status, anna.response.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_free_json_of_the_wrong_shape_is_told(anna: Program) -> None:
    for levels in ({"*": {"view": ["all"]}}, {"*": {"view": {}}}, {"*": ["view"]}, ["*"], 7, "all"):
        assert pointers(anna.post("roles/", {"name": "R", "levels": levels})) == ["/levels"], levels
    field = {"type": "parties.person", "name": "Size", "kind": "choice"}
    for options in ([7], [{}], [[]], [["s"]], [["s", "Small"], ["s", "Other"]], "small", {"s": "Small"}, [[{}, "x"]]):
        assert pointers(anna.post("fields/", {**field, "options": options})) == ["/options"], options


def test_an_interaction_comes_with_all_who_took_part(mia: dict[str, Any], people: People, anna: Program) -> None:
    given = {
        "text": "Wants 40", "channel": "call", "direction": "in", "outcome": "agreed", "minutes": 5,
        "participants": [mia["id"]], "colleagues": [str(people.ben.user_id)], "happened_at": "2026-03-02T10:15:00Z",
    }  # fmt: skip
    made = anna.post("notes/", given)
    assert (anna.status, {name: made[name] for name in given}) == (201, given | {"happened_at": made["happened_at"]})
    assert made["happened_at"].startswith("2026-03-02T10:15:00")
    anna.post("notes/", {"text": "With nobody"})
    assert anna.status == 422

"""Every page of every record type asks the database the same number of times for one record as for three."""

from __future__ import annotations

import pytest
from django.urls import resolve

from bodega.kernel import change, registry
from bodega.kernel.record import RecordType
from tests import specimens
from tests.personas import People
from tests.surfaces.html.visitor import Visitor

pytestmark = pytest.mark.slow

KEYS = [*registry.DECLARED, "custom.boats"]


@pytest.fixture(params=KEYS)
def type_(request: pytest.FixtureRequest, people: People) -> RecordType:
    for key in ("parties.organisation", "parties.person", "products.product"):
        specimens.create(registry.type_of(key), 90, actor=people.anna)
    return specimens.custom_type(people.anna) if request.param == "custom.boats" else registry.type_of(request.param)


def pages(type_: RecordType, pk: int) -> list[str]:
    found = [type_.url(pk), f"{type_.url(pk)}?tab=history", f"/{type_.slug}/", f"/{type_.slug}/?q=id>0&sort=-id"]
    if type_.form:
        found += [f"/{type_.slug}/new/", f"{type_.url(pk)}edit/", f"/{type_.slug}/trash/"]
    return found + ([f"/{type_.slug}/board/"] if type_.board else [])


def is_usual(url: str) -> bool:
    """Whether the page is that of any record type, and not one that administration has of its own."""
    return hasattr(resolve(url.partition("?")[0]).func, "page_name")


def counts(anna: Visitor, type_: RecordType, pk: int) -> dict[str, tuple[int, int]]:
    found = {}
    for url in filter(is_usual, pages(type_, pk)):
        for _twice in range(2):  # what administrators arrange is looked up by the first request after a change of it
            anna.get(url)
        found[url] = (anna.status, len(anna.queries))
    return found


def test_one_and_three_records_take_the_same_number_of_queries(
    type_: RecordType, people: People, anna: Visitor
) -> None:
    if not type_.form:
        return
    first = specimens.create(type_, 1, actor=people.anna)
    gone = specimens.create(type_, 2, actor=people.anna)
    change.delete(type_, [gone.pk], actor=people.anna)
    one = counts(anna, type_, first.pk)
    others = [specimens.create(type_, number, actor=people.anna) for number in (3, 4, 5, 6)]
    change.delete(type_, [record.pk for record in others[2:]], actor=people.anna)
    assert counts(anna, type_, first.pk) == one
    assert {status for status, _queries in one.values()} <= {200, 302 if "page" in type_.views else 200}

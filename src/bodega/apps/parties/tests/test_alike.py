"""Who may be the same as somebody about to be added: by address, number or name, among those one may see."""

from __future__ import annotations

import pytest

from bodega.apps.parties.queries import Alike, alike
from bodega.apps.parties.records import organisation, person
from bodega.kernel import change
from tests.personas import People, reaching

pytestmark = pytest.mark.django_db
MIA = {"name": "Mia Berg", "email": "mia@isdom.example", "phone": "+4930123456"}
OTHER = {"channel": "email", "value": "berg@home.example"}


@pytest.fixture
def mia(people: People) -> int:
    return int(change.create(person, {**MIA, "contact_points": [OTHER]}, actor=people.anna).pk)


@pytest.mark.parametrize(
    ("given", "shared"),
    [
        ({"name": "M. Berg", "email": "mia@isdom.example"}, "email"),
        ({"name": "M. Berg", "phone": "+4930123456"}, "phone"),
        ({"name": "M. Berg", "contact_points": [OTHER]}, "contact_points"),
        ({"given_name": "MÍA", "family_name": "Berg"}, "name"),
    ],
)
def test_the_same_address_number_or_name_is_found(
    given: dict[str, object], shared: str, people: People, mia: int
) -> None:
    assert alike(person, given, actor=people.anna) == [Alike(mia, "Mia Berg", shared)]


def test_nobody_is_found_without_something_in_common(people: People, mia: int) -> None:
    given = {"name": "Mia Berger", "email": "mia@berger.example", "phone": "", "contact_points": []}
    assert alike(person, given, actor=people.anna) == []
    assert alike(organisation, MIA, actor=people.anna) == []
    change.delete(person, [mia], actor=people.anna)
    assert alike(person, MIA, actor=people.anna) == []


def test_only_those_are_found_whom_one_may_see(people: People, mia: int) -> None:
    mine = change.create(person, {"name": "Mia Berg"}, actor=people.cleo.via(is_admin=True)).pk
    assert alike(person, MIA, actor=people.cleo) == []
    theirs = people.dora.via(levels=reaching(view="own"), user_id=people.cleo.user_id)
    assert alike(person, MIA, actor=theirs) == [Alike(mine, "Mia Berg", "name")]

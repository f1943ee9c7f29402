"""Consents and relationships are written by those who may change the party they belong to."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from bodega.apps.parties.records import consent, person
from bodega.kernel import change
from tests.personas import People, reaching

pytestmark = pytest.mark.django_db


def test_who_may_change_the_person_may_record_a_consent(people: People) -> None:
    mia = change.create(person, {"name": "Mia Petersen"}, actor=people.ben)
    values = {"party": mia.pk, "channel": "e_mail", "purpose": "offers"}
    made = change.create(consent, values, actor=people.ben)
    assert [*consent.rows(people.ben).values_list("pk", flat=True)] == [made.pk]
    assert [*consent.rows(people.dora)] == []


def test_who_may_change_nobody_may_not(people: People) -> None:
    mia = change.create(person, {"name": "Mia Petersen"}, actor=people.ben)
    with pytest.raises(PermissionDenied):
        change.create(consent, {"party": mia.pk, "channel": "e_mail", "purpose": "offers"}, actor=people.cleo)


def test_who_may_only_look_at_the_person_may_not_record_one(people: People) -> None:
    mia = change.create(person, {"name": "Mia Petersen"}, actor=people.ben)
    looker = people.dora.via(levels=reaching(view="all", create="all", change="own", delete="own"))
    with pytest.raises(ValidationError):
        change.create(consent, {"party": mia.pk, "channel": "e_mail", "purpose": "offers"}, actor=looker)

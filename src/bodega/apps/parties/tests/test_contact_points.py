"""A customer's e-mail, phone and addresses: what was given last is primary, nothing that was known is lost."""

from __future__ import annotations

from bodega.apps.parties.records import person
from bodega.kernel import change
from bodega.kernel.kinds import Address
from tests.personas import People


def points(people: People, pk: int) -> list[tuple[str, str, bool]]:
    held = person.declared["contact_points"].get(person.rows(people.anna).get(pk=pk))
    return [(line["channel"], line["value"], line["primary"]) for line in held]


def test_an_email_becomes_the_primary_contact_point(people: People) -> None:
    made = change.create(person, {"name": "Mia", "email": "mia@isdom.example"}, actor=people.anna)
    assert points(people, made.pk) == [("email", "mia@isdom.example", True)]


def test_a_new_email_keeps_the_old_one_as_another_way(people: People) -> None:
    made = change.create(person, {"name": "Mia", "email": "mia@isdom.example"}, actor=people.anna)
    change.save(made, {"email": "mia@konex.example"}, actor=people.anna, type_=person)
    assert points(people, made.pk) == [("email", "mia@isdom.example", False), ("email", "mia@konex.example", True)]


def test_taking_the_email_away_takes_the_primary_one_and_the_next_moves_up(people: People) -> None:
    made = change.create(person, {"name": "Mia", "email": "mia@isdom.example"}, actor=people.anna)
    made = change.save(made, {"email": "mia@konex.example"}, actor=people.anna, type_=person)
    made = change.save(made, {"email": ""}, actor=people.anna, type_=person)
    assert (made.email, points(people, made.pk)) == ("mia@isdom.example", [("email", "mia@isdom.example", True)])


def test_points_are_kept_in_the_form_by_which_they_are_found(people: People) -> None:
    given = [
        {"channel": "email", "value": " Mia@Isdom.EXAMPLE "},
        {"channel": "phone", "value": "+47 912 34 567", "primary": True},
    ]
    made = change.create(person, {"name": "Mia", "contact_points": given}, actor=people.anna)
    assert points(people, made.pk) == [("email", "mia@isdom.example", True), ("phone", "+4791234567", True)]
    assert (made.email, made.phone) == ("mia@isdom.example", "+4791234567")


def test_the_address_is_the_primary_one_of_several(people: People) -> None:
    quay, hall = Address(street="Quay 1", city="Bergen", country="NO"), Address(city="Oslo", country="NO")
    made = change.create(
        person, {"name": "Mia", "addresses": [{"place": quay}, {"place": hall, "primary": True}]}, actor=people.anna
    )
    assert made.address_city == "Oslo"
    made = change.save(made, {"address": quay}, actor=people.anna, type_=person)
    held = person.declared["addresses"].get(made)
    assert [(line["place"].city, line["primary"]) for line in held] == [("Bergen", True), ("Bergen", False)]


def test_a_person_who_comes_in_two_parts_has_a_name(people: People) -> None:
    made = change.create(person, {"given_name": "Mia", "family_name": "Petersen"}, actor=people.anna)
    assert (made.name, made.name_key) == ("Mia Petersen", "mia petersen")

"""What an administrator adds is there at once, everywhere; what is removed keeps its values."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from bodega.apps.products.records import product
from bodega.kernel import change, history, query, registry
from bodega.platform.administration.records import custom_field, custom_type
from tests.personas import People


def field(people: People, **values: object) -> object:
    given = {"type": "products.product", "name": "Delivery gate", "kind": "text"} | values
    return change.create(custom_field, given, actor=people.anna)


def test_a_field_is_there_at_once(people: People) -> None:
    field(people)
    made = change.create(product, {"name": "Shackle", "delivery_gate": "North"}, actor=people.anna)
    row = product.read(product.rows(people.anna), ["delivery_gate"])[0]
    asked = query.ask(product, query.parse("delivery_gate:north", product, actor=people.anna), actor=people.anna)
    told = history.history(product, made.pk, actor=people.anna)[0].differences
    assert (row.values["delivery_gate"], [found.pk for found in asked]) == ("North", [made.pk])
    assert ("Delivery gate", "", "North") in [(one.label, one.old, one.new) for one in told]


def test_renaming_a_field_keeps_its_values_and_stored_questions(people: People) -> None:
    made = field(people)
    change.create(product, {"name": "Shackle", "delivery_gate": "North"}, actor=people.anna)
    stored = query.parse("delivery_gate:north", product, actor=people.anna)
    change.save(made, {"name": "Gate", "word": "gate"}, actor=people.anna, type_=custom_field)
    assert product.read(product.rows(people.anna), ["gate"])[0].values == {"gate": "North"}
    assert query.ask(product, stored, actor=people.anna).count() == 1


def test_a_removed_field_is_gone_and_comes_back_with_its_values(people: People) -> None:
    made = field(people)
    change.create(product, {"name": "Shackle", "delivery_gate": "North"}, actor=people.anna)
    change.delete(custom_field, [made.pk], actor=people.anna)  # type: ignore[attr-defined]
    assert "delivery_gate" not in product.fields()
    change.restore(custom_field, [made.pk], actor=people.anna)  # type: ignore[attr-defined]
    assert product.read(product.rows(people.anna), ["delivery_gate"])[0].values == {"delivery_gate": "North"}


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"kind": "nonsense"}, "kind"),
        ({"type": "no.type"}, "type"),
        ({"name": "Name"}, "word"),
        ({"kind": "choice"}, "options"),
        ({"kind": "reference"}, "target"),
    ],
)
def test_a_field_that_could_not_work_is_refused(people: People, given: dict[str, str], wrong: str) -> None:
    with pytest.raises(ValidationError) as caught:
        field(people, **given)
    assert [*caught.value.message_dict] == [wrong]


def test_only_administrators_arrange_things(people: People) -> None:
    with pytest.raises(PermissionDenied):
        change.create(custom_type, {"name": "Boat"}, actor=people.ben)


def test_a_type_is_there_at_once_and_its_records_outlive_its_removal(people: People) -> None:
    made = change.create(custom_type, {"name": "Boat", "plural": "Boats"}, actor=people.anna)
    boats = registry.type_of("custom.boats")
    change.create(boats, {"name": "Ingrid"}, actor=people.anna)
    change.delete(custom_type, [made.pk], actor=people.anna)
    assert registry.by_slug("boats", actor=people.anna) is None
    change.restore(custom_type, [made.pk], actor=people.anna)
    assert [row.name for row in registry.type_of("custom.boats").rows(people.anna)] == ["Ingrid"]


def test_an_address_that_a_page_has_is_refused(people: People) -> None:
    with pytest.raises(ValidationError) as caught:
        change.create(custom_type, {"name": "Person", "plural": "People", "slug": "people"}, actor=people.anna)
    assert [*caught.value.message_dict] == ["slug"]

"""What administrators arrange cannot lock everybody out, and cannot make what nobody could find again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from bodega.apps.products.records import product
from bodega.kernel import change, registry
from bodega.kernel.change import Draft
from bodega.kernel.events import latest
from bodega.kernel.scope import forget
from bodega.lib.money import Money
from bodega.platform.administration.records import custom_field, custom_type, rate, role, user
from bodega.platform.worth.reactions import fill_worth
from tests.personas import People, person, reaching


def test_the_last_administrator_stays(people: People) -> None:
    anna = people.anna.user_id or 0
    found = change.delete(user, [anna], actor=people.anna)
    assert (found.changed, len(found.problems)) == ([], 1)
    with pytest.raises(ValidationError, match="last administrator"):
        change.save(anna, {"is_active": False}, actor=people.anna, type_=user)


def test_the_last_two_do_not_go_together(people: People) -> None:
    second = person("Eva", {"is_admin": True}, people.anna)
    ids = [people.anna.user_id, second.user_id]
    found = change.save_many(user, [Draft(pk, {"is_admin": False}) for pk in ids], actor=people.anna)
    assert (found.changed, len(found.problems)) == ([], 2)


def test_two_sign_ins_never_differ_by_case_alone(people: People) -> None:
    change.create(user, {"name": "Mia", "login": "Mia@Example.com"}, actor=people.anna)
    with pytest.raises(ValidationError) as caught:
        change.create(user, {"name": "Mia", "login": "mia@example.COM"}, actor=people.anna)
    assert [*caught.value.message_dict] == ["login"]


def test_the_sign_in_of_somebody_in_the_trash_is_taken(people: People) -> None:
    gone = change.create(user, {"name": "Mia", "login": "mia"}, actor=people.anna)
    change.delete(user, [gone.pk], actor=people.anna)
    with pytest.raises(ValidationError):
        change.create(user, {"name": "Mia", "login": "mia"}, actor=people.anna)


@pytest.mark.parametrize("levels", [{"*": {"view": "nothing"}}, {"*": "view"}, ["x"], {"*": {"look": "all"}}])
def test_rights_that_nobody_could_read_are_refused(people: People, levels: object) -> None:
    with pytest.raises(ValidationError) as caught:
        change.create(role, {"name": "Odd", "levels": levels}, actor=people.anna)
    assert [*caught.value.message_dict] == ["levels"]


def test_a_level_that_is_not_known_shows_nothing(people: People) -> None:
    change.create(product, {"name": "Shackle"}, actor=people.ben)
    assert product.rows(people.ben.via(levels=reaching(view="everything"))).count() == 0


def test_options_that_would_melt_into_one_are_refused(people: People) -> None:
    given = {"type": "products.product", "name": "Grade", "kind": "choice", "options": ["C", "C++"]}
    with pytest.raises(ValidationError) as caught:
        change.create(custom_field, given, actor=people.anna)
    assert [*caught.value.message_dict] == ["options"]


@pytest.mark.parametrize("slug", ["big_boats", "a/b", "Boats", "a b"])
def test_an_address_that_could_not_be_one_is_refused(people: People, slug: str) -> None:
    with pytest.raises(ValidationError) as caught:
        change.create(custom_type, {"name": "Boat", "slug": slug}, actor=people.anna)
    assert [*caught.value.message_dict] == ["slug"]


def test_what_comes_out_of_the_trash_may_not_take_a_key_back(people: People) -> None:
    first = change.create(product, {"name": "A", "external_id": "S-1"}, actor=people.anna)
    change.delete(product, [first.pk], actor=people.anna)
    change.create(product, {"name": "B", "external_id": "S-1"}, actor=people.anna)
    found = change.restore(product, [first.pk], actor=people.anna)
    assert (found.changed, len(found.problems)) == ([], 1)


def test_one_record_twice_is_written_once_and_told(people: People) -> None:
    made = change.create(product, {"name": "A"}, actor=people.anna)
    drafts = [Draft(made.pk, {"name": "B"}), Draft(made.pk, {"name": "C"})]
    found = change.save_many(product, drafts, actor=people.anna)
    assert (found.changed, len(found.problems)) == ([made.pk], 1)
    assert change.delete(product, [made.pk, made.pk], actor=people.anna).changed == [made.pk]


def test_a_reference_to_a_type_that_is_not_there_is_a_sentence(people: People) -> None:
    about = registry.type_of("activity.task").declared["about"]
    with pytest.raises(ValidationError, match="no record type"):
        about.parse("nonsense#5", actor=people.anna)


def test_a_rate_that_comes_late_gives_worth_to_what_had_none(people: People) -> None:
    made = change.create(product, {"name": "Shackle", "price": Money(10_000, "USD")}, actor=people.anna)
    known = change.create(rate, {"name": "USD", "since": date(2026, 1, 1), "worth": Decimal("0.9")}, actor=people.anna)
    forget()
    fill_worth(latest("kernel.rate", known.pk), actor=people.anna)
    assert product.rows(people.anna).get(pk=made.pk).price_base == 9_000


def test_a_text_that_is_too_long_is_refused_whoever_writes_it(people: People) -> None:
    with pytest.raises(ValidationError) as caught:
        change.create(product, {"name": "x" * 201}, actor=people.anna)
    assert [*caught.value.message_dict] == ["name"]


@pytest.mark.parametrize(
    ("view", "change_", "fits"),
    [
        ("own", "own", True), ("all", "team", True), ("below", "team", True), ("territory", "own", True),
        ("own", "team", False), ("none", "own", False), ("team", "territory", False), ("territory", "reports", False),
    ],
)  # fmt: skip
def test_nobody_changes_more_than_they_see(people: People, view: str, change_: str, fits: bool) -> None:
    for levels in ({"*": {"view": view, "change": change_}}, {"*": {"view": view}, "sales.deal": {"delete": change_}}):
        draft = change.Draft(None, {"name": "R", "levels": levels})
        change.save_many(role, [draft], actor=people.anna)
        assert (draft.problem is None) == fits, levels

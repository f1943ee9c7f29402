"""The door for writing: what is wrong with one record keeps that one out, and nothing is written by halves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from bodega.apps.parties.records import organisation, person
from bodega.apps.products.records import product
from bodega.kernel import change, history
from bodega.kernel.change import Draft
from bodega.kernel.drafts import Gone
from bodega.kernel.models import Change, ChangeRow
from bodega.kernel.scope import forget
from bodega.lib.money import Money
from bodega.platform.administration.records import rate
from tests.personas import People


def test_one_bad_draft_does_not_stop_the_others(people: People) -> None:
    drafts = [Draft(None, {"name": name}) for name in ("Isdom", "", "Konex")]
    found = change.save_many(organisation, drafts, actor=people.anna)
    assert len(found.created) == 2
    assert [(draft.at, draft.problem.message_dict) for draft in found.problems if draft.problem] == [
        (1, {"name": ["Name is missing."]})
    ]


def test_many_records_are_one_act(people: People) -> None:
    drafts = [Draft(None, {"name": f"Org {n}"}) for n in range(5)]
    found = change.save_many(organisation, drafts, actor=people.anna.via(batch="b1", surface="import"))
    act = Change.objects.get(pk=found.change_ids[0])
    assert (act.count, act.batch, act.surface, act.verb) == (5, "b1", "import", "created")
    assert ChangeRow.objects.filter(change_id=act.pk).count() == 5


def test_nothing_is_written_where_everything_fails_at_the_end(people: People) -> None:
    """A record whose parts cannot be stored is not there either."""
    before = (organisation.rows(people.anna).count(), Change.objects.count(), ChangeRow.objects.count())
    bad = {"name": "Isdom", "contact_points": [{"channel": "email", "value": "not an address"}]}
    with pytest.raises(ValidationError):
        change.create(organisation, bad, actor=people.anna)
    assert (organisation.rows(people.anna).count(), Change.objects.count(), ChangeRow.objects.count()) == before


def test_a_reference_to_what_one_may_not_see_is_refused(people: People) -> None:
    """By its number where the writer has named it by that."""
    hidden = change.create(organisation, {"name": "Secret Yard"}, actor=people.dora)
    told = []
    for named in ([], ["organisation"]):
        draft = Draft(None, {"name": "Mia", "organisation": hidden.pk}, named=named)
        change.save_many(person, [draft], actor=people.ben)
        assert draft.problem
        told.append(draft.problem.message_dict["organisation"][0])
    assert told == [
        "What it refers to is not there, or not for you to see.",
        f"There is no organisation “#{hidden.pk}” that you may see.",
    ]


def test_taking_back_does_not_tell_what_a_record_referred_to(people: People) -> None:
    """History keeps from Ben which organisation it was: so does the reason why it cannot be put back."""
    hidden = change.create(organisation, {"name": "Secret Yard"}, actor=people.dora)
    mia = change.create(
        person, {"name": "Mia", "owner": people.ben.user_id, "organisation": hidden.pk}, actor=people.anna
    )
    change.save(mia, {"organisation": None}, actor=people.anna, type_=person)
    act = history.history(person, mia.pk, actor=people.anna)[0].change.pk
    with pytest.raises(PermissionDenied) as caught:
        history.undo(act, actor=people.ben)
    assert str(hidden.pk) not in str(caught.value)


def test_a_reference_to_what_is_not_there_reads_the_same(people: People) -> None:
    hidden = change.create(organisation, {"name": "Secret Yard"}, actor=people.dora)
    messages = []
    for pk in (hidden.pk, hidden.pk + 999):
        with pytest.raises(ValidationError) as caught:
            change.create(person, {"name": "Mia", "organisation": pk}, actor=people.ben)
        messages.append(caught.value.message_dict["organisation"][0].replace(str(pk), "N"))
    assert messages[0] == messages[1]


def test_a_record_of_another_team_cannot_be_changed(people: People) -> None:
    theirs = change.create(organisation, {"name": "Theirs"}, actor=people.dora)
    with pytest.raises(ValidationError):
        change.save(theirs, {"name": "Ours"}, actor=people.ben, type_=organisation)
    assert organisation.rows(people.anna).get(pk=theirs.pk).name == "Theirs"


def test_own_records_only_can_be_deleted_with_that_right(people: People) -> None:
    annas = change.create(organisation, {"name": "Annas"}, actor=people.anna)
    bens = change.create(organisation, {"name": "Bens"}, actor=people.ben)
    found = change.delete(organisation, [annas.pk, bens.pk], actor=people.ben)
    assert (found.changed, [draft.id for draft in found.problems]) == ([bens.pk], [annas.pk])


def test_a_key_of_another_system_is_held_once(people: People) -> None:
    change.create(product, {"name": "Shackle", "external_id": "S-1"}, actor=people.anna)
    found = change.save_many(
        product,
        [Draft(None, {"name": n, "external_id": key}) for n, key in (("A", "S-1"), ("B", "S-2"), ("C", "S-2"))],
        actor=people.anna,
    )
    assert (len(found.created), [draft.values["name"] for draft in found.problems]) == (1, ["A", "C"])


def test_the_key_is_free_again_when_its_record_is_in_the_trash(people: People) -> None:
    first = change.create(product, {"name": "Shackle", "external_id": "S-1"}, actor=people.anna)
    change.delete(product, [first.pk], actor=people.anna)
    change.create(product, {"name": "Shackle 2", "external_id": "S-1"}, actor=people.anna)
    assert product.rows(people.anna).filter(external_id="S-1").count() == 1


def test_foreign_money_is_worth_what_the_rate_says(people: People) -> None:
    before = change.create(product, {"name": "Before", "price": Money(10_000, "USD")}, actor=people.anna)
    change.create(rate, {"name": "USD", "since": date(2026, 1, 1), "worth": Decimal("0.9")}, actor=people.anna)
    forget()
    after = change.create(product, {"name": "After", "price": Money(10_000, "USD")}, actor=people.anna)
    yen = change.create(product, {"name": "Own", "price": Money(700, "EUR")}, actor=people.anna)
    assert (before.price_base, after.price_base, yen.price_base) == (None, 9_000, 700)


def test_taking_back_a_batch_keeps_what_somebody_worked_on(people: People) -> None:
    acting = people.anna.via(batch="import:1", surface="import")
    made = change.save_many(organisation, [Draft(None, {"name": f"Org {n}"}) for n in range(3)], actor=acting).created
    change.save(made[1], {"name": "Kept"}, actor=people.ben.via(is_admin=True), type_=organisation)
    undone = history.undo_batch("import:1", actor=people.anna)
    assert undone.records == 2
    assert [(key, pk) for key, pk, _why in undone.problems or ()] == [("parties.organisation", made[1])]
    assert [row.name for row in organisation.rows(people.anna).filter(pk__in=made)] == ["Kept"]


def test_taking_back_a_bulk_change_leaves_later_changes_alone(people: People) -> None:
    made = change.save_many(
        product, [Draft(None, {"name": f"P{n}", "series": "old"}) for n in range(2)], actor=people.anna
    ).created
    bulk = change.save_many(product, [Draft(pk, {"series": "new"}) for pk in made], actor=people.anna).change_ids[0]
    change.save(made[0], {"series": "newest"}, actor=people.anna, type_=product)
    undone = history.undo(bulk, actor=people.anna)
    assert (undone.records, [pk for _key, pk, _why in undone.problems or ()]) == (1, [made[0]])
    assert dict(product.rows(people.anna).filter(pk__in=made).values_list("pk", "series")) == {
        made[0]: "newest",
        made[1]: "old",
    }


def test_nothing_is_taken_back_twice(people: People) -> None:
    made = change.create(product, {"name": "Shackle"}, actor=people.anna)
    act = history.history(product, made.pk, actor=people.anna)[0].change.pk
    history.undo(act, actor=people.anna)
    with pytest.raises(ValidationError, match="already"):
        history.undo(act, actor=people.anna)


def test_who_may_not_change_it_may_not_take_it_back(people: People) -> None:
    made = change.create(product, {"name": "Shackle"}, actor=people.anna)
    change.save(made, {"name": "Hook"}, actor=people.anna, type_=product)
    act = history.history(product, made.pk, actor=people.anna)[0].change.pk
    with pytest.raises(Gone, match="no such change"):
        history.undo(act, actor=people.dora)
    assert product.rows(people.anna).get(pk=made.pk).name == "Hook"

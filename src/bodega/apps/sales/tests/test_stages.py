"""A deal follows its stage: status, pipeline, dates, and how long it stood where."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bodega.apps.products.records import product
from bodega.apps.sales import actions
from bodega.apps.sales.records import deal, stage
from bodega.kernel import change, history
from bodega.kernel.scope import rearranged
from bodega.lib import clock
from bodega.lib.money import Money
from tests.personas import People

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def stage_id(people: People, name: str) -> int:
    return int(stage.rows(people.anna).get(name=name).pk)


def stays(people: People, made: Any) -> list[tuple[str, Decimal | None]]:
    names = dict(stage.rows(people.anna).values_list("pk", "name"))
    return [(names[line["stage"]], line["days"]) for line in deal.declared["stays"].get(made)]


def test_a_deal_begins_in_the_first_open_stage(people: People) -> None:
    made = change.create(deal, {"name": "Isdom"}, actor=people.ben)
    assert (made.stage.name, made.pipeline.name, made.status, made.probability) == ("New", "Sales", "open", Decimal(10))


def test_moving_tells_how_long_it_stood(people: People) -> None:
    with clock.fixed(MONDAY):
        made = change.create(deal, {"name": "Isdom"}, actor=people.ben)
    with clock.fixed(MONDAY + timedelta(days=3)):
        made = actions.move(made, stage=stage_id(people, "Proposal"), actor=people.ben)
    with clock.fixed(MONDAY + timedelta(days=5, hours=12)):
        made = actions.win(made, actor=people.ben)
    assert stays(people, made) == [("New", Decimal(3)), ("Proposal", Decimal("2.5")), ("Won", None)]
    assert (made.stage_since, made.closed_on) == (MONDAY + timedelta(days=5, hours=12), date(2026, 3, 7))


def test_moving_into_a_closing_stage_is_winning_or_losing(people: People) -> None:
    made = change.create(deal, {"name": "Isdom"}, actor=people.ben)
    actions.move(made, stage=stage_id(people, "Won"), actor=people.ben)
    assert [event.change.verb for event in history.history(deal, made.pk, actor=people.ben)] == ["won", "created"]


def test_reopening_goes_back_to_where_it_stood(people: People) -> None:
    made = change.create(deal, {"name": "Isdom", "stage": stage_id(people, "Proposal")}, actor=people.ben)
    lost = actions.lose(made, reason="price", actor=people.ben)
    again = actions.reopen(lost, actor=people.ben)
    assert (again.stage.name, again.closed_on, again.lost_reason) == ("Proposal", None, "")


def test_taking_a_move_back_takes_the_stay_back(people: People) -> None:
    made = change.create(deal, {"name": "Isdom"}, actor=people.ben)
    made = actions.move(made, stage=stage_id(people, "Proposal"), actor=people.ben)
    history.undo(history.history(deal, made.pk, actor=people.ben)[0].change.pk, actor=people.ben)
    made = deal.rows(people.ben).get(pk=made.pk)
    assert (made.stage.name, stays(people, made)) == ("New", [("New", None)])


def test_a_deal_that_comes_with_its_past_keeps_its_days(people: People) -> None:
    given = {
        "name": "Isdom",
        "stage": stage_id(people, "Won"),
        "opened_on": date(2016, 10, 20),
        "closed_on": date(2017, 3, 1),
        "stays": [
            {
                "stage": stage_id(people, "Engaging"),
                "entered": datetime(2016, 10, 20, tzinfo=UTC),
                "left": datetime(2017, 3, 1, tzinfo=UTC),
            }
        ],
    }
    made = change.create(deal, given, actor=people.ben)
    assert stays(people, made) == [("Engaging", Decimal(132)), ("Won", None)]


def test_the_lines_make_the_amount_at_catalogue_prices(people: People) -> None:
    shackle = change.create(product, {"name": "Shackle", "price": Money(1250, "EUR")}, actor=people.anna)
    lines = [
        {"product": shackle.pk, "quantity": Decimal(3)},
        {"description": "Fitting", "quantity": Decimal(2), "unit_price": Decimal("99.99"), "discount": Decimal(10)},
    ]
    made = change.create(deal, {"name": "Isdom", "lines": lines}, actor=people.anna)
    assert deal.declared["amount"].get(made) == Money(3750 + 17998, "EUR")


def test_an_amount_that_was_given_stays(people: People) -> None:
    lines = [{"description": "Fitting", "quantity": Decimal(1), "unit_price": Decimal(10)}]
    made = change.create(deal, {"name": "Isdom", "lines": lines, "amount": Money(700, "EUR")}, actor=people.anna)
    assert deal.declared["amount"].get(made) == Money(700, "EUR")


def test_a_stage_in_which_deals_stand_is_not_deleted(people: People) -> None:
    made = change.create(deal, {"name": "Isdom"}, actor=people.anna)
    unused = stage_id(people, "Negotiation")
    found = change.delete(stage, [made.stage_id, unused], actor=people.anna)
    assert (found.changed, [draft.id for draft in found.problems]) == ([unused], [made.stage_id])


def test_a_deal_whose_stage_is_in_the_trash_stays_as_it_is(people: People) -> None:
    made = change.create(deal, {"name": "Isdom", "stage": stage_id(people, "Won")}, actor=people.anna)
    stage.every().filter(pk=made.stage_id).update(deleted_at=MONDAY)
    rearranged()
    made = change.save(made, {"next_step": "Hand over"}, actor=people.anna, type_=deal)
    assert (made.status, made.stage.name, made.closed_on is not None) == ("won", "Won", True)


def test_taking_back_a_win_after_a_loss_keeps_it_closed(people: People) -> None:
    won = actions.win(change.create(deal, {"name": "Isdom"}, actor=people.anna), actor=people.anna)
    win = history.history(deal, won.pk, actor=people.anna)[0].change.pk
    actions.move(won, stage=stage_id(people, "Lost"), actor=people.anna)
    history.undo(win, actor=people.anna)
    made = deal.rows(people.anna).get(pk=won.pk)
    assert (made.status, made.closed_on is not None) == ("lost", True)

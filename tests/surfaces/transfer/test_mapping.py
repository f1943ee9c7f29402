"""Mappings and recipes: read from TOML and from headings, and what is wrong in them is told by place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bodega.kernel.registry import type_of
from bodega.surfaces.transfer.guessing import guess
from bodega.surfaces.transfer.mapping import Feed, MappingError, Step, read_step
from bodega.surfaces.transfer.recipe import read_recipe

word = some.text(min_size=1, max_size=8).filter(lambda text: text == text.strip())
feeds = some.builds(
    Feed,
    field=word,
    source=word,
    by=some.sampled_from(["", "external_id"]),
    format=some.sampled_from(["", "dmy", ","]),
    times=some.sampled_from(["", "100", "0.01"]),
    default=some.sampled_from(["", "x"]),
    values=some.dictionaries(word, word, max_size=2),
    create=some.booleans(),
)
fixed = some.builds(Feed, field=word, text=word, by=some.sampled_from(["", "external_id"]))


@given(
    some.lists(feeds, max_size=4),
    some.lists(fixed, max_size=2, unique_by=lambda feed: feed.field),
    some.none() | some.lists(word, max_size=2),
    some.lists(word, max_size=2),
)
def test_a_mapping_is_written_and_read_as_it_was(
    columns: list[Feed], texts: list[Feed], match: list[str] | None, only: list[str]
) -> None:
    ordered = [
        feed for source in dict.fromkeys(feed.source for feed in columns) for feed in columns if feed.source == source
    ]
    step = Step(
        "parties.person",
        feeds=(*ordered, *texts),
        match=None if match is None else tuple(match),
        sheet="Blad 1",
        only=tuple(only),
    )
    assert read_step(step.written()) == step


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, "r.toml step 1: “type” is missing; name a record type, such as parties.person."),
        ({"typ": "x"}, "r.toml step 1: there is no “typ”; did you mean “type”?"),
        ({"type": "x", "mode": "upsert"}, "r.toml step 1 mode: there is no “upsert”; there are: both, create, update."),
        ({"type": "x", "columns": ["a"]}, "r.toml step 1 columns: expected a table, found a list."),
        ({"type": "x", "columns": {"A": 1}}, "r.toml step 1 columns.“A”: expected a table, found 1."),
        (
            {"type": "x", "columns": {"A": {"field": "a", "vlaues": {}}}},
            "r.toml step 1 columns.“A”: there is no “vlaues”; did you mean “values”?",
        ),
        (
            {"type": "x", "columns": {"A": {"field": "a", "times": "much"}}},
            "r.toml step 1 columns.“A” times: “much” is not a number.",
        ),
        (
            {"type": "x", "columns": {"A": {"field": "a", "format": "d.m.y"}}},
            "r.toml step 1 columns.“A” format: there is no “d.m.y”; did you mean “dmy”?",
        ),
        ({"type": "x", "set": {"a": {}}}, "r.toml step 1 set.“a”: expected a text or a number, found dict."),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_what_was_meant(given: Any, problem: str) -> None:
    with pytest.raises(MappingError) as refused:
        read_step(given, at="r.toml step 1")
    assert str(refused.value) == problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[stpe]]", "r.toml: there is no “stpe”; did you mean “step”?"),
        ("[[step]]\ntype = 'x'", "r.toml step 1: a step needs a “file” or “rows”."),
        ("[[step]]\nfile = 'a.csv'\ntype = 1", "r.toml step 1 (a.csv) type: expected a text, found 1."),
        ("[options]\n'a.b' = [{nmae = 'x'}]", "r.toml options.“a.b”: there is no “nmae”; did you mean “name”?"),
        ("[[step", "r.toml: is not TOML: Expected ']]' at the end of an array declaration (at end of document)"),
    ],
)
def test_a_recipe_says_which_step(text: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(text)
    with pytest.raises(MappingError) as refused:
        read_recipe(tmp_path / "r.toml")
    assert str(refused.value) == problem


def test_a_recipe_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"^r\.toml: cannot be read"):
        read_recipe(tmp_path / "r.toml")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("type_key", "columns", "fields"),
    [
        (
            "parties.person",
            "ID,First name,Last Name,E-Mail,Company,ZIP,City,Country,nonsense",
            "external_id,given_name,family_name,email,organisation,address.postcode,address.city,address.country,",
        ),
        ("parties.organisation", "Account,Sector,Zip code,Street", "name,sector,address.postcode,address.street"),
        ("parties.person", "name,Name", "name,"),
        ("sales.deal", "Deal,Product,Quantity,sales_agent", "name,lines.product,lines.quantity,owner"),
        ("products.product", "Product,Price,Currency", "name,price,price.currency"),
        (
            "sales.deal",
            "Opportunity ID,Opportunity Name,Account Name,Stage,Amount,Close Date,Create Date,Opportunity Owner",
            "external_id,name,account,stage,amount,expected_on,opened_on,owner",
        ),
        ("parties.organisation", "Company name,Industry,Parent Account,Company Phone", "name,sector,parent,phone"),
    ],
)  # fmt: skip
def test_headings_say_where_columns_go(type_key: str, columns: str, fields: str) -> None:
    step = guess(columns.split(","), type_of(type_key))
    found = {feed.source: feed.field for feed in step.feeds}
    assert [found.get(column, "") for column in columns.split(",")] == fields.split(",")

"""What stands around a list: what may be typed and chosen, the same question in words and chips, groups, measures, and
the place in it that one comes back to."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from bodega.kernel import change, registry
from bodega.kernel.actors import HIDDEN, Role
from bodega.kernel.drafts import Draft
from bodega.kernel.record import RecordType
from bodega.kernel.scope import rearranged
from bodega.lib.money import Money
from bodega.surfaces.html import lists
from bodega.surfaces.listing import measuring
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Page, Visitor, query_of, titles

PART = {"HX-Request": "true"}


@pytest.fixture
def deals(people: People) -> RecordType:
    type_ = registry.type_of("sales.deal")
    given = [
        {"name": "Hall 1", "amount": Money(100_00, "EUR"), "expected_on": "2026-03-04", "owner": people.anna.user_id},
        {"name": "Hall 2", "amount": Money(250_50, "EUR"), "expected_on": "2026-03-31", "owner": people.ben.user_id},
        {"name": "Roof", "amount": Money(5_000_00, "USD"), "expected_on": "2026-04-01", "owner": people.dora.user_id},
        {"name": "Garden", "amount": None, "owner": people.anna.user_id},
    ]
    known = type_.fields()
    drafts = [
        Draft(
            None,
            {name: known[name].from_json(value) if name == "expected_on" else value for name, value in one.items()},
        )
        for one in given
    ]
    change.save_many(type_, drafts, actor=people.anna)
    return type_


# ---- what may be typed ---------------------------------------------------------------------------------------------


def offered(visitor: Visitor, text: str, at: int | None = None, slug: str = "deals") -> list[str]:
    """The whole texts that are offered for what was typed up to the cursor."""
    given = urlencode({"q": text, "at": len(text) if at is None else at})
    found = re.findall(r'data-value="([^"]*)"', visitor.get(f"/{slug}/complete/?{given}", **PART).html)
    return [unescape(text) for text in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("exp", ["expected_on:"]),
        ("owner:me -next", ["owner:me -next_step:", "owner:me -next_due:"]),
        ("amount:", ["amount>", "amount<", "amount:empty"]),
        ("amount>", []),
        ("status:w", ["status:won"]),
        ("status:won,l", ["status:won,lost"]),
        ("status:(won, l", ["status:(won, lost"]),
        ("private:", ["private:yes", "private:no", "private:empty"]),
        ("owner:be", ["owner:Ben"]),
        ("account.sec", ["account.sector:"]),
        ('name:"a stag', []),
        ("nothing:", []),
        ("(status:w", ["(status:won"]),
    ],
)
def test_what_may_follow_is_offered(anna: Visitor, text: str, expected: list[str]) -> None:
    assert offered(anna, text) == expected


def test_what_is_offered_is_put_in_where_the_cursor_stands(anna: Visitor) -> None:
    assert offered(anna, "status:w amount>5", at=8) == ["status:won amount>5"]
    assert offered(anna, "deals(stat", slug="organisations") == ["deals(status:"]
    assert offered(anna, "deal", slug="organisations") == ["deals("]


def test_nothing_is_offered_that_one_may_not_see(deals: RecordType, people: People, visit: Visit) -> None:
    type_ = registry.type_of("parties.organisation")
    change.create(type_, {"name": "Seen by Dora", "owner": people.dora.user_id}, actor=people.anna)
    assert offered(visit(people.dora), "account:seen") == ['account:"Seen by Dora"']
    assert offered(visit(people.ben), "account:seen") == []
    Role.objects.filter(name="Team").update(fields={"sales.deal": {"amount": HIDDEN}})
    rearranged()
    ben = visit(people.ben)
    assert (offered(ben, "amou"), offered(ben, "amount:")) == ([], [])
    assert (ben.get("/deals/filter/?field=amount"), ben.status)[1] == 404
    ben.get("/deals/groups/?by=amount")
    assert ben.url == "/deals/"


# ---- chips ---------------------------------------------------------------------------------------------------------


def test_a_condition_is_added_changed_and_left_out_by_a_form(deals: RecordType, anna: Visitor) -> None:
    here = "/deals/?q=owner%3Ame&sort=-name"
    page = anna.get(here)
    assert "/deals/filter/" in [form.action for form in page.forms]
    form = anna.get(f"/deals/filter/?{urlencode({'q': 'owner:me', 'field': 'name', 'next': here})}").form_to(
        "/deals/filter/"
    )
    anna.send(form, how="contains", value="hall 1")
    assert query_of(anna.url) == {"q": 'owner:me name:"hall 1"', "sort": "-name"}
    page = anna.get(anna.url)
    assert [*titles(page)] == ["Hall 1"]
    chips = [link for link in page.links if link.startswith("/deals/filter/")]
    assert [query_of(link)["at"] for link in chips] == ["0", "1"]
    anna.send(anna.get(chips[1]).form_to("/deals/filter/"), how="-contains")
    assert query_of(anna.url)["q"] == 'owner:me -name:"hall 1"'
    chips = [link for link in anna.get(anna.url).links if link.startswith("/deals/filter/")]
    anna.send(anna.get(chips[1]).form_to("/deals/filter/"), value="")
    assert query_of(anna.url) == {"q": "owner:me", "sort": "-name"}


@pytest.mark.parametrize(
    ("q", "sent", "expected"),
    [
        ("status:won", {"value": ["won", "lost"]}, "status:(Won, Lost)"),
        ("amount>100", {"how": "lt", "value": "5k"}, "amount<5000"),
        ("created:today", {"how": "ge", "value": "-30d"}, "created_at>=-30d"),
        ("owner:me", {"value": ["my team"]}, 'owner:"my team"'),
        ("-lost_reason:empty", {}, "-lost_reason:empty"),
        ("(name:hall or amount>5)", {"text": "name:hall or amount>7"}, "name:hall or amount>7"),
        ("hall", {"text": ""}, ""),
    ],
)
def test_the_form_and_the_text_are_one_question(anna: Visitor, q: str, sent: dict[str, str], expected: str) -> None:
    form = anna.get(f"/deals/filter/?{urlencode({'q': q, 'at': 0})}").form_to("/deals/filter/")
    anna.send(form, **sent)
    assert query_of(anna.url).get("q", "") == expected


def test_what_cannot_be_asked_is_told_where_it_was_entered(anna: Visitor) -> None:
    form = anna.get("/deals/filter/?q=amount>100&at=0").form_to("/deals/filter/")
    assert "much" in anna.send(form, value="much").text
    assert anna.status == 422
    form = anna.get("/deals/filter/?q=hall+or+roof&at=0").form_to("/deals/filter/")
    assert "There is no field “stag”. Did you mean “stage”?" in anna.send(form, text="stag:new or roof").text


def test_what_no_database_can_hold_is_refused_while_it_is_typed(deals: RecordType, anna: Visitor) -> None:
    for url in ("/deals/complete/?q=account:%00", "/users/options/?q=%00"):
        anna.get(url)
        assert (url, anna.status) == (url, 422)


# ---- groups --------------------------------------------------------------------------------------------------------


def groups(page: Page) -> list[tuple[str, str, str]]:
    """Of each group its name with its numbers, and its question."""
    parts = page.html.split('<tr class="group">')[1:]
    found = [Page(part[: part.index("</tr>")]) for part in parts]
    return [(one.text, *(query_of(link).get("q", "") for link in one.links)) for one in found]


def test_a_list_in_groups_counts_and_adds_up_each(deals: RecordType, anna: Visitor) -> None:
    page = anna.get("/deals/groups/?by=owner&q=-amount:empty")
    told = [(name.replace("\xa0", " "), q) for name, q in groups(page)]
    assert told == [
        ("Anna 1 100 €", f"-amount:empty owner:#{anna.client.session['_auth_user_id']}"),
        ("Ben 1 250.50 €", told[1][1]),
        ("Dora 1 5,000 $", told[2][1]),
    ]
    assert [[*titles(anna.get(f"/deals/?{urlencode({'q': q})}"))] for _name, q in told] == [
        ["Hall 1"],
        ["Hall 2"],
        ["Roof"],
    ]


def test_dates_are_grouped_by_period_and_what_has_none_is_last(deals: RecordType, anna: Visitor) -> None:
    told = groups(anna.get("/deals/groups/?by=expected_on.month"))
    assert [(name.split()[:2], q) for name, q in told] == [
        (["2026-03", "2"], "expected_on>=2026-03-01 expected_on<2026-04-01"),
        (["2026-04", "1"], "expected_on>=2026-04-01 expected_on<2026-05-01"),
        (["without", "1"], "expected_on:empty"),
    ]
    assert [len([*titles(anna.get(f"/deals/?{urlencode({'q': q})}"))]) for _name, q in told] == [2, 1, 1]


def test_groups_show_what_one_may_see_alone(deals: RecordType, people: People, visit: Visit) -> None:
    told = [name.replace("\xa0", " ") for name, *_q in groups(visit(people.ben).get("/deals/groups/?by=owner"))]
    assert told == ["Anna 2 100 €", "Ben 1 250.50 €"]


def test_more_than_can_be_grouped_says_so(deals: RecordType, anna: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST", 3)
    page = anna.get("/deals/groups/?by=expected_on.month")
    assert (groups(page), "Up to 3 records are grouped at once." in page.text) == ([], True)
    assert len(groups(anna.get("/deals/groups/?by=stage"))) == 1, "the roll-up has these"
    assert groups(anna.get("/deals/groups/?by=stage&q=amount>1")) != []
    anna.get("/deals/groups/?by=nothing")
    assert anna.url == "/deals/"


# ---- measures ------------------------------------------------------------------------------------------------------


def test_what_records_come_to_is_told_to_whoever_asks(
    deals: RecordType, anna: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = anna.get("/deals/?q=name:hall")
    for words in ("average amount", "least amount", "most amount", "sum probability"):
        anna.post(page.form_to("/deals/measure/").action, {"measure": words, "next": "/deals/"})
    told = anna.get("/deals/measure/?q=name:hall", **PART).text.replace("\xa0", " ")
    assert told == "Average of Amount 175.25 € Smallest Amount 100 € Largest Amount 250.50 € Sum of Probability 20"
    anna.post("/deals/measure/", {"measure": "average amount"})
    assert "Average" not in anna.get("/deals/measure/").text
    monkeypatch.setattr(measuring, "MOST", 1)
    assert "Smallest Amount more than 1 records" in anna.get("/deals/measure/?q=name:hall", **PART).text
    anna.post("/deals/measure/", {"measure": "sum name"})
    assert anna.status == 404


# ---- more rows, and the place one comes back to -------------------------------------------------------------------


def test_a_script_gets_the_rows_alone(deals: RecordType, anna: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "SIZE", 2)
    first = anna.get("/deals/")
    more = next(link for link in first.links if "after=" in link)
    page = anna.get(more, **PART)
    assert [*titles(page)] == ["Hall 2", "Roof"]
    assert "<html" not in page.html
    assert (len(anna.queries), anna.status) == (2, 200)


def test_one_comes_back_to_where_a_record_stands(
    people: People, deals: RecordType, anna: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_ = registry.type_of("sales.deal")
    names = [f"Number {number:02}" for number in range(40)]
    change.save_many(type_, [Draft(None, {"name": name}) for name in names], actor=people.anna)
    monkeypatch.setattr(lists, "SIZE", 15)
    page = anna.get("/deals/?q=name:number&sort=-name")
    page = anna.get(next(link for link in page.links if "after=" in link))
    record = next(link for link in page.links if re.match(r"/deals/\d+/", link))
    back = next(link for link in anna.get(record).links if "at=" in link)
    anna.get(back)
    there = anna.get(anna.url)
    assert (next(titles(page)) in [*titles(there)], len([*titles(there)])) == (True, 15)
    hidden = anna.get(back.replace("q=name%3Anumber", "q=name%3Ahall"))
    assert (hidden.text, anna.url.partition("#")[0]) == ("", "/deals/?q=name%3Ahall&sort=-name")


# ---- by several --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["expected_on", "-expected_on"])
def test_a_list_is_sorted_by_several(people: People, anna: Visitor, sort: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ties by the next one, nothing last; pages are turned both ways, and neighbours follow the same order."""
    type_, days = registry.type_of("sales.deal"), [None, date(2026, 3, 4), date(2026, 3, 5)]
    given = [
        {"name": f"N{number}", "expected_on": days[number % 3], "amount": Money(number % 2 * 100, "EUR")}
        for number in range(12)
    ]
    change.save_many(type_, [Draft(None, values) for values in given], actor=people.anna)
    falls = sort.startswith("-")

    def key(one: dict[str, Any]) -> Any:
        day = one["expected_on"].toordinal() if one["expected_on"] else 0
        return (not day, -day if falls else day, -one["amount"].minor, one["name"])

    expected = [one["name"] for one in sorted(given, key=key)]
    url = f"/deals/?{urlencode({'sort': sort, 'then': '-amount,name'})}"
    assert [*titles(anna.get(url))] == expected
    monkeypatch.setattr(lists, "SIZE", 5)
    first = anna.get(url)
    second = anna.get(next(link for link in first.links if "after=" in link))
    assert [*titles(first), *titles(second)] == expected[:10]
    assert [*titles(anna.get(next(link for link in second.links if "before=" in link)))] == expected[:5]
    record = anna.get(next(link for link in second.links if re.match(r"/deals/\d+/", link)))
    assert expected[4] in anna.get(next(link for link in record.links if "then=" in link and "at=" not in link)).text
    assert "<small>2</small>" in first.html
    monkeypatch.setattr(lists, "MOST", 3)
    assert "<small>" not in anna.get(url).html.split("<thead>")[1].split("</thead>")[0]

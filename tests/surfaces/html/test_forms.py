"""What a person may rely on in the form of any record type: nothing typed is lost, and nothing changes by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bodega.kernel import change, registry
from bodega.kernel.actors import Actor
from bodega.kernel.record import RecordType
from bodega.platform.worktime.asking import WEEK
from tests import specimens
from tests.personas import People
from tests.surfaces.html.visitor import Page, Visitor

KEYS = [key for key, found in registry.DECLARED.items() if found.form] + ["custom.boats"]
OWN_PAGES = {"kernel.option", "kernel.field", "kernel.type", "kernel.user", "kernel.role", "sales.stage", "audit.mark"}
"""Types whose forms administration has of its own."""
CHOSEN = {"icon", "tone", "time_zone", "language", "word"}
"""Texts of administration that have rules of their own."""
STRANGE = [
    "  leading and trailing  ",
    "<script>alert(1)</script>",
    "'; DROP TABLE x; --",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }} {% if %} ${x} %(x)s %s",
    "&amp; &lt; \\ \u202e right to left \u200b zero",
    "الكل في المجمو عة 🏳️‍🌈 ﷽ Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤ ̖t̝͕̳̣̻̪͞h̼͓̲̦̳̘̲e͇̣̰̦̬͎",
    "two\nlines",
]


@pytest.fixture(params=[key for key in KEYS if key not in OWN_PAGES])
def type_(request: pytest.FixtureRequest, people: People) -> RecordType:
    for key in ("parties.organisation", "parties.person", "products.product"):
        specimens.create(registry.type_of(key), 90, actor=people.anna)
    return specimens.custom_type(people.anna) if request.param == "custom.boats" else registry.type_of(request.param)


def stored(type_: RecordType, pk: int, people: People) -> dict[str, object]:
    row = type_.read(type_.rows(people.anna).filter(pk=pk), type_.fields())[0]
    return {name: type_.fields()[name].to_json(value) for name, value in row.values.items()}


def newest(type_: RecordType, people: People) -> int:
    return int(type_.rows(people.anna).order_by("-pk").values_list("pk", flat=True)[0])


def test_sending_a_form_as_it_was_drawn_changes_nothing(type_: RecordType, people: People, anna: Visitor) -> None:
    made = specimens.create(type_, 1, actor=people.anna)
    before = stored(type_, made.pk, people)
    anna.send(anna.get(f"{type_.url(made.pk)}edit/").form_to(f"{type_.url(made.pk)}edit/"))
    assert (anna.status, stored(type_, made.pk, people)) == (200, before)
    assert type_.rows(people.anna).get(pk=made.pk).version == 1


def test_what_is_entered_in_a_new_form_is_stored(type_: RecordType, people: People, anna: Visitor) -> None:
    """The edit form of one record, sent as the form of a new one, makes its twin."""
    made = specimens.create(type_, 1, actor=people.anna)
    drawn = anna.get(f"{type_.url(made.pk)}edit/").form_to(f"{type_.url(made.pk)}edit/")
    change.delete(type_, [made.pk], actor=people.anna)
    before = stored_in_trash(type_, made.pk, people)
    fields = [(name, value) for name, value in drawn.fields if name != "version" and not name.endswith("-id")]
    anna.post(f"/{type_.slug}/new/", fields)
    twin = newest(type_, people)
    assert (anna.status, twin == made.pk) == (200, False)
    ours = {kind.name for kind in type_.fields().values() if kind.editable and kind.writable}
    shown = {name for name in ours if f" {name} " in f" {dict(drawn.fields)['fields']} "}
    after = stored(type_, twin, people)
    assert {name: after[name] for name in shown} == {name: before[name] for name in shown}


def stored_in_trash(type_: RecordType, pk: int, people: People) -> dict[str, object]:
    row = type_.read(type_.trash(people.anna).filter(pk=pk), type_.fields())[0]
    return {name: type_.fields()[name].to_json(value) for name, value in row.values.items()}


SHAPED = {"question", "sort", "columns", "by", "show", "repeat", "holidays", *WEEK}
"""Texts with a form of their own."""


def free_texts(type_: RecordType) -> list[str]:
    """The fields that keep any text to the letter."""
    known = type_.fields().values()
    free = [kind for kind in known if kind.word in ("text", "longtext") and kind.editable and not kind.unique]
    return [kind.name for kind in free if kind.name not in SHAPED]


def keep(anna: Visitor, type_: RecordType, pk: int, text: str) -> Page:
    """Write a text into every text field by the form; returns the page that follows."""
    form = anna.get(f"{type_.url(pk)}edit/").form_to(f"{type_.url(pk)}edit/")
    names = [name for name in free_texts(type_) if name in form.names]
    return anna.send(form, **{name: text.replace("\n", "\r\n") for name in names})


def survives(anna: Visitor, type_: RecordType, pk: int, people: People, text: str) -> None:
    page = keep(anna, type_, pk, text)
    names = [name for name in free_texts(type_) if name in anna.get(f"{type_.url(pk)}edit/").forms[-1].names]
    kept = stored(type_, pk, people)
    assert {name: kept[name] for name in names} == dict.fromkeys(names, text)
    version = type_.rows(people.anna).get(pk=pk).version
    assert "<script>alert" not in page.html
    assert "<img src=x" not in page.html
    edit = anna.get(f"{type_.url(pk)}edit/")
    anna.send(edit.form_to(f"{type_.url(pk)}edit/"))
    assert type_.rows(people.anna).get(pk=pk).version == version


def limits(type_: RecordType) -> int:
    return min(getattr(type_.fields()[name], "length", None) or 10_000 for name in free_texts(type_))


@pytest.mark.slow
def test_hostile_texts_survive_the_form_to_the_letter(type_: RecordType, people: People, anna: Visitor) -> None:
    if not free_texts(type_):
        return
    made = specimens.create(type_, 1, actor=people.anna)
    for text in [text for text in STRANGE if len(text) <= limits(type_)]:
        survives(anna, type_, made.pk, people, text)


@pytest.fixture
def naughty(shared: Path) -> list[str]:
    """The well-known list, but for what no database can hold."""
    listed = json.loads((shared / "corpora/naughty-strings/blns.json").read_text("utf-8"))
    return [one.replace("\r\n", "\n") for one in listed if "\x00" not in one and one.strip()]


def share(naughty: list[str], key: str) -> list[str]:
    """All types together try all of them, each by its own form one of four."""
    return naughty[KEYS.index(key) % 4 :: 4]


@pytest.mark.slow
@pytest.mark.sqlite
def test_naughty_strings_survive_page_form_and_history(
    type_: RecordType, people: People, anna: Visitor, naughty: list[str]
) -> None:
    """Each in one of the fields, as many at once as there are fields; how each database keeps them is asked elsewhere,
    of every type."""
    made = specimens.create(type_, 1, actor=people.anna)
    url = f"{type_.url(made.pk)}edit/"
    drawn = anna.get(url).form_to(url)
    room = {name: getattr(type_.fields()[name], "length", None) or 10_000 for name in free_texts(type_)}
    names = [name for name, length in room.items() if name in drawn.names and length >= 100]
    some = share(naughty, type_.key)
    for at in range(0, len(some), max(len(names), 1)) if names else ():
        wanted = {name: text[: room[name]] for name, text in zip(names, some[at:], strict=False)}
        sent = {name: text.replace("\n", "\r\n") for name, text in wanted.items()}
        anna.post(url, drawn.filled(version=None, **sent), follow=False)
        kept = stored(type_, made.pk, people)
        assert {name: kept[name] for name in wanted} == wanted
    assert "<script>alert" not in anna.get(type_.url(made.pk) + "?tab=history").html


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.parametrize("key", sorted(OWN_PAGES - {"audit.mark"}))
def test_naughty_strings_survive_the_forms_of_administration(
    key: str, people: People, anna: Visitor, naughty: list[str]
) -> None:
    type_ = registry.type_of(key)
    pk = specimens.create(type_, 1, actor=people.anna).pk
    if key == "kernel.option":
        pk = type_.rows(people.anna).filter(set="parties.source").order_by("pk")[0].pk
    url = f"/{type_.slug}/{pk}/edit/"
    drawn = anna.get(url).form_to(url)
    names = [name for name in free_texts(type_) if name in drawn.names and name not in CHOSEN]
    assert "name" in names
    for text in share(naughty, key):
        wanted = {name: text[: type_.fields()[name].length] for name in names}  # type: ignore[attr-defined]
        sent = {name: one.replace("\n", "\r\n") for name, one in wanted.items()}
        anna.post(url, drawn.filled(version=None, **sent), follow=False)
        kept = stored(type_, pk, people)
        assert (anna.status, {name: kept[name] for name in names}) == (302, wanted)
        assert "<script" not in text or "<script>alert" not in anna.get(url).html


@pytest.fixture
def deals(people: People) -> RecordType:
    return registry.type_of("sales.deal")


def test_mistakes_are_told_by_field_and_nothing_typed_is_lost(deals: RecordType, people: People, anna: Visitor) -> None:
    page = anna.post("/deals/new/", {"name": "", "amount": "a lot", "account_text": "Nobody Ltd", "next_step": "Call"})
    assert anna.status == 422
    assert "3 things to mend before this can be saved" in page.text
    assert "“a lot” is not an amount of money" in page.text
    assert "There is no organisation “Nobody Ltd” that you may see." in page.text
    fields = dict(page.form_to("/deals/new/").fields)
    assert (fields["amount"], fields["account_text"], fields["next_step"]) == ("a lot", "Nobody Ltd", "Call")
    assert deals.rows(people.anna).count() == 0
    assert '<a href="#id_amount">' in page.html


def test_a_reference_is_chosen_by_name_or_number_without_scripts(
    deals: RecordType, people: People, anna: Visitor
) -> None:
    organisation = registry.type_of("parties.organisation")
    isdom, cancity = (
        change.create(organisation, {"name": name}, actor=people.anna).pk for name in ("Isdom", "Cancity")
    )
    anna.post("/deals/new/", {"name": "Hall 2", "account": "", "account_text": "isdom"})
    made = newest(deals, people)
    assert deals.rows(people.anna).get(pk=made).account_id == isdom
    form = anna.get(f"/deals/{made}/edit/").form_to(f"/deals/{made}/edit/")
    assert dict(form.fields)["account"] == f"#{isdom}"
    anna.send(form, account_text="Cancity")
    assert deals.rows(people.anna).get(pk=made).account_id == cancity
    anna.send(anna.get(f"/deals/{made}/edit/").form_to(f"/deals/{made}/edit/"), account_text="")
    assert deals.rows(people.anna).get(pk=made).account_id is None


def test_a_form_is_filled_in_beforehand_by_its_address(people: People, anna: Visitor) -> None:
    isdom = change.create(registry.type_of("parties.organisation"), {"name": "Isdom"}, actor=people.anna).pk
    page = anna.get(f"/deals/new/?account=%23{isdom}&name=Hall+3")
    fields = dict(page.form_to("/deals/new/").fields)
    assert (fields["name"], fields["account"], fields["account_text"]) == ("Hall 3", f"#{isdom}", "Isdom")
    assert fields["owner_text"] == "Anna"


def test_lines_are_added_changed_ordered_and_removed_without_scripts(
    deals: RecordType, people: People, anna: Visitor
) -> None:
    product = registry.type_of("products.product")
    change.create(product, {"name": "Bolt"}, actor=people.anna)
    change.create(product, {"name": "Nut"}, actor=people.anna)
    page = anna.post(
        "/deals/new/",
        {
            "name": "Hardware", "lines-TOTAL_FORMS": "2", "lines-0-product_text": "Bolt", "lines-0-quantity": "3",
            "lines-0-unit_price": "2.50", "lines-1-product_text": "", "lines-1-quantity": "1",
        },
    )  # fmt: skip
    made = newest(deals, people)
    assert lines(deals, made, people) == [("Bolt", "3", "2.5")]
    assert anna.status == 200
    page = anna.get(f"/deals/{made}/edit/")
    page = anna.send(page.form_to(f"/deals/{made}/edit/"), button=("add", "lines"), name="Not saved yet")
    form = page.form_to(f"/deals/{made}/edit/")
    assert dict(form.fields)["lines-TOTAL_FORMS"] == "3"
    assert dict(form.fields)["name"] == "Not saved yet"
    sent = {
        "lines__0__order": "2", "lines__1__product_text": "Nut", "lines__1__unit_price": "0.1", "lines__1__order": "1",
        "lines__0__quantity": "4",
    }  # fmt: skip
    anna.send(form, **sent)
    assert lines(deals, made, people) == [("Nut", "1", "0.1"), ("Bolt", "4", "2.5")]
    anna.send(anna.get(f"/deals/{made}/edit/").form_to(f"/deals/{made}/edit/"), lines__0__DELETE="yes")
    assert lines(deals, made, people) == [("Bolt", "4", "2.5")]
    page = anna.send(anna.get(f"/deals/{made}/edit/").form_to(f"/deals/{made}/edit/"), lines__0__quantity="many")
    assert (anna.status, "“many” is not a number" in page.text) == (422, True)


def lines(deals: RecordType, pk: int, people: People) -> list[tuple[str, str, str]]:
    held = deals.declared["lines"].get(deals.rows(people.anna).get(pk=pk))
    names = registry.type_of("products.product").labels([line["product"] for line in held], people.anna)
    return [
        (names[line["product"]].text, f"{float(line['quantity']):g}", f"{float(line['unit_price']):g}") for line in held
    ]


def test_a_file_is_kept_even_when_something_else_is_wrong(people: People, anna: Visitor) -> None:
    field = registry.type_of("kernel.field")
    given = {"type": "products.product", "name": "Drawing", "word": "drawing", "kind": "file"}
    change.create(field, given, actor=people.anna)
    from django.core.files.uploadedfile import SimpleUploadedFile

    upload = SimpleUploadedFile("plan <1>.txt", b"four walls")
    page = anna.post("/products/new/", [("name", ""), ("drawing", upload)])
    assert anna.status == 422
    form = page.form_to("/products/new/")
    anna.send(form, name="Hall")
    product = registry.type_of("products.product")
    held = newest(product, people)
    assert "plan &lt;1&gt;.txt" in anna.get(f"/products/{held}/").html
    file = newest(registry.type_of("files.file"), people)
    anna.get(f"/files/{file}/download/")
    assert b"".join(anna.client.get(f"/files/{file}/download/").streaming_content) == b"four walls"  # type: ignore[arg-type]
    assert anna.response.headers["Content-Disposition"] == 'attachment; filename="plan <1>.txt"'


def test_nobody_is_sent_elsewhere_after_saving(deals: RecordType, people: People, anna: Visitor) -> None:
    anna.post("/deals/new/?next=//evil.example/", {"name": "Hall"}, follow=False)
    assert anna.response.headers["Location"] == f"/deals/{newest(deals, people)}/"


def test_who_may_not_write_gets_no_form(people: People, visit: Callable[[Actor], Visitor]) -> None:
    made = specimens.create(registry.type_of("parties.organisation"), 1, actor=people.dora)
    ben = visit(people.ben)
    for url, status in {"/organisations/new/": 200, f"/organisations/{made.pk}/edit/": 404}.items():
        ben.get(url)
        assert (url, ben.status) == (url, status)
    cleo = visit(people.cleo)
    for url in ("/organisations/new/", f"/organisations/{made.pk}/edit/", "/organisations/trash/"):
        cleo.get(url)
        assert (url, cleo.status) == (url, 403)


def test_a_deal_of_many_lines_is_one_form(deals: RecordType, people: People, anna: Visitor) -> None:
    sent = {"name": "Catalogue", "lines-TOTAL_FORMS": "200"}
    for number in range(200):
        row = {"id": "", "order": number + 1, "product": "", "product_text": "", "description": f"Line {number}",
               "quantity": 1, "unit_price": 1, "discount": ""}  # fmt: skip
        sent |= {f"lines-{number}-{name}": str(value) for name, value in row.items()}
    anna.post("/deals/new/", sent)
    held = deals.declared["lines"].get(deals.rows(people.anna).get())
    assert [line["description"] for line in held] == [f"Line {number}" for number in range(200)]

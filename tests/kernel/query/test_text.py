"""What a person types is understood, and written back so that it is understood the same way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bodega.kernel import change, registry
from bodega.kernel.actors import Actor
from bodega.kernel.kinds import Show
from bodega.kernel.query import Question, ask, parse, write
from bodega.kernel.query.tree import And, Changed, Is, Node, Not, Or, Related, Was, Words, normal
from bodega.kernel.record import RecordType
from tests.kernel.query import trees
from tests.kernel.query.conftest import Harbour
from tests.personas import People

ANY_MONEY = {"amount": "10000.00", "currency": "EUR", "any": True}
OPEN = Is(("stage", "status"), "is", "open")

TEXTS: list[tuple[str, Node, str]] = [
    ("", And(), ""),
    ("stage:open", OPEN, "stage.status:Open"),
    ("STATUS:Won", Is(("status",), "is", "won"), "status:Won"),
    ("amount>10k", Is(("amount",), "gt", ANY_MONEY), "amount>10000"),
    ("amount > 10k", Is(("amount",), "gt", ANY_MONEY), "amount>10000"),
    ("amount<=10kUSD", Is(("amount",), "le", {"amount": "10000.00", "currency": "USD"}), "amount<=10000USD"),
    ("amount<$10,000", Is(("amount",), "lt", {"amount": "10000.00", "currency": "USD"}), "amount<10000USD"),
    ("owner:me", Is(("owner",), "is", {"user": "me"}), "owner:me"),
    ('owner:"my team"', Is(("owner",), "is", {"user": "my team"}), 'owner:"my team"'),
    ('owner:"Anna Berg"', Is(("owner",), "is", {"name": "Anna Berg"}), 'owner:"Anna Berg"'),
    ('owner="me"', Is(("owner",), "is", {"name": "me"}), 'owner="me"'),
    ("account:#12", Is(("account",), "is", "12"), "account:#12"),
    ("last_contact<-30d", Is(("last_contact",), "lt", {"relative": "-30d"}), "last_contact<-30d"),
    ('created:"this month"', Is(("created_at",), "is", {"relative": "this month"}), 'created_at:"this month"'),
    ("created:this_month", Is(("created_at",), "is", {"relative": "this month"}), 'created_at:"this month"'),
    ("account.name:isdom", Is(("account", "name"), "contains", "isdom"), "account.name:isdom"),
    ("account.address.city:Oslo", Is(("account", "address", "city"), "contains", "Oslo"), "account.address.city:Oslo"),
    ("lines.quantity>2", Is(("lines", "quantity"), "gt", "2"), "lines.quantity>2"),
    ("-tags:vip", Not(Is(("tags",), "has", "vip")), "-tags:vip"),
    ("not tags:vip", Not(Is(("tags",), "has", "vip")), "-tags:vip"),
    ("--tags:vip", Not(Not(Is(("tags",), "has", "vip"))), "-(-tags:vip)"),
    ("name:ann*", Is(("name",), "starts", "ann"), "name:ann*"),
    ('name:"ann b"*', Is(("name",), "starts", "ann b"), 'name:"ann b"*'),
    ('name="Anna Berg"', Is(("name",), "is", "Anna Berg"), 'name="Anna Berg"'),
    ("name=“Anna Berg”", Is(("name",), "is", "Anna Berg"), 'name="Anna Berg"'),
    ('name:"say \\"hi\\" \\\\"', Is(("name",), "contains", 'say "hi" \\'), 'name:"say \\"hi\\" \\\\"'),
    ("name>m", Is(("name",), "gt", "m"), "name>m"),
    ("status!=won", Not(Is(("status",), "is", "won")), "-status:Won"),
    ("status:won,lost", Is(("status",), "is", ["won", "lost"]), "status:(Won, Lost)"),
    ("status:( won,  lost )", Is(("status",), "is", ["won", "lost"]), "status:(Won, Lost)"),
    ("lost_reason:empty", Is(("lost_reason",), "empty"), "lost_reason:empty"),
    ('name:"empty"', Is(("name",), "contains", "empty"), 'name:"empty"'),
    ("tags:(vip, empty)", Or((Is(("tags",), "has", "vip"), Is(("tags",), "empty"))), "tags:vip or tags:empty"),
    ("probability:10..50", And((Is(("probability",), "ge", "10"), Is(("probability",), "le", "50"))),
     "probability>=10 probability<=50"),
    ("probability:10..", Is(("probability",), "ge", "10"), "probability>=10"),
    ("probability:..50", Is(("probability",), "le", "50"), "probability<=50"),
    ("amount>{least}", Is(("amount",), "gt", {"param": "least"}), "amount>{least}"),
    ("id:5", Is(("id",), "is", 5), "id:5"),
    ("anna", Words("anna"), "anna"),
    ("anna berg", And((Words("anna"), Words("berg"))), "anna berg"),
    ('"anna berg"', Words("anna berg"), '"anna berg"'),
    ('"or"', Words("or"), '"or"'),
    ('"-x"', Words("-x"), '"-x"'),
    ("berg, anna", And((Words("berg"), Words("anna"))), "berg anna"),
    ("a b or c", Or((And((Words("a"), Words("b"))), Words("c"))), "a b or c"),
    ("a (b or c)", And((Words("a"), Or((Words("b"), Words("c"))))), "a (b or c)"),
    ("a and (b and c)", And((Words("a"), Words("b"), Words("c"))), "a b c"),
    ("-(a b)", Not(And((Words("a"), Words("b")))), "-(a b)"),
    ("was(stage:open) changed(stage)", And((Was(OPEN), Changed("stage"))), "was(stage.status:Open) changed(stage)"),
    ("orders or x", Or((Words("orders"), Words("x"))), "orders or x"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "tree", "written"), TEXTS, ids=[typed for typed, *_ in TEXTS])
def test_a_text_is_a_tree_and_the_tree_a_text(people: People, typed: str, tree: Node, written: str) -> None:
    deal, anna = registry.type_of("sales.deal"), people.anna
    question = parse(typed, deal, actor=anna)
    assert question == Question(tree)
    assert write(question, deal, show=Show(anna)) == written
    assert parse(written, deal, actor=anna) == question
    assert Question.from_json(question.to_json()) == question


RELATED: list[tuple[str, Node, str]] = [
    ("deals(acme)", Related("sales.deal", "account", "any", Words("acme")), "deals(acme)"),
    ("deals()", Related("sales.deal", "account", "any"), "deals()"),
    ("no deals", Related("sales.deal", "account", "none"), "no deals()"),
    ("no deals(status:won)", Related("sales.deal", "account", "none", Is(("status",), "is", "won")),
     "no deals(status:Won)"),
    ("-deals(acme)", Not(Related("sales.deal", "account", "any", Words("acme"))), "-deals(acme)"),
    ("-(no deals)", Not(Related("sales.deal", "account", "none")), "-(no deals())"),
    ("count(deals)>3", Related("sales.deal", "account", "count", And(), "gt", 3), "count(deals)>3"),
    ("count(deals, status:won) <= 2", Related("sales.deal", "account", "count", Is(("status",), "is", "won"), "le", 2),
     "count(deals status:Won)<=2"),
    ("count(deals)=0", Related("sales.deal", "account", "count", And(), "is", 0), "count(deals)=0"),
    ("count(deals)!=0", Not(Related("sales.deal", "account", "count", And(), "is", 0)), "-(count(deals)=0)"),
    ("people(deals(x))",
     Related("parties.person", "organisation", "any", Related("sales.deal", "contact", "any", Words("x"))),
     "people(deals(x))"),
    ("relationships.other(left:empty)", Related("parties.relationship", "other", "any", Is(("left",), "empty")),
     "relationships.other(left:empty)"),
    ("no tasks(done_at:empty)", Related("activity.task", "about", "none", Is(("done_at",), "empty")),
     "no tasks(done_at:empty)"),
    ("count(notes x)>2", Related("activity.note", "about", "count", Words("x"), "gt", 2), "count(notes x)>2"),
    ("no money", And((Words("no"), Words("money"))), '"no" money'),
]  # fmt: skip
LINES: list[tuple[str, Node, str]] = [
    ("lines(quantity>2 discount:empty)",
     Related("sales.deal", "lines", "any", And((Is(("quantity",), "gt", "2"), Is(("discount",), "empty")))),
     "lines(quantity>2 discount:empty)"),
    ("no lines", Related("sales.deal", "lines", "none"), "no lines()"),
    ("count(lines)>2", Related("sales.deal", "lines", "count", And(), "gt", 2), "count(lines)>2"),
    ("count(stays days>9)=1", Related("sales.deal", "stays", "count", Is(("days",), "gt", "9"), "is", 1),
     "count(stays days>9)=1"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "tree", "written"), RELATED, ids=[typed for typed, *_ in RELATED])
def test_related_records(people: People, typed: str, tree: Node, written: str) -> None:
    is_the_tree(typed, tree, written, registry.type_of("parties.organisation"), people.anna)


@pytest.mark.parametrize(("typed", "tree", "written"), LINES, ids=[typed for typed, *_ in LINES])
def test_lines_are_asked_like_related_records(people: People, typed: str, tree: Node, written: str) -> None:
    is_the_tree(typed, tree, written, registry.type_of("sales.deal"), people.anna)


def is_the_tree(typed: str, tree: Node, written: str, type_: RecordType, actor: Actor) -> None:
    question = parse(typed, type_, actor=actor)
    assert question == Question(tree)
    assert write(question, type_, show=Show(actor)) == written
    assert parse(written, type_, actor=actor) == question
    assert Question.from_json(question.to_json()) == question


def test_a_stage_that_is_called_so_wins_over_its_status(people: People) -> None:
    deal, anna = registry.type_of("sales.deal"), people.anna
    pipeline = registry.type_of("sales.pipeline").every().first()
    given = {"name": "Open", "pipeline": pipeline.pk, "status": "lost"}  # type: ignore[union-attr]
    change.create(registry.type_of("sales.stage"), given, actor=anna)
    assert parse("stage:open", deal, actor=anna).where == Is(("stage",), "is", {"name": "open"})


def test_a_choice_is_asked_by_the_status_of_its_options(people: People) -> None:
    person, anna = registry.type_of("parties.person"), people.anna
    option = registry.type_of("kernel.option")
    for key, status in (("fair", "outside"), ("advert", "outside"), ("friend", "inside")):
        given = {"set": "parties.source", "key": key, "name": key.title(), "status": status}
        change.create(option, given, actor=anna)
        change.create(person, {"name": f"By {key}", "source": key}, actor=anna)
    question = parse("source:outside", person, actor=anna)
    assert question.where == Is(("source",), "is", {"status": "outside"})
    assert write(question, person, show=Show(anna)) == "source:outside"
    assert sorted(found.name for found in ask(person, question, actor=anna)) == ["By advert", "By fair"]


def test_a_custom_field_is_asked_by_its_word_its_label_and_its_key(harbour: Harbour) -> None:
    key = harbour.key("a_text")
    anna = harbour.people.anna
    for typed in ("a_text:x", "A_Text:x", f"{key}:x"):
        assert parse(typed, harbour.boat, actor=anna).where == Is((key,), "contains", "x")
    renamed = {"word": "hull", "name": "Hull colour"}
    change.save(int(key[1:]), renamed, actor=anna, type_=registry.type_of("kernel.field"))
    stored = Question(Is((key,), "contains", "x"))
    boat = registry.type_of("custom.boats")
    assert write(stored, boat, show=Show(anna)) == "hull:x"
    assert parse("hull_colour:x", boat, actor=anna) == stored


def leaves(harbour: Harbour) -> st.SearchStrategy[Any]:
    boat = harbour.boat
    name = harbour.product.fields()["name"]
    asked = [((kind.key,), kind) for kind in boat.fields().values() if kind.operators]
    place = boat.fields()["a_place"]
    asked += [((place.key, "city"), place.part("city"))]  # type: ignore[attr-defined]
    asked += [((harbour.key("a_reference"), "name"), name), ((harbour.key("a_references"), "name"), name)]
    plain = [trees.condition(path, kind, harbour.pointed, harbour.people.anna) for path, kind in asked]
    words, moved = st.builds(Words, trees.text), st.builds(Changed, st.sampled_from([path[0] for path, _kind in asked]))
    return st.one_of(*plain, words, moved)


def test_every_question_reads_back_as_itself(harbour: Harbour) -> None:
    anna = harbour.people.anna
    leaf = leaves(harbour)
    inner = trees.tree(leaf | st.builds(Was, leaf))

    @settings(max_examples=300, deadline=None, suppress_health_check=[*HealthCheck])
    @given(inner)
    def same(where: Node) -> None:
        question = Question(where)
        assert Question.from_json(question.to_json()) == question
        assert parse(write(question, harbour.boat, show=Show(anna)), harbour.boat, actor=anna).where == normal(where)

    same()


def test_every_question_about_related_records_reads_back(harbour: Harbour) -> None:
    anna = harbour.people.anna
    relation = trees.related(harbour.boat, harbour.key("a_reference"), trees.tree(leaves(harbour)))

    @settings(max_examples=100, deadline=None, suppress_health_check=[*HealthCheck])
    @given(trees.tree(relation))
    def same(where: Node) -> None:
        question = Question(where)
        assert Question.from_json(question.to_json()) == question
        written = write(question, harbour.product, show=Show(anna))
        assert parse(written, harbour.product, actor=anna).where == normal(where)

    same()


def test_the_whole_example_of_the_guide_is_understood(people: People) -> None:
    text = "stage:open amount>10k owner:me last_contact<-30d account.sector:medical -tag:vip"
    deal = registry.type_of("sales.deal")
    question = parse(text, deal, actor=people.anna)
    assert ask(deal, question, actor=people.anna).count() == 0
    assert write(question, deal, show=Show(people.anna)).endswith("-tags:vip")

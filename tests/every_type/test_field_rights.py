"""What a role hides is not there for its holders, by whatever way they look; what it lets them read they can't set."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from bodega.kernel import change, history, query, registry
from bodega.kernel.actors import HIDDEN, LOCKED, Actor, actor_of
from bodega.kernel.query import QuestionError
from bodega.kernel.record import RecordType
from bodega.platform.administration.records import restrictable
from bodega.surfaces.export import answer
from bodega.surfaces.transfer.mapping import Feed, MappingError, Step
from bodega.surfaces.transfer.plan import bind
from tests import specimens
from tests.personas import People
from tests.surfaces.api.program import Program
from tests.surfaces.html.visitor import Visitor

ALL = {"*": {"view": "all", "create": "all", "change": "all", "delete": "all"}}


WORKED_WITH = [key for key in specimens.WRITTEN if key not in registry.DECLARED or not registry.type_of(key).admin]
of_each_type = pytest.mark.parametrize("type_", WORKED_WITH, indirect=True)


@pytest.fixture
def kept(type_: RecordType, people: People) -> list[str]:
    """The names of all fields that a role may restrict."""
    return [kind.name for kind in restrictable(type_.key).values()]


def restrict(people: People, type_: RecordType, word: str) -> Actor:
    """Ben, with all of that made hidden, or read only, by his role."""
    role = registry.type_of("kernel.role")
    own = people.user(people.ben).roles[0]
    fields = {type_.key: dict.fromkeys(restrictable(type_.key), word)}
    levels = ALL | ({type_.key: ALL["*"]} if type_.apart else {})
    change.save(own, {"levels": levels, "fields": fields}, actor=people.anna, type_=role)
    return actor_of(people.user(people.ben))


def told(wrong: QuestionError, name: str) -> str:
    """The first sentence; what was meant instead depends on the word."""
    return wrong.message.replace(name, "…").partition(". ")[0]


@pytest.mark.slow
@of_each_type
def test_what_is_hidden_is_an_unknown_name(type_: RecordType, people: People, kept: list[str]) -> None:
    specimens.create(type_, 1, actor=people.anna)
    ben = restrict(people, type_, HIDDEN)
    seen = type_.for_(ben)
    assert not {*kept} & {*seen.fields()}
    for name in kept:
        for text in ("{}:empty", "-{}:x", "changed({})"):
            with pytest.raises(QuestionError) as hidden:
                query.parse(text.format(name), type_, actor=ben)
            with pytest.raises(QuestionError) as made_up:
                query.parse(text.format("qqqzzzqqqzzz"), type_, actor=ben)
            assert (
                told(hidden.value, name).partition("Did")[0] == told(made_up.value, "qqqzzzqqqzzz").partition("Did")[0]
            )
        for asked in ({"by": [name]}, {"measures": [f"sum {name}"]}):
            with pytest.raises(QuestionError):
                query.report(type_, type_.rows(ben), actor=ben, **asked)  # type: ignore[arg-type]
        with pytest.raises(QuestionError):
            query.page(seen, type_.rows(ben), sort=name, names=[]) if name != "created_at" else query.parse(
                "created_at:x", type_, actor=ben
            )
        with pytest.raises(MappingError):
            bind(Step(type_.key, feeds=(Feed(name, source="A"),)), ["A"], actor=ben)
        with pytest.raises(Exception, match="There is no field"):
            answer.asked(type_, query.Question(), actor=ben, fields=[name])


@pytest.mark.slow
@of_each_type
def test_no_way_of_reading_shows_it(type_: RecordType, people: People, kept: list[str]) -> None:
    made = specimens.create(type_, 1, actor=people.anna)
    change.save(made, {type_.title: "Other"}, actor=people.anna, type_=type_.whole)
    ben = restrict(people, type_, HIDDEN)
    program, visitor = Program(people.user(ben)), Visitor(people.user(ben))
    shown = {"id", "version", *type_.for_(ben).fields()}
    assert {*program.get(f"{type_.slug}/{made.pk}/")} == shown
    assert {name for row in program.get(f"{type_.slug}/")["data"] for name in row} <= shown
    for act in program.get(f"{type_.slug}/{made.pk}/history/")["data"]:
        assert {*(act["old"] or {}), *act["new"]} <= shown
    lines = b"".join(answer.served(answer.asked(type_, query.Question(), actor=ben, format="jsonl"))).splitlines()
    assert {name for line in lines for name in json.loads(line)} <= shown
    schema = program.get("openapi.json")["components"]["schemas"]
    assert {*schema[type_.key]["properties"]} == shown
    assert not {*schema[f"{type_.key}.values"]["properties"]} - shown
    names = {d.label for event in history.history(type_, made.pk, actor=ben) for d in event.differences}
    assert names <= {str(kind.label) for kind in type_.for_(ben).fields().values()}
    texts = secrets(type_, made, kept)
    for page in ("", f"{made.pk}/", f"{made.pk}/?tab=history", f"{made.pk}/edit/", "new/", "board/", "trash/"):
        found = visitor.get(f"/{type_.slug}/{page}").html
        assert not [text for text in texts if text in found], page


def secrets(type_: RecordType, made: Any, kept: list[str]) -> list[str]:
    """Texts of the hidden fields that are long enough to be nothing else."""
    kinds = [type_.fields()[name] for name in kept]
    values = [kind.get(made) for kind in kinds if kind.word in ("text", "email", "phone", "url")]
    return [
        value
        for value in values
        if isinstance(value, str) and len(value) > 8 and value not in (made.name if hasattr(made, "name") else "")
    ]


@pytest.mark.slow
@of_each_type
def test_what_is_hidden_or_read_only_is_not_set(type_: RecordType, people: People, kept: list[str]) -> None:
    made = specimens.create(type_, 1, actor=people.anna)
    before = type_.image(type_.one(made.pk, actor=people.anna))
    for word in (HIDDEN, LOCKED):
        ben = restrict(people, type_, word)
        program = Program(people.user(ben))
        for name, kind in ((name, type_.fields()[name]) for name in kept):
            sent = {name: kind.to_json(specimens.value(kind, 2, actor=people.anna) if kind.entered else None)}
            refused = program.patch(f"{type_.slug}/{made.pk}/", sent)
            assert program.status == 422, (name, refused)
        edit = Visitor(people.user(ben)).get(f"/{type_.slug}/{made.pk}/edit/")
        assert not {*kept} & {
            field.partition(".")[0] for field, _value in edit.form_to(f"/{type_.slug}/{made.pk}/edit/").fields
        }
    assert type_.image(type_.one(made.pk, actor=people.anna)) == before


def test_who_has_another_role_that_shows_it_sees_it(people: People) -> None:
    deal = registry.type_of("sales.deal")
    restrict(people, deal, HIDDEN)
    role = change.create(registry.type_of("kernel.role"), {"name": "Sees", "levels": ALL}, actor=people.anna)
    user = people.user(people.ben)
    change.save(user, {"roles": [*user.roles, role.pk]}, actor=people.anna, type_=registry.type_of("kernel.user"))
    assert deal.for_(actor_of(people.user(people.ben))) is deal


def test_what_follows_from_a_hidden_field_is_hidden_with_it(people: People) -> None:
    role = registry.type_of("kernel.role")
    own = people.user(people.ben).roles[0]
    hidden = {"parties.person": {"email": HIDDEN}, "sales.deal": {"amount": LOCKED}}
    change.save(own, {"levels": ALL, "fields": hidden}, actor=people.anna, type_=role)
    ben = actor_of(people.user(people.ben))
    person, deal = (registry.type_of(key).for_(ben) for key in ("parties.person", "sales.deal"))
    assert not {"email", "contact_points"} & {*person.fields()}
    assert [deal.fields()[name].entered for name in ("amount", "lines", "next_step")] == [False, False, True]


def test_a_role_hides_no_name_and_nothing_that_must_be_there(people: People) -> None:
    role = registry.type_of("kernel.role")
    for field in ("name", "nothing"):
        with pytest.raises(Exception, match="names fields that may be"):
            change.create(
                role, {"name": "R", "levels": ALL, "fields": {"sales.deal": {field: HIDDEN}}}, actor=people.anna
            )


def test_a_path_to_a_hidden_field_ends_before_it(people: People) -> None:
    restrict(people, registry.type_of("parties.organisation"), HIDDEN)
    ben = actor_of(people.user(people.ben))
    deal = registry.type_of("sales.deal")
    for text in ("account.sector:x", "account.address.city:x"):
        with pytest.raises(QuestionError, match="There is no field"):
            query.parse(text, deal, actor=ben)
    asked = query.parse("account.sector:empty", deal, actor=people.anna)
    with pytest.raises(QuestionError, match="There is no field"):
        query.ask(deal, asked, actor=ben)
    with pytest.raises(QuestionError, match="There is no field"):
        query.report(deal, deal.rows(ben), by=["account.sector"], actor=ben)
    address = f"/deals/?q={quote('account.sector:empty')}"
    assert "There is no field" in Visitor(people.user(ben)).get(address).text

"""Whoever does something needs the right on every record that it touches: those changed, and those newly named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bodega.kernel import change, history, registry
from bodega.kernel.kinds import AnyReference, Kind, Reference, References
from bodega.kernel.parts import Part
from bodega.kernel.record import RecordType
from tests.personas import People
from tests.proofs.ground import EDITOR, Attempt, Ground, Sender, differing, digest, ground, hired, plain, planted, token

pytestmark = pytest.mark.slow


@pytest.fixture
def at(people: People) -> Ground:
    """And Mia, who may do everything with what is her own; one record of each type is hers."""
    found = ground(people)
    role = change.create(registry.type_of("kernel.role"), {"name": "Own", "levels": EDITOR}, actor=people.anna).pk
    found.users["mia"] = hired("mia", {"roles": [role]}, people.anna)
    for number, type_ in enumerate(worked_on(found)):
        mine = planted(type_, 40 + number, found)
        change.save(mine, {"owner": found.users["mia"].pk}, actor=people.anna, type_=type_)
        found.numbers[type_.slug] = mine.pk
    return found


def worked_on(at: Ground) -> list[RecordType]:
    return [type_ for type_ in at.types if not (type_.admin or type_.within)]


def pointing(type_: RecordType) -> Iterator[tuple[str, Kind, str]]:
    """The references of a type to records that not everybody may see: its own, and those of its lines."""
    for name, kind in type_.fields().items():
        lines = kind.kinds.items() if isinstance(kind, Part) else ()
        yield from ((name, line, inner) for inner, line in lines if isinstance(line, Reference) and hidden(line))
        if isinstance(kind, Reference) and hidden(kind) and kind.entered:
            yield name, kind, ""


def hidden(kind: Reference) -> bool:
    return isinstance(kind, AnyReference) or not registry.type_of(kind.to).admin


def target_of(kind: Kind, at: Ground) -> tuple[str, int]:
    """A record of Dora's that such a field could name."""
    key = "products.product" if isinstance(kind, AnyReference) else kind.to  # type: ignore[attr-defined]
    covered = registry.type_of(key).covers.split()
    type_ = registry.type_of(covered[0] if covered else key)
    return type_.key, at.ids[type_.slug]


def as_json(kind: Kind, target: tuple[str, int]) -> Any:
    if isinstance(kind, AnyReference):
        return {"type": target[0], "id": str(target[1])}
    return [str(target[1])] if isinstance(kind, References) else str(target[1])


def test_nobody_names_a_record_that_they_may_not_see(at: Ground) -> None:
    calls, pages = Sender(secret=token(at.users["mia"])), Sender(at.users["mia"])
    before, tried = digest(), 0
    for type_ in worked_on(at):
        pk = at.numbers[type_.slug]
        for name, kind, inner in pointing(type_):
            target = target_of(kind, at)
            value = [{inner: as_json(kind, target)}] if inner else as_json(kind, target)
            answer = calls.send(Attempt("", "PATCH", f"/api/v1/{type_.slug}/{pk}/", json={name: value}))
            assert answer.status_code == 422, (type_, name, answer.content)
            if not inner:
                text = f"{target[0]}#{target[1]}" if isinstance(kind, AnyReference) else f"#{target[1]}"
                for url in (f"/{type_.slug}/{pk}/edit/", f"/{type_.slug}/bulk/"):
                    form = {"act": "change", "ids": [pk], "field": name, "fields": name, name: text}
                    answer = pages.send(Attempt("", "POST", url, form))
                    assert answer.status_code in (200, 302, 422), (url, name)
            tried += 1
            assert differing(before, digest()) == [], (type_, name)
    assert tried > 8


def test_who_may_change_some_of_many_changes_those_alone(at: Ground) -> None:
    pages, calls = Sender(at.users["mia"]), Sender(secret=token(at.users["mia"]))
    for type_ in worked_on(at):
        mine, theirs = at.numbers[type_.slug], at.ids[type_.slug]
        held = {"act": "delete", "ids": [mine, theirs]}
        assert pages.send(Attempt("", "POST", f"/{type_.slug}/bulk/", held)).status_code == 302
        there = {*type_.rows(at.actor).filter(pk__in=[mine, theirs]).values_list("pk", flat=True)}
        assert there == {theirs}, type_
        items = [{"act": "change", "id": str(theirs), "values": {plain(type_): "Changed"}}]
        answer = calls.send(Attempt("", "POST", f"/api/v1/{type_.slug}/bulk/", json={"items": items}))
        assert answer.json()["written"] == 0, type_


def test_nobody_takes_back_what_was_done_to_what_they_may_not_change(at: Ground) -> None:
    """Neither another's act, nor their own upon a record that is no longer theirs; nor out of the trash."""
    pages = Sender(at.users["mia"])
    type_, mine = registry.type_of("products.product"), at.numbers["products"]
    pages.send(Attempt("", "POST", f"/products/{mine}/edit/", {"fields": "series", "series": "Mine"}))
    act = history.last_acts(type_, [mine])[mine].pk
    change.save(mine, {"owner": at.users["dora"].pk}, actor=at.actor, type_=type_)
    for undone in (act, at.numbers["act"]):
        before = digest()
        for url in (f"/undo/{undone}/", f"/undo/{undone}/?whole=1"):
            assert pages.send(Attempt("", "POST", url, {})).status_code in (403, 404, 422), url
        assert differing(before, digest()) == []
    for type_ in worked_on(at):
        before, gone = digest(), at.trashed[type_.slug]
        assert pages.send(Attempt("", "POST", f"/{type_.slug}/{gone}/restore/", {})).status_code == 404, type_
        assert differing(before, digest()) == []

"""What a person may rely on for every record type: what was entered is there, is told of, and can be undone."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from bodega.kernel import change, history
from bodega.kernel.change import Conflict
from bodega.kernel.kinds import Show
from bodega.kernel.record import RecordType
from tests import specimens
from tests.personas import People


def stored(type_: RecordType, pk: int, people: People) -> dict[str, object]:
    rows = type_.read(type_.rows(people.anna).filter(pk=pk), type_.fields())
    return dict(rows[0].values)


def plain(type_: RecordType, values: dict[str, object]) -> dict[str, object]:
    """In the form that history keeps."""
    known = type_.fields()
    return {name: known[name].to_json(value) for name, value in values.items()}


def test_what_was_entered_is_there(type_: RecordType, people: People) -> None:
    given = specimens.values(type_, 1, actor=people.anna)
    made = change.create(type_, given, actor=people.anna)
    found = stored(type_, made.pk, people)
    assert plain(type_, {name: found[name] for name in given}) == plain(type_, given)


def test_its_history_tells_who_and_what(type_: RecordType, people: People) -> None:
    made = specimens.create(type_, actor=people.anna)
    events = history.history(type_, made.pk, actor=people.anna)
    assert [(event.change.verb, event.change.actor, event.version) for event in events] == [("created", "Anna", 1)]
    assert events[0].differences


def test_writing_the_same_again_changes_nothing(type_: RecordType, people: People) -> None:
    given = specimens.values(type_, 1, actor=people.anna)
    made = change.create(type_, given, actor=people.anna)
    again = change.save(made, stored_editable(type_, made.pk, people), actor=people.anna, type_=type_)
    assert (again.version, len(history.history(type_, made.pk, actor=people.anna))) == (1, 1)


def stored_editable(type_: RecordType, pk: int, people: People) -> dict[str, object]:
    known = type_.fields()
    return {
        name: value
        for name, value in stored(type_, pk, people).items()
        if known[name].writable and known[name].editable
    }


def test_a_version_that_is_gone_is_refused(type_: RecordType, people: People) -> None:
    made = specimens.create(type_, actor=people.anna)
    title = type_.title
    change.save(made, {title: changed_title(type_)}, actor=people.anna, type_=type_, version=1)
    with pytest.raises(Conflict):
        change.save(made, {title: changed_title(type_) + "x"}, actor=people.anna, type_=type_, version=1)


def changed_title(type_: RecordType) -> str:
    return "GBP" if type_.key == "kernel.rate" else "Changed"


def test_a_change_can_be_undone(type_: RecordType, people: People) -> None:
    made = specimens.create(type_, actor=people.anna)
    before = plain(type_, stored(type_, made.pk, people))
    change.save(made, {type_.title: changed_title(type_)}, actor=people.anna, type_=type_)
    newest = history.history(type_, made.pk, actor=people.anna)[0].change
    assert history.undo(newest.pk, actor=people.anna).records == 1
    after = plain(type_, stored(type_, made.pk, people))
    assert {k: v for k, v in after.items() if k != "updated_at"} == {
        k: v for k, v in before.items() if k != "updated_at"
    }


def test_creating_can_be_undone_and_that_too(type_: RecordType, people: People) -> None:
    made = specimens.create(type_, actor=people.anna)
    act = history.history(type_, made.pk, actor=people.anna)[0].change
    history.undo(act.pk, actor=people.anna)
    assert not type_.rows(people.anna).filter(pk=made.pk).exists()
    assert type_.trash(people.anna).filter(pk=made.pk).exists()
    taken_back = history.history(type_, made.pk, actor=people.anna)[0].change
    history.undo(taken_back.pk, actor=people.anna)
    assert type_.rows(people.anna).filter(pk=made.pk).exists()


def test_trash_and_back(type_: RecordType, people: People) -> None:
    made = specimens.create(type_, actor=people.anna)
    before = plain(type_, stored(type_, made.pk, people))
    change.delete(type_, [made.pk], actor=people.anna)
    assert not type_.rows(people.anna).filter(pk=made.pk).exists()
    change.restore(type_, [made.pk], actor=people.anna)
    after = plain(type_, stored(type_, made.pk, people))
    assert {k: v for k, v in after.items() if k != "updated_at"} == {
        k: v for k, v in before.items() if k != "updated_at"
    }
    verbs = [event.change.verb for event in history.history(type_, made.pk, actor=people.anna)]
    assert verbs == ["restored", "deleted", "created"]


def test_what_is_missing_is_told_by_field(type_: RecordType, people: People) -> None:
    required = {name for name, kind in type_.fields().items() if kind.required and kind.writable}
    given = specimens.values(type_, 1, actor=people.anna)
    for name in required - {"login", "given_at", "happened_at"}:
        empty = {key: value for key, value in given.items() if key not in (name, "given_name", "family_name")}
        if name in ("word", "slug", "plural"):
            continue
        with pytest.raises(ValidationError) as caught:
            change.create(type_, empty, actor=people.anna)
        assert name in caught.value.message_dict


def test_an_unknown_field_is_refused(type_: RecordType, people: People) -> None:
    with pytest.raises(ValidationError) as caught:
        change.create(type_, specimens.values(type_, 1, actor=people.anna) | {"nonsense": 1}, actor=people.anna)
    assert "nonsense" in caught.value.message_dict


def test_who_may_see_nothing_sees_and_does_nothing(type_: RecordType, people: People) -> None:
    made = specimens.create(type_, actor=people.anna)
    if not type_.admin:
        assert type_.rows(people.cleo).count() == 0
        assert type_.labels([made.pk], people.cleo) == {}
    for attempt in (
        lambda: change.create(type_, {}, actor=people.cleo),
        lambda: change.save(made, {type_.title: "x"}, actor=people.cleo, type_=type_),
        lambda: change.delete(type_, [made.pk], actor=people.cleo),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_what_is_exported_can_be_imported(type_: RecordType, people: People) -> None:
    """Every field's export is parsed back to the same value."""
    made = specimens.create(type_, actor=people.anna)
    show, known = Show(people.anna), type_.fields()
    for name, value in stored(type_, made.pk, people).items():
        kind = known[name]
        if kind.writable and not (kind.word == "datetime" and not kind.editable):
            back = kind.parse(kind.export(value, show=show), actor=people.anna)
            assert kind.to_json(back) == kind.to_json(value), name


@pytest.mark.parametrize("count", [1, 3])
def test_writing_many_takes_as_many_statements_as_writing_one(
    type_: RecordType, people: People, count: int, django_assert_max_num_queries: object
) -> None:
    drafts = [change.Draft(None, specimens.values(type_, 10 + n, actor=people.anna)) for n in range(count)]
    with django_assert_max_num_queries(40) as captured:  # type: ignore[operator]
        found = change.save_many(type_, drafts, actor=people.anna)
    assert (len(found.created), [d.problem for d in found.problems]) == (count, [])
    expected = STATEMENTS.setdefault(type_.key, len(captured))
    assert len(captured) == expected


STATEMENTS: dict[str, int] = {}

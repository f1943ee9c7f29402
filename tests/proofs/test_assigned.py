"""Only what somebody may enter is entered: whatever else a form, a call or a file names, it stays what it is."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pytest

from bodega.kernel import change, registry
from bodega.kernel.record import RecordType
from bodega.surfaces.transfer import actions as transfer
from bodega.surfaces.transfer.by_form import read_form
from bodega.surfaces.transfer.mapping import read_step
from tests.personas import People
from tests.proofs.denied import FRESH, new_values, text_of
from tests.proofs.ground import EVERYTHING, Attempt, Ground, Sender, ground, hired, token
from tests.surfaces.html.visitor import Page

pytestmark = pytest.mark.slow
FURTHER = (
    "id", "pk", "owner_id", "owner.name", "version", "created_at", "updated_at", "deleted_at", "is_admin", "is_active",
    "is_superuser", "custom", "name_key", "team_set", "teams_id", "levels", "fields", "roles", "password", "kind",
    "where", "type", "__class__", "__dict__", "_state", "objects", "shares_id", "sha256", "size", "preferences",
)  # fmt: skip
ALONE = frozenset({"version", "updated_at", "name_key", "text_key", "custom"})
"""What follows from every change."""


@pytest.fixture
def at(people: People) -> Ground:
    """And Max, who may do everything with every record that is no administrator's."""
    found = ground(people)
    levels = EVERYTHING | {type_.key: EVERYTHING["*"] for type_ in found.types if type_.apart}
    role = change.create(registry.type_of("kernel.role"), {"name": "All", "levels": levels}, actor=people.anna).pk
    found.users["max"] = hired("max", {"roles": [role]}, people.anna)
    return found


def types(at: Ground) -> list[RecordType]:
    return [type_ for type_ in at.types if not type_.admin]


def foreign(type_: RecordType) -> list[str]:
    """Every column of the table and what else somebody may think of, but for the fields that people enter."""
    columns = {name for column in type_.model._meta.concrete_fields for name in (column.name, column.attname)}
    entered = {name for name, kind in type_.fields().items() if kind.entered}
    inner = {f"{name}_{end}" for name in entered for end in ("currency", "base", "key", "id")}
    return sorted({*columns, *FURTHER, *inner} - entered)


def row(type_: RecordType, pk: int) -> dict[str, Any]:
    return dict(type_.model._base_manager.filter(pk=pk).values().get())


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    return {name for name in after if before[name] != after[name]}


def test_a_call_takes_fields_alone(at: Ground) -> None:
    calls = Sender(secret=token(at.users["max"]))
    for type_ in types(at):
        pk, values = at.ids[type_.slug], new_values(type_, at)
        home, before, most = f"/api/v1/{type_.slug}/", row(type_, pk), type_.every().count()
        for name in foreign(type_):
            more, item = {name: "1"}, {"act": "change", "id": str(pk), "values": {name: 1}}
            if name != "version":  # the version that the caller has read
                assert calls.send(Attempt("", "PATCH", f"{home}{pk}/", json=more)).status_code == 422, (type_, name)
            assert calls.send(Attempt("", "POST", home, json=values | more)).status_code == 422, (type_, name)
            bulk = calls.send(Attempt("", "POST", f"{home}bulk/", json={"items": [item]}))
            assert bulk.json()["written"] == 0, (type_, name)
        for action in type_.actions:
            where = f"{pk}/" if action.target == "one" else ""
            given = {name: 1 for name in foreign(type_) if name not in ("ids", *action.parameters)}
            answer = calls.send(Attempt("", "POST", f"{home}{where}do/{action.name}/", json=given))
            assert answer.status_code in (409, 422), (type_, action.name)
        assert (changed(before, row(type_, pk)), type_.every().count()) == (set(), most), type_


def test_a_form_takes_what_it_draws_alone(at: Ground) -> None:
    pages = Sender(at.users["max"])
    for type_ in [
        one for one in types(at) if one.key != "talk.comment"
    ]:  # whose words are changed by their author alone
        pk, names, (name, text) = at.ids[type_.slug], foreign(type_), text_of(type_)
        more = dict.fromkeys(names, "1")
        before = row(type_, pk)
        edit = more | {"fields": " ".join([name, *names]), name: text, "version": str(before["version"])}
        assert pages.send(Attempt("", "POST", f"/{type_.slug}/{pk}/edit/", edit)).status_code == 302, type_
        assert changed(before, row(type_, pk)) <= ALONE | {name}, type_
        before = row(type_, pk)
        for one in names:
            pages.send(Attempt("", "POST", f"/{type_.slug}/cell/{pk}/{one}/", {one: "1", "fields": one}))
            bulk = {"act": "change", "ids": [pk], "field": one, "fields": one, one: "1"}
            pages.send(Attempt("", "POST", f"/{type_.slug}/bulk/", bulk))
        assert changed(before, row(type_, pk)) == set(), type_


def test_a_new_record_has_what_its_form_draws_alone(at: Ground) -> None:
    """Neither from the form nor from the address, which fills in fields beforehand."""
    pages = Sender(at.users["max"])
    for type_ in [one for one in types(at) if one.key != "files.file"]:  # files come in by upload
        drawn = at.form(f"/{type_.slug}/{at.ids[type_.slug]}/edit/")
        texts = FRESH.get(type_.key, dict([text_of(type_)])) | {"external_id": "", "code": "", "roles": ""}
        known = " ".join(map(str, type_.every().values_list("pk", flat=True)))
        form = {n: v for n, v in drawn.items() if n != "version" and "INITIAL" not in n} | texts
        rows = []
        for more in ({}, dict.fromkeys({*foreign(type_)} - drawn.keys(), "7")):
            form = form | more | {"known": known}
            query = "&".join(f"{one}=7" for one in more)
            answer = pages.send(Attempt("", "POST", f"/{type_.slug}/new/?{query}", form))
            assert answer.status_code == 302, (type_, Page(answer.content.decode()).text[:2_000])
            newest = type_.every().order_by("-pk")[0].pk
            known += f" {newest}"
            rows.append(row(type_, newest))
        assert changed(*rows) <= {"id", "created_at", "updated_at", "happened_at", "stage_since"}, type_
        assert rows[1]["id"] == rows[0]["id"] + 1


def test_a_file_brings_fields_alone(at: Ground, people: People) -> None:
    for type_ in types(at):
        names = foreign(type_)
        table = ",".join(names) + "\n" + ",".join("1" for _name in names) + "\n"
        run = transfer.start(io.BytesIO(table.encode()), name="a.csv", type_key=type_.key, actor=people.anna)
        sent = {f"to.{number}": name for number, name in enumerate(names)}
        step = read_form(sent, read_step(run.step), run.columns, actor=people.anna)
        brought = {feed.field for feed in step.feeds} & {*names}
        assert brought <= {"id", "version"}, type_  # which record is meant, and as who read it

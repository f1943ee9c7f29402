"""The second world: all that one person does not know of a company is different, and nothing else.

Said by the oracle, done to the rows. What is not known: records that the person may not see, with their parts, their
past, their lines on timelines, which of them there are; and which of them something else refers to. What stays: numbers
that were given (ids, positions of events), keys that are taken (they cannot be given twice), whether something was done
to one record or to several at once, and roll-ups that stand on a record one does see (`TOLD`).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import models

from bodega.apps.activity.models import Entry, TimelineRow
from bodega.kernel import copies, registry, teams
from bodega.kernel.actors import Team, Territory
from bodega.kernel.columns import CurrencyField, KeyField
from bodega.kernel.kinds import AnyReference, Computed, Kind, Reference, References
from bodega.kernel.models import Change, ChangeRow
from bodega.kernel.parts import Part
from bodega.kernel.raw import Statement, columns_of, insert
from bodega.kernel.record import RecordType
from bodega.kernel.sharing import Share
from bodega.platform.notifications.models import Notification
from bodega.platform.tallies import keeping
from bodega.surfaces.search.making import found_types, renew
from tests.proofs.companies import some
from tests.proofs.grown import TOKEN, Grown
from tests.proofs.oracle import Person, Thing, hides, knows

TOLD = frozenset({"last_contact", "strength", "next_due"})
"""Columns of a record that are told to all who see it, though they follow from others that they may not see: when
somebody last spoke with a customer is worth knowing for whoever is about to. See docs/decisions/0033."""
KEPT = frozenset({"id", "version", "external_id", "type_id", "kind", "promised", "sha256", "size"})
TOGETHER = {
    "sales.deal": [("pipeline_id", "stage_id", "status")],
    "activity.note": [("about_type", "about_id")],
    "activity.task": [("about_type", "about_id")],
    "activity.promise": [("about_type", "about_id")],
}
"""Columns that go together."""
FAR = 100_000
"""Added to the ids of records that only the second world has."""
Raw = dict[str, Any]
Target = tuple[str, int]


def alter(made: Grown, person: Person, lot: random.Random) -> None:
    """Make the database the second world of this person."""
    hidden = [one for one in made.things if not knows(person, one)]
    held = {one.within for one in made.things}
    gone = {one for one in hidden if lot.random() < 0.25 and one not in made.keys and one not in held}
    Alteration(made, person, lot, hidden, gone).carry_out()


@dataclass
class Alteration:
    """What is done to the rows. `others` says for each hidden record another one of its type, which stands for it where
    it is referred to; for what is `gone`, a new one."""

    made: Grown
    person: Person
    lot: random.Random
    hidden: Sequence[Thing]
    gone: set[Thing]

    def carry_out(self) -> None:
        self.types = {one.type: registry.type_of(one.type) for one in self.made.things}
        self.hidden_ids = {(one.type, self.made.ids[one]): one for one in self.hidden}
        self.others = {target: other for key in self.types for target, other in self.others_of(key).items()}
        self.added: dict[str, dict[int, int]] = {}
        for type_ in self.types.values():
            self.alter_records(type_)
            for part in type_.parts:
                self.alter_parts(type_, part)
        for type_ in self.types.values():
            if type_.is_copied:
                copies.mend(type_)
            if type_.tally is not None:
                keeping.mend(type_)
        self.alter_history()
        self.alter_timelines()
        self.alter_notifications()
        for type_ in found_types():
            all_of_it = bool(self.types.get(type_.key) and self.masked(type_))
            ids = [self.made.ids[one] for one in self.made.of(type_.key) if all_of_it or one in self.hidden]
            if ids:
                renew(type_, [*ids, *self.added.get(type_.key, {}).values()])

    def others_of(self, key: str) -> dict[Target, int]:
        ids = [self.made.ids[one] for one in self.hidden if one.type == key]
        left = [self.made.ids[one] for one in self.hidden if one.type == key and one not in self.gone]
        moved = {(key, pk): pk + FAR for pk in ids if pk not in left}
        return moved | {(key, pk): other for pk, other in zip(left, self.lot.sample(left, len(left)), strict=True)}

    def is_hidden(self, target: Target) -> bool:
        return target in self.hidden_ids

    # ---- records ---------------------------------------------------------------------------------------------------

    def alter_records(self, type_: RecordType) -> None:
        ids = [self.made.ids[one] for one in self.made.of(type_.key)]
        rows = read(type_.model, pk__in=ids)
        pools = {column: [row[column] for row in rows] for column in columns_of(type_.model)}
        found, taken = [], []
        for row in rows:
            thing = self.hidden_ids.get((type_.key, row["id"]))
            altered = self.hidden_row(type_, row, pools) if thing else self.masked_row(type_, row, pools)
            if thing in self.gone or altered != row:
                taken.append(row["id"])
                found.append(self.copied(type_, altered) if thing in self.gone else altered)
        some = [row for row in found if (type_.key, row["id"]) in self.hidden_ids and self.lot.random() < 0.25]
        copies = [self.copied(type_, row) for row in some]
        write(type_.model, taken, [*found, *copies])

    def copied(self, type_: RecordType, row: Raw) -> Raw:
        """A record that only this world has."""
        self.added.setdefault(type_.key, {})[row["id"]] = row["id"] + FAR
        once = {"external_id": ""} if "external_id" in row else {}
        return row | {"id": row["id"] + FAR} | once

    def hidden_row(self, type_: RecordType, row: Raw, pools: Mapping[str, Sequence[Any]]) -> Raw:
        thing = self.hidden_ids[type_.key, row["id"]]
        retext = partial(TOKEN.sub, other_letter(self.lot))
        kept = KEPT | {*type_.where} | ({f"{type_.within}_id", f"{type_.within}_type"} if type_.within else set())
        made = {
            column: value if column in kept else self.other(field, value, pools[column], retext)
            for column, value in row.items()
            for field in [columns_of(type_.model)[column]]
        }
        for columns in TOGETHER.get(type_.key, ()):
            known = [*zip(*(pools[one] for one in columns), strict=True)]
            made |= dict(zip(columns, self.lot.choice(known), strict=True))
        if self.lot.random() < 0.2 and thing not in self.made.keys:
            made["deleted_at"] = None if row["deleted_at"] else row["updated_at"]
        return made if thing.within else made | self.other_access(thing, row)

    def other(
        self, field: models.Field[Any, Any], value: Any, pool: Sequence[Any], retext: Callable[[str], str]
    ) -> Any:
        """Another value for a column of a hidden record."""
        if isinstance(value, str) and TOKEN.search(value):
            return retext(value)
        if isinstance(value, dict | list):
            return retexted(value, retext)
        if field.name == "deleted_at" or isinstance(field, KeyField | CurrencyField):
            return value
        if isinstance(value, datetime | date):
            return value + timedelta(days=self.lot.randint(-300, 300))
        if isinstance(value, int) and not isinstance(value, bool) and not field.is_relation:
            return value + self.lot.randint(1, 500)
        return self.lot.choice(pool)

    def other_access(self, thing: Thing, row: Raw) -> Raw:
        """Somebody else's, in other teams, in another territory: as long as the person still does not know it."""
        company, ids = self.made.company, self.made.ids
        for _try in range(6):
            other = Thing(
                owner=self.lot.choice([None, *company.people]),
                teams=some(company.branches[Team], self.lot),
                territory=self.lot.choice([None, *company.branches[Territory]]),
                private=self.lot.random() < 0.3,
                type=thing.type,
                shares=thing.shares,
                rules=thing.rules,
            )
            number = teams.numbers().get(frozenset(ids[team] for team in other.teams)) if other.teams else None
            if not knows(self.person, other) and (number or not other.teams):
                return {
                    "owner_id": other.owner and ids[other.owner],
                    "team_set": number,
                    "territory_id": other.territory and ids[other.territory],
                    "private": other.private,
                }
        return {name: row[name] for name in ("owner_id", "team_set", "territory_id", "private")}

    # ---- what is hidden of records that are seen -------------------------------------------------------------------

    def masked(self, type_: RecordType) -> list[Kind]:
        """The fields of a type that are kept from the person."""
        return [kind for kind in type_.fields().values() if hides(self.person, type_.key, kind.key)]

    def masked_row(self, type_: RecordType, row: Raw, pools: Mapping[str, Sequence[Any]]) -> Raw:
        made, fields = self.seen_row(type_, row), columns_of(type_.model)
        retext = partial(TOKEN.sub, other_letter(self.lot))
        columns = [column for kind in self.masked(type_) if not isinstance(kind, Part) for column in kind.columns]
        return made | {name: self.other(fields[name], made[name], pools[name], retext) for name in columns}

    # ---- what refers to hidden records ---------------------------------------------------------------------------

    def seen_row(self, type_: RecordType, row: Raw) -> Raw:
        """The same, but for which of the hidden records it refers to."""
        made = dict(row)
        for kind in pointing(type_.fields().values()):
            held = made["custom"] if kind.custom else made
            value = kind.unpack([held.get(column) for column in kind.columns])
            other = self.elsewhere(kind, value)
            if other != value:
                packed = dict(zip(kind.columns, kind.pack(other), strict=True))
                made |= {"custom": made["custom"] | packed} if kind.custom else packed
        return made

    def elsewhere(self, kind: Kind, value: Any) -> Any:
        """The value with other hidden records in the place of those it names."""
        if isinstance(kind, Part):
            inner = kind.kinds
            return [
                {name: self.elsewhere(inner[name], held) if name in inner else held for name, held in line.items()}
                for line in value or ()
            ]
        if not isinstance(kind, Reference) or not value:
            return value
        if isinstance(kind, AnyReference):
            return value[0], self.other_than(value)
        if isinstance(kind, References):
            return [self.other_than((kind.to, pk)) for pk in value]
        return self.other_than((kind.to, value))

    def other_than(self, target: Target) -> int:
        """The id of another hidden record; that of the same where it is seen."""
        keys = registry.type_of(target[0]).covers.split() or [target[0]]
        return next((self.others[key, target[1]] for key in keys if (key, target[1]) in self.others), target[1])

    def alter_parts(self, type_: RecordType, part: Part) -> None:
        if part.model is Share:  # a rule of its own: they say who sees the record
            return
        parent, ids = f"{part.parent}_id", [self.made.ids[one] for one in self.made.of(type_.key)]
        found, taken, is_masked = [], [], part in self.masked(type_)
        for row in read(part.model, **{f"{parent}__in": ids}, **part.where):
            altered = (
                self.hidden_line(type_, part, row, parent)
                if is_masked or (type_.key, row[parent]) in self.hidden_ids
                else self.seen_line(part, row)
            )
            if altered != row:
                taken.append(row["id"])
                found += [altered] if altered else []
        write(part.model, taken, found)

    def hidden_line(self, type_: RecordType, part: Part, row: Raw, parent: str) -> Raw:
        if self.lot.random() < 0.3 or self.hidden_ids.get((type_.key, row[parent])) in self.gone:
            return {}
        retext = partial(TOKEN.sub, other_letter(self.lot))
        fields = columns_of(part.model)
        kept = {"id", "order", parent}
        return {
            name: held if name in kept else self.other(fields[name], held, [held], retext) for name, held in row.items()
        }

    def seen_line(self, part: Part, row: Raw) -> Raw:
        made = dict(row)
        for kind in pointing(part.kinds.values()):
            value = kind.unpack([row[column] for column in kind.columns])
            made |= dict(zip(kind.columns, kind.pack(self.elsewhere(kind, value)), strict=True))
        return made

    # ---- what happened -------------------------------------------------------------------------------------------

    def alter_history(self) -> None:
        """The past of hidden records is another one, and others did it; how many an act was about follows from that."""
        rows = read(ChangeRow, type__in=[*self.types])
        found, acts = [], {}
        for row in rows:
            target = row["type"], row["record_id"]
            kept = self.hidden_past(row) if target in self.hidden_ids else self.seen_past(row)
            found += [kept] if kept else []
            acts.setdefault(row["change_id"], []).append((target in self.hidden_ids, bool(kept)))
        ChangeRow._base_manager.filter(type__in=[*self.types]).delete()
        insert(ChangeRow, [*columns_of(ChangeRow)], [[*row.values()] for row in found])
        changes = read(Change, pk__in=[*acts])
        write(Change, [row["id"] for row in changes], [self.other_act(row, acts[row["id"]]) for row in changes])

    def hidden_past(self, row: Raw) -> Raw | None:
        thing = self.hidden_ids[row["type"], row["record_id"]]
        if thing in self.gone or self.lot.random() < 0.3:
            return None
        retext = partial(TOKEN.sub, other_letter(self.lot))
        return row | {name: retexted(row[name], retext) for name in ("old", "new")}

    def seen_past(self, row: Raw) -> Raw:
        kinds = {kind.key: kind for kind in pointing(self.types[row["type"]].fields().values(), parts=True)}
        found = row | {name: self.other_image(kinds, row[name]) for name in ("old", "new")}
        return found | {name: self.masked_image(row["type"], found[name]) for name in ("old", "new")}

    def masked_image(self, type_key: str, image: Any) -> Any:
        retext = partial(TOKEN.sub, other_letter(self.lot))
        keys = {kind.key for kind in self.masked(self.types[type_key])} & {*(image or ())}
        return image and image | {key: other_amount(retexted(image[key], retext)) for key in keys}

    def other_image(self, kinds: Mapping[str, Kind], image: Any) -> Any:
        if not image:
            return image
        changed = {
            key: kinds[key].to_json(self.elsewhere(kinds[key], kinds[key].from_json(value)))
            for key, value in image.items()
            if key in kinds and value
        }
        return image | changed

    def other_act(self, row: Raw, rows: Sequence[tuple[bool, bool]]) -> Raw:
        left = sum(kept for _hidden, kept in rows)
        if not all(hidden for hidden, _kept in rows):
            return row | {"count": max(2, left) if row["count"] > 1 else 1}
        number = self.lot.randrange(len(self.made.company.people))
        user = self.made.ids[self.made.company.people[number]]
        undone = self.lot.choice([None, row["id"]])
        return row | {"user_id": user, "actor": f"P{number}", "count": max(1, left), "undone_by": undone}

    def alter_timelines(self) -> None:
        """What hidden records have put on timelines: other lines, at other times, fewer or more."""
        every = read(Entry, type__in=[*self.types])
        for row in every:
            new = self.masked_image(row["type"], row["new"])
            if new != row["new"]:
                Entry._base_manager.filter(pk=row["id"]).update(new=new)
        rows = [
            row for row in read(Entry, type__in=[*self.types]) if (row["type"], row["record_id"]) in self.hidden_ids
        ]
        lines = read(TimelineRow, entry__in=[row["id"] for row in rows])
        entries = {row["id"]: self.other_entry(row) for row in rows}
        kept = [row | {"at": entries[row["entry_id"]]["at"]} for row in lines if self.stays(entries[row["entry_id"]])]
        more = [
            row | {"id": row["id"] + FAR, "entry_id": row["entry_id"] + FAR} for row in kept if self.lot.random() < 0.5
        ]
        twice = [
            entries[pk - FAR] | {"id": pk, "change_id": entries[pk - FAR]["change_id"] + FAR}
            for pk in dict.fromkeys(row["entry_id"] for row in more)
        ]
        write(TimelineRow, [row["id"] for row in lines], [])
        write(Entry, [*entries], [row for row in entries.values() if self.stays(row)] + twice)
        insert(TimelineRow, [*columns_of(TimelineRow)], [[*row.values()] for row in [*kept, *more]])

    def alter_notifications(self) -> None:
        """What anybody was told of hidden records: more or less of it, by others."""
        rows = [row for row in read(Notification) if (row["type"], row["record_id"]) in self.hidden_ids]
        kept = [row | {"by": "Somebody", "read_at": None} for row in rows if self.lot.random() < 0.7]
        more = [row | {"id": row["id"] + FAR, "once": f"more:{row['id']}"} for row in kept if self.lot.random() < 0.5]
        write(Notification, [row["id"] for row in rows], [*kept, *more])

    def stays(self, entry: Raw) -> bool:
        return self.hidden_ids[entry["type"], entry["record_id"]] not in self.gone

    def other_entry(self, row: Raw) -> Raw:
        return row | {"at": row["at"] + timedelta(hours=self.lot.randint(-600, 300)), "actor": "Somebody"}


# ---- rows ------------------------------------------------------------------------------------------------------------


def read(model: type[models.Model], **asked: Any) -> list[Raw]:
    """Rows as the database holds them."""
    columns = [*columns_of(model)]
    rows = Statement(model._base_manager.filter(**asked).order_by(), columns).ask()
    return sorted((dict(zip(columns, row, strict=True)) for row in rows), key=lambda row: repr([*row.values()][:3]))


def write(model: type[models.Model], taken: Sequence[int], rows: Sequence[Raw]) -> None:
    """Put rows in the place of others."""
    for at in range(0, len(taken), 500):
        model._base_manager.filter(pk__in=taken[at : at + 500])._raw_delete("default")  # type: ignore[attr-defined]
    if rows:
        insert(model, [*rows[0]], [[*row.values()] for row in rows])


def other_letter(lot: random.Random) -> Callable[[re.Match[str]], str]:
    letter = lot.choice("mnopqrst")
    return lambda found: f"zq{letter}{found[2]}{found[3]}"


def retexted(value: Any, retext: Callable[[str], str]) -> Any:
    """JSON with other tokens."""
    if isinstance(value, str):
        return retext(value)
    if isinstance(value, list):
        return [retexted(one, retext) for one in value]
    return {key: retexted(one, retext) for key, one in value.items()} if isinstance(value, dict) else value


def other_amount(value: Any) -> Any:
    """Another one, where it is an amount of money."""
    return value | {"amount": "17.00"} if isinstance(value, dict) and "amount" in value else value


def pointing(kinds: Any, *, parts: bool = False) -> list[Kind]:
    """The fields that name records; `parts` those with lines, too."""
    return [
        kind
        for kind in kinds
        if not isinstance(kind, Computed) and (isinstance(kind, Reference) or (parts and isinstance(kind, Part)))
    ]

"""The best plain SQL for what the pages show: the same rows, without a program around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bodega.lib import clock
from tests.proofs.engines import Engine

PEOPLE = "p.kind = 'person' AND p.deleted_at IS NULL"
ALIVE = "p.deleted_at IS NULL"
CAP, CARDS, FOUND = 10_001, 51, 20
"""How far rows are counted, how many cards of a lane are read, as the pages do, and how many are found."""


@dataclass
class Plain:
    """Statements for one person: `owners` are those whose records they may see, none for everybody's."""

    engine: Engine
    owners: Sequence[int] = ()

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.engine.run(statement.replace("?", self.engine.mark), parameters)

    @property
    def mine(self) -> str:
        return f" AND p.owner_id IN ({','.join(map(str, self.owners))})" if self.owners else ""

    # ---- lists -------------------------------------------------------------------------------------------------

    def people(self, where: str = "", parameters: Sequence[Any] = (), *, size: int = 51) -> list[tuple[Any, ...]]:
        """A page by name with the names of organisations and owners, and the number of all, counted to the cap."""
        inner = (
            "SELECT id, version, name, name_key, organisation_id, job_title, email, phone, life_cycle, last_contact,"
            f" owner_id FROM parties_party p WHERE {PEOPLE}{self.mine}{where} ORDER BY name_key, id LIMIT {size}"
        )
        return self.run(
            f"SELECT p.*, o.name, u.name FROM ({inner}) p LEFT JOIN parties_party o ON o.id = p.organisation_id"
            " LEFT JOIN kernel_user u ON u.id = p.owner_id ORDER BY p.name_key, p.id",
            parameters,
        )

    def count(self, where: str = "", parameters: Sequence[Any] = ()) -> int:
        inner = f"SELECT 1 FROM parties_party p WHERE {PEOPLE}{self.mine}{where} LIMIT {CAP}"
        return int(self.run(f"SELECT count(*) FROM ({inner}) AS found", parameters)[0][0])

    def list_page(self, *, after: tuple[str, int] | None = None) -> None:
        if after:
            self.people(" AND (p.name_key, p.id) > (?, ?)", after)
        else:
            self.people()
        self.count()

    def question(self, country: str, name: str) -> None:
        where = " AND p.address_country = ? AND p.name_key LIKE ?"
        self.people(where, (country, f"%{name}%"))
        self.count(where, (country, f"%{name}%"))

    def ending(self, topic: int) -> None:
        """People of whom it is known that this ends within 90 days, and whom nobody has been in touch with for 30."""
        where = (
            " AND p.last_contact < ? AND p.id IN (SELECT f.party_id FROM memory_fact f"
            " WHERE f.topic_id = ? AND f.standing = 'current' AND f.deleted_at IS NULL AND f.day < ?)"
        )
        today = clock.now()
        given = (today - timedelta(days=30), topic, (today + timedelta(days=90)).date())
        self.people(where, given)
        self.count(where, given)

    def person_at(self, place: int) -> tuple[str, int]:
        """Name and id of the person so far down the list."""
        found = self.run(
            f"SELECT p.name_key, p.id FROM parties_party p WHERE {PEOPLE}{self.mine}"
            f" ORDER BY p.name_key, p.id LIMIT 1 OFFSET {place}"
        )
        return found[0][0], found[0][1]

    def stretch(self, count: int) -> tuple[int, int]:
        """The ids between which there are so many people, or all there are."""
        ids = f"SELECT p.id FROM parties_party p WHERE {PEOPLE}{self.mine} ORDER BY p.id"
        low, last = self.run(f"{ids} LIMIT 1")[0][0], self.run(f"{ids} LIMIT 1 OFFSET {count}")
        return low, last[0][0] if last else 2**62

    def search(self, column: str, part: str) -> None:
        """People of whom a column contains the text; by the index that is there for it, if any."""
        self.people(f" AND p.{column} LIKE ?", (f"%{part}%",), size=FOUND)

    def report(self) -> None:
        month = (
            "date_trunc('month', p.expected_on)" if self.engine.word == "postgres" else "substr(p.expected_on, 1, 7)"
        )
        self.run(
            f"SELECT p.stage_id, p.owner_id, {month}, p.amount_currency, count(*), sum(p.amount) FROM sales_deal p"
            f" WHERE {ALIVE}{self.mine} GROUP BY 1, 2, 3, 4"
        )

    def export(self, low: int, high: int) -> None:
        self.run(
            "SELECT p.id, p.version, p.name, p.organisation_id, o.name, p.job_title, p.email, p.phone, p.life_cycle,"
            " p.source, p.language, p.last_contact, p.owner_id, u.name FROM parties_party p"
            " LEFT JOIN parties_party o ON o.id = p.organisation_id LEFT JOIN kernel_user u ON u.id = p.owner_id"
            f" WHERE {PEOPLE}{self.mine} AND p.id >= ? AND p.id < ? ORDER BY p.id",
            (low, high),
        )

    # ---- board -------------------------------------------------------------------------------------------------

    def board(self, stages: Sequence[int]) -> None:
        for stage in stages:
            self.run(
                "SELECT p.id, p.version, p.name, p.amount, p.amount_currency, p.next_step, a.name, u.name FROM"
                f" (SELECT * FROM sales_deal p WHERE p.stage_id = ? AND {ALIVE}{self.mine}"
                f" ORDER BY p.stage_since DESC, p.id DESC LIMIT {CARDS}) p"
                " LEFT JOIN parties_party a ON a.id = p.account_id LEFT JOIN kernel_user u ON u.id = p.owner_id",
                (stage,),
            )
        self.lanes(stages)

    def lanes(self, stages: Sequence[int]) -> None:
        """Counts and sums; all is in one currency, which the two ends of the currencies show."""
        self.run(
            "SELECT p.stage_id, count(*), sum(p.amount), min(nullif(p.amount_currency, '')),"
            " max(nullif(p.amount_currency, '')) FROM sales_deal p"
            f" WHERE p.stage_id IN ({','.join(map(str, stages))}) AND {ALIVE}{self.mine} GROUP BY 1"
        )

    # ---- one record --------------------------------------------------------------------------------------------

    def record(self, pk: int) -> None:
        self.run(
            "SELECT p.*, o.name, u.name FROM parties_party p LEFT JOIN parties_party o ON o.id = p.organisation_id"
            f" LEFT JOIN kernel_user u ON u.id = p.owner_id WHERE p.id = ? AND {PEOPLE}{self.mine}",
            (pk,),
        )
        self.run("SELECT * FROM parties_contactpoint WHERE party_id = ?", (pk,))
        self.run("SELECT * FROM parties_postaladdress WHERE party_id = ?", (pk,))
        self.timeline(pk)
        self.run(
            "SELECT r.*, c.* FROM kernel_changerow r JOIN kernel_change c ON c.id = r.change_id"
            " WHERE r.type = 'parties.person' AND r.record_id = ? ORDER BY r.version DESC LIMIT 20",
            (pk,),
        )
        self.run(f"SELECT * FROM sales_deal p WHERE p.contact_id = ? AND {ALIVE} LIMIT 10", (pk,))
        self.run(
            f"SELECT * FROM activity_task p WHERE p.about_type = 'parties.person' AND p.about_id = ? AND {ALIVE}", (pk,)
        )

    def timeline(self, pk: int, which: str = "") -> None:
        self.run(
            "SELECT e.*, n.text, n.channel FROM activity_timelinerow t JOIN activity_entry e ON e.id = t.entry_id"
            " LEFT JOIN activity_note n ON n.id = e.record_id AND e.type = 'activity.note' WHERE t.subject_type ="
            f" 'parties.person' AND t.subject_id = ?{which} ORDER BY t.at DESC, t.entry_id DESC LIMIT 31",
            (pk,),
        )

    # ---- writing -----------------------------------------------------------------------------------------------

    def columns(self, table: str) -> str:
        cursor = self.engine.run
        if self.engine.word == "sqlite":
            names = [row[1] for row in cursor(f"PRAGMA table_info({table})")]
        else:
            names = [
                row[0]
                for row in cursor(f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'")
            ]
        return ", ".join(f'"{name}"' for name in names if name not in ("id", "external_id"))

    def create(self, like: int) -> None:
        """A person with their ways to be reached, copied, and the history of it; `external_id` stays empty."""
        self.begin()
        party, point = self.columns("parties_party"), self.columns("parties_contactpoint")
        made = self.run(
            f"INSERT INTO parties_party ({party}, external_id) SELECT {party}, '' FROM parties_party"
            " WHERE id = ? RETURNING id",
            (like,),
        )[0][0]
        copied = point.replace('"party_id"', str(made))
        self.run(
            f"INSERT INTO parties_contactpoint ({point}) SELECT {copied} FROM parties_contactpoint WHERE party_id = ?",
            (like,),
        )
        self.told("parties.person", made, 1)
        self.run("COMMIT")

    def log(self, pk: int) -> None:
        """A call, where it stands on timelines, and a fact, each copied from another one, with their history."""
        self.begin()
        made = {}
        for table, key in (("activity_note", "activity.note"), ("memory_fact", "memory.fact")):
            columns = self.columns(table)
            made[key] = self.run(
                f"INSERT INTO {table} ({columns}, external_id) SELECT {columns}, '' FROM {table}"
                f" WHERE id = (SELECT min(id) FROM {table}) RETURNING id"
            )[0][0]
            change = self.told(key, made[key], 1)
        entry = self.run(
            "INSERT INTO activity_entry (at, type, record_id, verb, change_id, actor) VALUES"
            " (CURRENT_TIMESTAMP, 'activity.note', ?, 'created', ?, 'bench') RETURNING id",
            (made["activity.note"], change),
        )[0][0]
        for subject in (pk, pk + 1):
            self.run(
                "INSERT INTO activity_timelinerow (subject_type, subject_id, at, entry_id) VALUES"
                " ('parties.person', ?, CURRENT_TIMESTAMP, ?)",
                (subject, entry),
            )
        self.run("COMMIT")

    def change(self, table: str, type_key: str, pk: int, column: str, value: object) -> None:
        """One column of one row, locked first, and the history of it."""
        self.begin()
        lock = " FOR UPDATE" if self.engine.word == "postgres" else ""
        version = self.run(f"SELECT version, {table}.* FROM {table} WHERE id = ?{lock}", (pk,))[0][0] + 1
        self.run(f"UPDATE {table} SET {column} = ?, version = ? WHERE id = ?", (value, version, pk))
        self.told(type_key, pk, version)
        self.run("COMMIT")

    def begin(self) -> None:
        self.run("BEGIN" if self.engine.word == "postgres" else "BEGIN IMMEDIATE")

    def told(self, type_key: str, pk: int, version: int) -> int:
        """The history of it; the number of the act."""
        change = self.run(
            "INSERT INTO kernel_change (at, actor, type, verb, surface, batch, depth, count) VALUES"
            " (CURRENT_TIMESTAMP, 'bench', ?, 'changed', 'page', '', 0, 1) RETURNING id",
            (type_key,),
        )[0][0]
        self.run(
            "INSERT INTO kernel_changerow (type, record_id, version, change_id, old, new) VALUES (?, ?, ?, ?, ?, ?)",
            (type_key, pk, version, change, "{}", '{"name": "as it was"}'),
        )
        return int(change)

"""Somebody who wants to know what is kept from them: which records, words and questions they would try."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bodega.kernel import registry
from bodega.kernel.kinds import Kind, Reference
from bodega.kernel.models import ChangeRow
from bodega.kernel.record import RecordType
from tests.proofs.altered import FAR
from tests.proofs.grown import SORTS, Grown
from tests.proofs.oracle import Person, Thing, knows


@dataclass
class Asker:
    """Somebody who knows their way about: the numbers of what is hidden, and words that stand in it."""

    made: Grown
    person: Person
    lot: random.Random

    @cached_property
    def seen(self) -> list[Thing]:
        return [one for one in self.made.things if knows(self.person, one)]

    @cached_property
    def hidden(self) -> list[Thing]:
        return [one for one in self.made.things if not knows(self.person, one)]

    def type(self, *keys: str) -> RecordType:
        return registry.type_of(self.lot.choice(keys or [*SORTS]))

    def one(self) -> tuple[RecordType, int]:
        """More often a record that is seen; sometimes one that only the second world has, or nobody."""
        known = bool(self.seen) and (not self.hidden or self.lot.random() < 0.7)
        one = self.lot.choice(self.seen if known else self.hidden)
        return registry.type_of(one.type), self.made.ids[one] + (FAR if not known and self.lot.random() < 0.3 else 0)

    def pk(self, type_: RecordType) -> int:
        """Of a record of this type."""
        return self.made.ids[self.lot.choice(self.made.of(type_.key))]

    def hidden_pk(self, type_: RecordType) -> int:
        """Of a record that the person does not know; of none where all of them are known."""
        ids = [self.made.ids[one] for one in self.hidden if one.type == type_.key]
        return self.lot.choice(ids) if ids else 2 * FAR

    def word(self) -> str:
        """A part of what stands somewhere: of one thing's tokens, of a field's, of all."""
        number = self.lot.randrange(len(self.made.things))
        letter, field_ = self.lot.choice("abcdefgh"), self.lot.randrange(max(1, len(self.made.names)))
        return self.lot.choice(("zq", f"zq{letter}", f"{number:03d}", f"{number:03d}{field_:02d}", f"{field_:02d}"))

    def question(self, type_: RecordType) -> str:
        """What is asked of a list: a word, a condition on some field, one on what it refers to."""
        kinds = [kind for kind in type_.fields().values() if kind.operators]
        kind = self.lot.choice(kinds)
        if type_.asked and self.lot.random() < 0.3:
            topic = self.lot.choice(("likes", "dislikes", "size", "family", "allergies", "contract_end"))
            return self.lot.choice([f"fact.{topic}:{self.word()}", f"-fact.{topic}:empty", f"fact.{topic}:empty"])
        return self.lot.choice(["", self.word(), self.condition(kind), self.condition(kind), f"{kind.name}:empty",
                                f"-{kind.name}:empty", f"owner:me {self.word()}"])  # fmt: skip

    def condition(self, kind: Kind) -> str:
        if isinstance(kind, Reference) and kind.word != "any":
            target = registry.type_of(kind.to)
            keys = target.covers.split() or [target.key]
            ids = [self.made.ids[one] for one in self.made.things if one.type in keys]
            titles = [self.made.titles[one] for one in self.made.things if one.type in keys]
            ways = [f"{kind.name}:#{self.lot.choice(ids)}"] if ids else [f"{kind.name}:me"]
            ways += [f'{kind.name}:"{self.lot.choice(titles)}"'] if titles else []
            return self.lot.choice([*ways, f"{kind.name}.{target.title}:{self.word()}", f"{kind.name}:{self.word()}"])
        if kind.word == "any":
            other = self.lot.choice(self.made.of("sales.deal", "parties.person"))
            return f"{kind.name}:{other.type}#{self.made.ids[other]}"
        if kind.word in ("integer", "decimal", "money", "percent"):
            return f"{kind.name}>{self.lot.randrange(900)}"
        if kind.word in ("date", "datetime"):
            return f"{kind.name}>2026-09-{self.lot.randrange(10, 30)}"
        return f"{kind.name}:{self.word()}"

    def sort(self, type_: RecordType) -> str:
        return self.lot.choice(["", "-"]) + self.lot.choice([*type_.sortable, "id", "created_at"])

    def fields(self, type_: RecordType) -> list[str]:
        return self.lot.sample([*type_.fields()], min(6, len(type_.fields())))

    def image(self, type_: RecordType) -> dict[str, Any]:
        """A value as the API takes it, which names what is hidden."""
        kinds = [kind for kind in type_.fields().values() if kind.entered and kind.word in ("reference", "any")]
        if not kinds or not self.hidden:
            return {}
        kind = self.lot.choice(kinds)
        if kind.word == "any":
            other = self.lot.choice(self.hidden)
            return {kind.name: {"type": other.type, "id": str(self.made.ids[other])}}
        target = registry.type_of(kind.to)  # type: ignore[attr-defined]
        return {
            kind.name: str(self.hidden_pk(registry.type_of(self.lot.choice((target.covers or target.key).split()))))
        }

    def act(self) -> int:
        """The number of something that was done to what is hidden."""
        one = self.lot.choice(self.hidden or self.made.things)
        acts = ChangeRow._base_manager.filter(type=one.type, record_id=self.made.ids[one]).order_by("change_id")
        return self.lot.choice([*acts.values_list("change_id", flat=True)])

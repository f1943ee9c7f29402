"""The best plain SQL for what somebody sees of the deals: each question in the forms that a database may like."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bodega.kernel.access import Reach

ALIVE = "p.deleted_at IS NULL"
CAP, PAGE = 10_001, 51
Form = Callable[[str], str]


@dataclass(frozen=True)
class Sight:
    """What one person sees. None of `reach` stands for everything."""

    word: str
    """`sqlite` or `postgres`."""
    reach: Reach | None

    def forms(self) -> Iterator[str]:
        """The condition: as a list, as a walk along the order (SQLite alone), as the ids of each part."""
        if self.reach is None or self.reach.everything:
            yield self.condition("{}")
            return
        yield self.condition("{}")
        if self.word == "sqlite":
            yield self.condition("+{}")
        parts = " UNION ".join(f"SELECT p.id FROM sales_deal p WHERE {ALIVE} AND {part}" for part in self.parts("{}"))
        yield f"p.id IN ({parts})"

    def condition(self, column: str) -> str:
        return f"({' OR '.join(self.parts(column))})"

    def parts(self, column: str) -> list[str]:
        reach = self.reach
        if reach is None:
            return ["1 = 1"]
        own = [self.held(column.format("p.owner_id"), reach.own)] if reach.own else []
        guard = "NOT p.private AND " if reach.guarded else ""
        own += [self.held(column.format("p.id"), reach.shared.ids)] if reach.shared.ids else []
        if reach.everything:
            return [*own, f"{guard}1 = 1"]
        return [*own, *(f"{guard}{self.held(column.format(f'p.{name}'), ids)}" for name, ids in reach.columns())]

    def held(self, column: str, ids: frozenset[int]) -> str:
        """Membership in a literal list."""
        listed = ",".join(map(str, sorted(ids)))
        return f"{column} = ANY('{{{listed}}}'::bigint[])" if self.word == "postgres" else f"{column} IN ({listed})"


def page(order: str, more: str = "") -> Form:
    columns = (
        "p.id, p.version, p.name, p.account_id, p.stage_id, p.amount, p.amount_currency, p.next_step, p.expected_on,"
        " p.owner_id"
    )
    return lambda seen: (
        f"SELECT {columns} FROM sales_deal p WHERE {ALIVE} AND {seen}{more} ORDER BY {order} LIMIT {PAGE}"
    )


def count(seen: str) -> str:
    return f"SELECT count(*) FROM (SELECT 1 FROM sales_deal p WHERE {ALIVE} AND {seen} LIMIT {CAP}) AS found"


def report(seen: str) -> str:
    return (
        "SELECT p.stage_id, p.amount_currency, count(*), sum(p.amount) FROM sales_deal p"
        f" WHERE {ALIVE} AND {seen} GROUP BY 1, 2"
    )


def questions(owner: int) -> Mapping[str, Form]:
    """By the names of the program's own."""
    return {
        "list, newest": page("p.id DESC"),
        "list, by amount": page("p.amount_base DESC, p.id DESC", " AND p.amount_base IS NOT NULL"),
        "list, of an owner": page("p.id DESC", f" AND p.owner_id = {owner}"),
        "capped count": count,
        "report by stage": report,
    }

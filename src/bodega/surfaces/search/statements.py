"""The SQL of search. `strpos` and `instr` are one function by two names; how an index of letters is asked differs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from bodega.kernel import access
from bodega.kernel.registry import type_of
from bodega.surfaces.search.words import GRAM, Asked, Term, key

SAMPLE = 500
"""The newest entries of a type from which is estimated how many have the words."""
NEWEST = 2_000
"""Entries of a type, at most, among which the newest that have the words are looked for."""
FIRST = 20
"""How many of either are candidates."""
LAST = "\U0010ffff"
COLUMNS = "e.type, e.record_id, e.at, e.title, e.body"
INDEXES = {False: "search_names", True: "search_texts"}
"""SQLite's indexes of letters, by whether they hold long texts."""


@dataclass(frozen=True)
class Sql:
    """A piece of SQL and its parameters."""

    text: str
    values: Sequence[Any] = ()


@dataclass(frozen=True)
class Reach:
    """Types that one sees alike: everything, or some of their records."""

    is_long: bool
    types: tuple[str, ...]
    sight: access.Reach | None = None

    @property
    def seen(self) -> Sql:
        if self.sight is None:
            return Sql("")
        if self.sight.ruled is None and not self.sight.through:
            return Sql(f" AND {self.sight.sql('e')}")
        type_ = type_of(self.types[0].partition(" ")[0])  # rules and such columns are of one type
        rows = type_.every(deleted=False).filter(access.rows_in(type_, self.sight)).order_by().values("pk")
        try:
            text, values = rows.query.sql_with_params()
        except EmptyResultSet:
            return Sql(" AND FALSE")
        return Sql(f" AND e.record_id IN ({text})", values)


def joined(sqls: Iterable[Sql], by: str) -> Sql:
    parts = [*sqls]
    return Sql(by.join(part.text for part in parts), [value for part in parts for value in part.values])


def union(sqls: Iterable[Sql], by: str) -> Sql:
    """Of queries that may have an order and a limit of their own."""
    return joined((Sql(f"SELECT * FROM ({one.text}) AS e", one.values) for one in sqls), by)


# ---- conditions ------------------------------------------------------------------------------------------------------


def holds(column: str, text: str) -> Sql:
    return Sql(f"{place(column)} > 0", [text])


def place(column: str) -> str:
    """Where in the column a text begins, from 1 on."""
    return f"{'strpos' if connection.vendor == 'postgresql' else 'instr'}({column}, %s)"


def has(terms: Iterable[Term]) -> Sql:
    """That an entry has all the terms."""
    ways = (either(joined((holds("e.body", piece) for piece in way), " AND ") for way in term) for term in terms)
    return joined(ways, " AND ")


def either(ways: Iterable[Sql]) -> Sql:
    found = joined(ways, ") OR (")
    return Sql(f"(({found.text}))", found.values)


def like(term: Term) -> Sql:
    """What PostgreSQL's index of letters is asked."""
    return either(Sql("e.body LIKE %s", [f"%{escaped(key(way))}%"]) for way in term)


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def match(terms: Iterable[Term]) -> str:
    """What FTS5 is asked: for all runs of three letters."""
    return " AND ".join(f"(({') OR ('.join(grams(key(way)) for way in term)}))" for term in terms)


def grams(text: str) -> str:
    every = dict.fromkeys(text[at : at + GRAM] for at in range(len(text) - GRAM + 1))
    return " AND ".join('"' + gram.replace('"', '""') + '"' for gram in every)


# ---- candidates ------------------------------------------------------------------------------------------------------


def counted(reach: Reach, *, most: int) -> Sql:
    """How many entries are seen, counted up to `most`."""
    seen = within(reach)
    return Sql(
        f"SELECT count(*) FROM (SELECT 1 FROM search_entry e WHERE {seen.text} LIMIT {most}) AS few", seen.values
    )


def within(reach: Reach) -> Sql:
    seen = reach.seen
    return Sql(f"e.type IN ({', '.join(['%s'] * len(reach.types))}){seen.text}", [*reach.types, *seen.values])


def looked_through(reach: Reach, wanted: Asked) -> Sql:
    """Of somebody who has few: all of them."""
    found = joined([within(reach), has(wanted.terms)], " AND ")
    return Sql(f"SELECT {COLUMNS} FROM search_entry e WHERE {found.text}", found.values)


def estimates(types: Iterable[str], wanted: Asked) -> Sql:
    """By type, SAMPLE times how many entries have the words, whoever owns them: in proportion as the newest do.

    The entry without a type, which says that the table is whole, is counted beside them.
    """
    held = has(wanted.terms)
    newest = f"SELECT e.body FROM search_entry e WHERE e.type = %s ORDER BY e.at DESC, e.record_id DESC LIMIT {SAMPLE}"
    part = (
        f"SELECT %s AS type, (SELECT count(*) FROM ({newest}) AS e WHERE {held.text}) "
        "* (SELECT record_id FROM search_entry WHERE type = %s ORDER BY record_id DESC LIMIT 1) AS many"
    )
    whole = Sql("SELECT '' AS type, count(*) AS many FROM search_entry WHERE type = '' AND record_id = 0")
    parts = (Sql(part, [type_, type_, *held.values, type_]) for type_ in types)
    return joined([whole, *parts], " UNION ALL ")


def by_index(reach: Reach, wanted: Asked) -> Sql:
    """All entries that have the words, by the index of letters."""
    if connection.vendor == "postgresql":
        long = "e.is_long" if reach.is_long else "NOT e.is_long"
        found = joined([within(reach), *map(like, wanted.indexed), has(wanted.terms)], " AND ")
        return Sql(f"SELECT {COLUMNS} FROM search_entry e WHERE {long} AND {found.text}", found.values)
    index = INDEXES[reach.is_long]
    found = joined([within(reach), has(wanted.terms)], " AND ")
    return Sql(
        f"SELECT {COLUMNS} FROM {index} CROSS JOIN search_entry e ON e.id = {index}.rowid "
        f"WHERE {index} MATCH %s AND {found.text}",
        [match(wanted.indexed), *found.values],
    )


def first_and_newest(reach: Reach, wanted: Asked) -> Sql:
    """Of each type the titles that begin with the text, and the newest entries that have the words."""
    held, seen = has(wanted.terms), reach.seen
    begins = (
        f"SELECT {COLUMNS} FROM search_entry e WHERE e.type = %s AND e.title >= %s AND e.title < %s{seen.text} "
        f"ORDER BY e.title, e.record_id LIMIT {FIRST}"
    )
    newest = f"SELECT * FROM search_entry e WHERE e.type = %s ORDER BY e.at DESC, e.record_id DESC LIMIT {NEWEST}"
    # They come in the order of the inner query: to sort them again would mean to look at all of them first.
    having = f"SELECT {COLUMNS} FROM ({newest}) AS e WHERE {held.text}{seen.text} LIMIT {FIRST}"
    firsts = (Sql(begins, [type_, wanted.text, wanted.text + LAST, *seen.values]) for type_ in reach.types)
    newests = (Sql(having, [type_, *held.values, *seen.values]) for type_ in reach.types)
    return union([*firsts, *newests], " UNION ")


# ---- ranking ---------------------------------------------------------------------------------------------------------


def ranked(wanted: Asked, candidates: Sequence[Sql], *, most: int) -> Sql:
    """Type, id and tier of the best of each type; the best of a type first, and of its equals the newest."""
    tier, found = tier_of(wanted), union(candidates, " UNION ALL ")
    placed = "row_number() OVER (PARTITION BY type ORDER BY tier, at DESC, record_id DESC) AS place"
    return Sql(
        f"SELECT type, record_id, tier FROM (SELECT type, record_id, tier, {placed} FROM "
        f"(SELECT e.type, e.record_id, e.at, {tier.text} AS tier FROM ({found.text}) AS e) AS weighed) AS placed "
        f"WHERE place <= {most} ORDER BY type, place",
        [*tier.values, *found.values],
    )


def tier_of(wanted: Asked) -> Sql:
    """From 0 for the very title, over its beginning and beginnings of words, to 5 for letters somewhere within."""
    starts = [f" {word}" for word in wanted.words]
    tiers = [
        Sql("e.title = %s", [wanted.text]),
        Sql(f"{place('e.title')} = 1", [wanted.text]),
        joined((holds("' ' || e.title", start) for start in starts), " AND "),
        joined((holds("e.body", start) for start in starts), " AND "),
        joined((holds("e.title", word) for word in wanted.words), " AND "),
    ]
    found = joined((Sql(f"WHEN {tier.text} THEN {number}", tier.values) for number, tier in enumerate(tiers)), " ")
    return Sql(f"CASE {found.text} ELSE {len(tiers)} END", found.values)

"""The chain: each entry carries the digest of the one before it, so that none can be changed or taken out unnoticed."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import transaction

from bodega.kernel.kinds.base import Json
from bodega.kernel.raw import insert
from bodega.lib.text import fold
from bodega.platform.audit.kinds import Kind
from bodega.platform.audit.models import Entry, Head
from bodega.platform.locks import give_up_when_silent

logger = logging.getLogger(__name__)
NOBODY_BEFORE = "0" * 64
STORED = [column.attname for column in Entry._meta.concrete_fields]
COLUMNS = [name for name in STORED if name != "words"]
Told = Mapping[str, Json]
"""An entry as it goes out: every column by name, `details` as JSON, `at` as ISO 8601 in UTC with microseconds."""


class About(NamedTuple):
    """What an entry is about: a record of this type, or the type alone, or anything that has a name."""

    type: str = ""
    id: int | None = None
    name: str = ""


NOTHING = About()


@dataclass(frozen=True, kw_only=True, slots=True)
class Noted:
    """What shall be written down."""

    kind: Kind
    at: datetime
    user_id: int | None
    name: str
    surface: str
    address: str = ""
    about: About = NOTHING
    details: Mapping[str, Json] = field(default_factory=dict)
    change_id: int | None = None


def append(found: Sequence[Noted]) -> None:
    """Write entries at the end of the chain, in the transaction one is in or in one of their own.

    Whoever else wants to write waits until that transaction is over, so it is asked for last and kept short.
    """
    with transaction.atomic():
        give_up_when_silent()
        head = locked()
        rows = []
        for one in found:
            row = row_of(one, number=head.number + 1, previous=head.digest)
            head.number, head.digest = row["number"], row["digest"]
            rows.append([row[name] for name in STORED])
        insert(Entry, STORED, rows)
        Head.objects.filter(pk=1).update(number=head.number, digest=head.digest)
        transaction.on_commit(lambda: logger.info("audit", extra={"number": head.number, "digest": head.digest}))


def locked() -> Head:
    """The end of the chain, which is ours until the transaction is over."""
    rows = Head.objects.select_for_update().filter(pk=1)
    found = rows.first()
    if found is None:
        Head.objects.bulk_create([Head(pk=1, number=0, digest=NOBODY_BEFORE)], ignore_conflicts=True)
        found = rows.get()
    return found


def row_of(one: Noted, *, number: int, previous: str) -> dict[str, Any]:
    """The columns of an entry that has this place in the chain."""
    row: dict[str, Any] = {
        "number": number,
        "at": one.at,
        "kind": one.kind.value,
        "user_id": one.user_id,
        "name": one.name[:150],
        "surface": one.surface[:30],
        "address": one.address[:45],
        "about_type": one.about.type,
        "about_id": one.about.id,
        "about": one.about.name[:150],
        "details": text_of(one.details),
        "change_id": one.change_id,
        "previous": previous,
    }
    return row | {"digest": digest_of(told(row)), "words": words_of(row)}


def words_of(row: Mapping[str, Any]) -> str:
    """What an entry is found by."""
    return fold(" ".join(row[name] for name in ("name", "address", "about", "details")))


def text_of(found: Any) -> str:
    """JSON in the one form that the digest is taken over: sorted, without blanks, letters as they are."""
    return json.dumps(found, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def told(row: Mapping[str, Any]) -> dict[str, Json]:
    """An entry as it goes out."""
    at = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return {**row, "at": at, "details": json.loads(row["details"])}


def digest_of(entry: Told) -> str:
    """SHA-256 over everything in an entry but this digest itself, in hexadecimal digits."""
    return hashlib.sha256(
        text_of({name: value for name, value in entry.items() if name != "digest"}).encode()
    ).hexdigest()


# ---- checking --------------------------------------------------------------------------------------------------------


class Seal(NamedTuple):
    """The number and the digest of an entry, as somebody wrote them down elsewhere."""

    number: int
    digest: str


@dataclass(frozen=True)
class Verdict:
    """How many entries are whole, from the first on. `wrong` says what is the matter with the one after them."""

    count: int
    last: Seal
    wrong: str = ""


def verify(entries: Iterable[Told], *, seals: Iterable[Seal] = (), start: Seal | None = None) -> Verdict:
    """Goes along the chain to the first entry that is not as it was written. Without `start` the first one is taken
    to have the right place, as in a file that begins in the middle."""
    kept: dict[int, set[str]] = {}
    for seal in seals:
        kept.setdefault(seal.number, set()).add(seal.digest)
    count, last = 0, start
    for entry in entries:
        last = last or Seal(int(str(entry["number"])) - 1, str(entry["previous"]))
        if wrong := wrong_with(entry, last, kept):
            return Verdict(count, last, wrong)
        count, last = count + 1, Seal(last.number + 1, str(entry["digest"]))
    last = last or Seal(0, NOBODY_BEFORE)
    if beyond := [number for number in kept if number > last.number]:
        return Verdict(count, last, f"entry {last.number + 1} is missing, as are all up to {max(beyond)}")
    return Verdict(count, last)


def wrong_with(entry: Told, last: Seal, kept: Mapping[int, Collection[str]]) -> str:
    number = entry["number"]
    if number != last.number + 1:
        return f"entry {last.number + 1} is missing: after {last.number} comes {number}"
    if entry["previous"] != last.digest:
        return f"entry {number} does not follow the one before it"
    if entry["digest"] != digest_of(entry):
        return f"entry {number} was changed after it was written"
    if {*kept.get(last.number + 1, ())} - {entry["digest"]}:
        return f"entry {number} is not the one that was sealed"
    return ""


def verify_stored(*, seals: Sequence[Seal] = ()) -> Verdict:
    """The whole log of this installation, and its head."""
    with transaction.atomic():
        head = Head.objects.filter(pk=1).first()
        ends = [Seal(head.number, head.digest)] if head else []
        rows = Entry.objects.order_by("number").values(*STORED).iterator(chunk_size=2_000)
        found = verify(map(stored, rows), seals=[*seals, *ends], start=Seal(0, NOBODY_BEFORE))
    if not found.wrong and found.last != Seal(head.number if head else 0, head.digest if head else NOBODY_BEFORE):
        return Verdict(found.count, found.last, f"after entry {found.last.number} the end of the chain was changed")
    return found


def stored(row: Mapping[str, Any]) -> Told:
    """As `told`. Details in another form than is written, and other words to search by, show by the digest."""
    kept = {name: row[name] for name in COLUMNS}
    try:
        is_whole = text_of(json.loads(row["details"])) == row["details"] and words_of(row) == row["words"]
    except ValueError:
        is_whole = False
    return told(kept) if is_whole else told({**kept, "details": text_of({"found": row["details"]})})

"""From records to what is searched, set by set: as often as one likes, always the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from zlib import crc32

from django.db import connection, transaction
from django.db.models import BigIntegerField, F, IntegerField, Max, Value

from bodega.kernel import registry
from bodega.kernel.actors import HIDDEN, NO_MASK, Mask, masks_in_use, system
from bodega.kernel.columns import FOLDED
from bodega.kernel.kinds import Kind, LongText, Phone, Show, Text
from bodega.kernel.parts import Part
from bodega.kernel.raw import insert
from bodega.kernel.reading import Row
from bodega.kernel.record import RecordType, show_rows
from bodega.kernel.scope import arranged
from bodega.lib import clock
from bodega.lib.expressions import InList
from bodega.platform.locks import give_up_when_silent
from bodega.surfaces.search.models import Entry
from bodega.surfaces.search.words import plain

LONGEST_BODY = 10_000
"""Letters of a record that are searched."""
NOT_PROTECTED = (
    Value(None, output_field=IntegerField()),
    Value(None, output_field=BigIntegerField()),
    Value(value=False),
)
SPAN = 2_000
"""Ids that are looked through in one transaction."""
SEEN_BY = ("team_set", "territory_id", "private")
COLUMNS = ("type", "record_id", "version", "owner_id", "at", "is_long", "title", "body", *SEEN_BY)
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('bodega.search'))"
Made = tuple[Any, ...]
"""The values of COLUMNS."""


def found_types() -> list[RecordType]:
    """What can be found: whatever is searched by its own title, and who works here."""
    return [type_ for type_ in registry.every_type() if is_found(type_)]


def indexed_types() -> list[RecordType]:
    """The same, and each once more for every set of fields that it is searched by and that are hidden from somebody:
    they look through entries without them."""
    masks = arranged("masks in use", masks_in_use)
    found = {book(one): one for type_ in found_types() for one in (type_, *(without(type_, held) for held in masks))}
    return [*found.values()]


def is_unread(type_: RecordType) -> bool:
    """Whether it is the first time that somebody looks through records of the type without these fields."""
    return bool(type_.mask) and not Entry.objects.filter(type=book(type_)).exists()


def without(type_: RecordType, masks: Mapping[str, Mask]) -> RecordType:
    """The type as somebody looks through it from whom these fields are hidden."""
    left = {kind.key for kind in searched(type_.masked(masks.get(type_.key, NO_MASK)))}
    return type_.masked(frozenset((kind.key, HIDDEN) for kind in searched(type_) if kind.key not in left))


def book(type_: RecordType) -> str:
    """Under what the entries of one of `indexed_types` are kept."""
    return f"{type_.key} {crc32(repr(sorted(type_.mask)).encode()):x}" if type_.mask else type_.key


def is_found(type_: RecordType) -> bool:
    is_named = type_.title in type_.search.split() and not type_.within
    return is_named and not type_.covers and (not type_.admin or type_.key == "kernel.user")


def is_long(type_: RecordType) -> bool:
    """Whether its records are texts rather than something with a name."""
    return isinstance(type_.fields()[type_.title], LongText)


@transaction.atomic
def renew(type_: RecordType, ids: Iterable[int]) -> int:
    """Makes what is searched of these records what they say now, and says how many had to be changed.

    One after the other, so that what an older reading found never replaces what a newer one did.
    """
    if connection.vendor == "postgresql":
        give_up_when_silent()
        with connection.cursor() as cursor:
            cursor.execute(_LOCK)
    wanted = [*ids]
    made = {row[1]: row for row in entries(type_, wanted)}
    held = Entry.objects.filter(InList(F("record_id"), wanted), type=book(type_))
    known = {row[1]: row for row in held.values_list(*COLUMNS)}
    changed = {pk for pk in made.keys() | known.keys() if made.get(pk) != known.get(pk)}
    if stale := changed & known.keys():
        held.filter(InList(F("record_id"), [*stale])).delete()
    insert(Entry, COLUMNS, [made[pk] for pk in changed & made.keys()])
    return len(changed)


def entries(type_: RecordType, ids: Sequence[int]) -> Iterator[Made]:
    """What these records say, as far as they are there: a fixed number of queries."""
    rows = type_.every(deleted=False).filter(InList(F("pk"), ids))
    seen_by = SEEN_BY if type_.is_protected else NOT_PROTECTED
    heads = {pk: head for pk, *head in rows.values_list("pk", "version", "owner_id", "updated_at", *seen_by)}
    kinds = searched(type_)
    read = type_.read(rows, [kind.name for kind in kinds])
    show = show_rows(read, [kind for kind in kinds if not isinstance(kind, Part)], actor=system("search"))
    long, name = is_long(type_), book(type_)
    for row in read:
        title, body = words_of(row, kinds, show)
        if row.id in heads:
            yield (name, row.id, *heads[row.id][:3], long, title, body, *heads[row.id][3:])


def searched(type_: RecordType) -> list[Kind]:
    """The title, what the type says it is searched by, an administrator's fields of text, searched lines."""
    named = [type_.title, *(path.split(".")[0] for path in type_.search.split())]
    fields = type_.fields()
    own = [name for name, kind in fields.items() if kind.custom and isinstance(kind, Text)]
    parts = [name for name, kind in fields.items() if isinstance(kind, Part) and kind.search]
    return [fields[name] for name in dict.fromkeys([*named, *own, *parts]) if name in fields]


def words_of(row: Row, kinds: Sequence[Kind], show: Show) -> tuple[str, str]:
    """The title, and everything that is searched, each value once."""
    texts = (plain(text) for kind in kinds for text in texts_of(kind, row.values[kind.name], show))
    title, *others = texts
    rest = (text for text in dict.fromkeys(others) if text and text != title)
    return title[:FOLDED], f" {' '.join([title, *rest])}"[:LONGEST_BODY]


def texts_of(kind: Kind, value: Any, show: Show) -> Iterator[str]:
    if isinstance(kind, Part):
        yield from (str(line[name] or "") for line in value or () for name in kind.search.split())
    else:  # a number is searched by its digits; writing it as people do would cost more than all the rest
        yield (value or "") if isinstance(kind, Phone) else kind.text(value, show=show)


# ---- everything ------------------------------------------------------------------------------------------------------


def spans(type_: RecordType) -> Iterator[tuple[int, int]]:
    """The ids of a type in stretches, those of entries whose record is gone among them."""
    rows = (type_.every(), "pk"), (Entry.objects.filter(type=book(type_)), "record_id")
    highest = max(found.aggregate(highest=Max(column))["highest"] or 0 for found, column in rows)
    for first in range(1, highest + 1, SPAN):
        yield first, first + SPAN - 1


def behind(type_: RecordType, span: tuple[int, int]) -> set[int]:
    """The records of a stretch whose entry is missing, old, or of something that is gone."""
    alive = dict(type_.every(deleted=False).filter(pk__range=span).values_list("pk", "version"))
    held = dict(Entry.objects.filter(type=book(type_), record_id__range=span).values_list("record_id", "version"))
    return {pk for pk in alive.keys() | held.keys() if alive.get(pk) != held.get(pk)}


def present(type_: RecordType, span: tuple[int, int]) -> set[int]:
    """All records of a stretch, and all entries."""
    alive = type_.every(deleted=False).filter(pk__range=span).values_list("pk", flat=True)
    held = Entry.objects.filter(type=book(type_), record_id__range=span).values_list("record_id", flat=True)
    return {*alive, *held}


def forget_others() -> int:
    """Removes what is held of types that are gone."""
    return Entry.objects.exclude(type__in=["", *map(book, indexed_types())]).delete()[0]


def is_whole() -> bool:
    """Whether every record has been looked at since the table was made; in a restored copy, too, it is new."""
    return Entry.objects.filter(type="", record_id=0).exists()


def tell_whole(*, up_to: int = 0) -> None:
    """Leaves an entry of no type behind, which says so, and up to which event imports have been read in."""
    values = {"owner_id": up_to, "version": 0, "at": clock.now(), "is_long": False, "title": "", "body": ""}
    Entry.objects.update_or_create(type="", record_id=0, defaults=values)


def read_up_to() -> int:
    return Entry.objects.filter(type="", record_id=0).values_list("owner_id", flat=True).first() or 0

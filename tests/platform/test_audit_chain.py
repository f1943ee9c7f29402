"""The chain of the audit log: whoever changes an entry, takes one out or puts one in is found out, and where."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from bodega.kernel.actors import Actor
from bodega.platform.audit import chain, guard, writing
from bodega.platform.audit import log as audit
from bodega.platform.audit.asking import Asked
from bodega.platform.audit.chain import NOBODY_BEFORE, Seal, verify, verify_stored
from bodega.platform.audit.kinds import Kind
from bodega.platform.audit.models import Entry, Head
from tests.personas import People
from tests.platform.test_kill import surroundings

AT = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def five(people: People) -> list[Entry]:
    """Five entries, each with something of its own."""
    for number in range(1, 6):
        about = audit.of_user(people.user(people.ben))
        audit.note(Kind.EXPORTED, actor=people.anna, about=about, details={"number": number, "words": 'Ü "x"\n'})
    return [*Entry.objects.order_by("number")]


@pytest.fixture
def guarded(five: list[Entry]) -> None:
    with connection.cursor() as cursor:
        guard.make(cursor.execute, connection.vendor)


def test_entries_are_numbered_and_chained(five: list[Entry], people: People) -> None:
    assert [entry.number for entry in five] == [1, 2, 3, 4, 5]
    assert [entry.previous for entry in five] == [NOBODY_BEFORE, *(entry.digest for entry in five[:-1])]
    assert [(entry.user_id, entry.name, entry.surface) for entry in five] == [(people.anna.user_id, "Anna", "page")] * 5
    assert verify_stored() == chain.Verdict(5, Seal(5, five[-1].digest))


def test_nothing_written_is_whole(db: None) -> None:
    assert verify_stored() == chain.Verdict(0, Seal(0, NOBODY_BEFORE))


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'signed-in'", "name = 'Ben'", "user_id = NULL", "address = '10.0.0.1'", "about_id = 99",
        "surface = 'api'", "about = 'Cleo'", "details = '{}'", "details = 'x'", "words = ''", "change_id = 7",
        "details = replace(details, ':3', ': 3')",
        "at = '2020-01-01 00:00:00'",
    ],
)  # fmt: skip
def test_a_changed_entry_is_named(five: list[Entry], change: str) -> None:
    run(f"UPDATE audit_entry SET {change} WHERE number = 3")
    assert verify_stored() == chain.Verdict(2, Seal(2, five[1].digest), "entry 3 was changed after it was written")


def test_an_entry_that_is_written_anew_with_its_digest_breaks_the_next(five: list[Entry]) -> None:
    """Who knows how digests are made has to write all later entries anew, and then the head."""
    row = chain.stored(Entry.objects.filter(number=3).values(*chain.STORED).get())
    digest = chain.digest_of({**row, "name": "Ben"})
    words = five[2].words.replace("anna", "ben", 1)
    Entry.objects.filter(number=3).update(name="Ben", words=words, digest=digest)
    assert verify_stored().wrong == "entry 4 does not follow the one before it"


def test_an_entry_that_was_taken_out_is_missing(five: list[Entry]) -> None:
    Entry.objects.filter(number=2).delete()
    assert verify_stored().wrong == "entry 2 is missing: after 1 comes 3"


def test_the_end_that_was_taken_off_is_missing(five: list[Entry]) -> None:
    Entry.objects.filter(number__gt=3).delete()
    assert verify_stored().wrong == "entry 4 is missing, as are all up to 5"


def test_a_seal_finds_out_who_wrote_everything_anew(five: list[Entry]) -> None:
    sealed = Seal(5, five[-1].digest)
    assert verify_stored(seals=[sealed]).wrong == ""
    Entry.objects.all().delete()
    Head.objects.all().delete()
    for number in range(5):
        audit.note(Kind.SIGNED_IN, actor=None, surface="page", details={"number": number})
    assert verify_stored().wrong == ""
    assert verify_stored(seals=[sealed]).wrong == "entry 5 is not the one that was sealed"


def test_a_head_that_was_changed_is_found_out(five: list[Entry]) -> None:
    Head.objects.update(number=4, digest=five[3].digest)
    assert verify_stored().wrong == "after entry 5 the end of the chain was changed"


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET name = 'x'", "DELETE FROM audit_entry", "DELETE FROM audit_entry WHERE number = 5"],
)
def test_the_database_refuses_to_change_or_remove_an_entry(guarded: None, statement: str) -> None:
    with pytest.raises(DatabaseError, match=guard.WHY), transaction.atomic():
        run(statement)
    assert verify_stored().count == 5


@pytest.mark.postgres
def test_the_database_refuses_to_empty_the_table(guarded: None) -> None:
    with pytest.raises(DatabaseError, match=guard.WHY), transaction.atomic():
        run("TRUNCATE audit_entry")
    assert verify_stored().count == 5


def test_what_is_rolled_back_is_not_written_down_and_leaves_no_gap(people: People) -> None:
    class Stop(Exception):
        pass

    def fail() -> None:
        with transaction.atomic():
            audit.note(Kind.SIGNED_IN, actor=people.anna)
            raise Stop

    audit.note(Kind.SIGNED_IN, actor=people.anna)
    with pytest.raises(Stop):
        fail()
    audit.note(Kind.SIGNED_OUT, actor=people.anna)
    assert [*Entry.objects.order_by("number").values_list("number", "kind")] == [(1, "signed-in"), (2, "signed-out")]
    assert verify_stored().count == 2


@given(
    details=st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
            | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9),
            lambda inner: st.lists(inner, max_size=3),
        ),
    )
)  # fmt: skip
def test_a_file_says_the_same_as_the_log(details: dict[str, Any]) -> None:
    """Whatever stands in an entry, its digest can be taken anew from a line of the file."""
    noted = chain.Noted(kind=Kind.EXPORTED, at=AT, user_id=1, name="Ä\u2028", surface="page", details=details)
    row = chain.row_of(noted, number=1, previous=NOBODY_BEFORE)
    line = chain.text_of(chain.stored(row)).encode()
    (entry,) = writing.read([line])
    assert verify([entry]) == chain.Verdict(1, Seal(1, row["digest"]))


def lines(actor: Actor, **asked: Any) -> list[bytes]:
    with writing.written(Asked(**asked), format="jsonl", actor=actor) as file:
        return file.readlines()


def test_a_file_can_be_checked_elsewhere(five: list[Entry], people: People) -> None:
    found = lines(people.anna)
    assert verify(writing.read(found)) == chain.Verdict(5, Seal(5, five[-1].digest))
    assert verify(writing.read(found[2:])).count == 3
    changed = [line.replace(b'"Anna"', b'"Ben"') if at == 2 else line for at, line in enumerate(found)]
    assert verify(writing.read(changed)).wrong == "entry 3 was changed after it was written"
    assert verify(writing.read([*found[:1], *found[2:]])).wrong == "entry 2 is missing: after 1 comes 3"
    with pytest.raises(ValueError, match="line 1 is no entry"):
        [*writing.read(io.BytesIO(b'{"number": 1}\n'))]


def test_what_the_guide_says_of_the_digest_is_so(five: list[Entry], people: People) -> None:
    """docs/guide/audit.md: the line without its digest, in the form it has, is what the digest is taken over."""
    entry = json.loads(lines(people.anna)[0])
    digest = entry.pop("digest")
    text = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == digest


WRITER = """
import django
django.setup()
from django.db import transaction
from bodega.platform.audit import log as audit
for number in range(40):
    with transaction.atomic():
        audit.note(audit.Kind.SIGNED_IN, actor=None, surface="page", details={"number": number})
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_processes_that_write_at_once_keep_one_chain() -> None:
    given = {**surroundings(), "DJANGO_SETTINGS_MODULE": "bodega.web.settings"}
    writers = [subprocess.Popen([sys.executable, "-c", WRITER], env=given) for _ in range(3)]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    found = verify_stored()
    assert (found.count, found.wrong) == (120, "")

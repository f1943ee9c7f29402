"""Entries of the audit log for those who look after it: which are asked for, and page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from bodega.lib.text import fold
from bodega.platform.audit.kinds import Kind
from bodega.platform.audit.models import Entry

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

SIZE, COUNTED = 50, 10_000
"""Entries of a page, and how far they are counted."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which entries; what is left empty asks for nothing. `until` is the first moment after them."""

    kind: str = ""
    person: int | None = None
    """By them, or about them."""
    since: datetime | None = None
    until: datetime | None = None
    about: tuple[str, int] | None = None
    """The type and the number of a record."""
    words: str = ""


@dataclass(frozen=True)
class Page:
    """Entries, the newest first; the numbers before and after which the pages around them begin."""

    rows: list[Entry]
    older: int | None = None
    newer: int | None = None


def entries(asked: Asked, *, actor: Actor) -> QuerySet[Entry]:
    """Raises PermissionDenied for all but administrators."""
    if not actor.is_admin:
        raise PermissionDenied(_("Only an administrator can do this."))
    found = Entry.objects.all()
    for condition in conditions(asked):
        found = found.filter(condition)
    return found


def conditions(asked: Asked) -> list[Q]:
    parts = [
        Q(kind=asked.kind) if asked.kind else None,
        Q(at__gte=asked.since) if asked.since else None,
        Q(at__lt=asked.until) if asked.until else None,
        Q(user_id=asked.person) | Q(about_type="kernel.user", about_id=asked.person) if asked.person else None,
        record(*asked.about) if asked.about else None,
        *(Q(words__contains=word) for word in fold(asked.words).split()),
    ]
    return [part for part in parts if part is not None]


def record(type_key: str, pk: int) -> Q:
    """Entries about this record, and looks at several records of which it was one."""
    looked = Q(kind=Kind.LOOKED.value, about_id=None, words__contains=f'"{fold(type_key)}#{pk}"')
    return Q(about_type=type_key, about_id=pk) | looked


def page(rows: QuerySet[Entry], *, before: int | None = None, after: int | None = None) -> Page:
    """The newest entries, or those before or after a number: costs the same wherever it is."""
    if after is not None:
        found = [*rows.filter(number__gt=after).order_by("number")[: SIZE + 1]]
        shown = found[SIZE - 1 :: -1] if len(found) > SIZE else found[::-1]
        return Page(shown, shown[-1].number if shown else after + 1, shown[0].number if len(found) > SIZE else None)
    found = [*(rows if before is None else rows.filter(number__lt=before)).order_by("-number")[: SIZE + 1]]
    shown = found[:SIZE]
    newer = None if before is None else shown[0].number if shown else before - 1
    return Page(shown, shown[-1].number if len(found) > SIZE else None, newer)


def count(rows: QuerySet[Entry]) -> tuple[int, bool]:
    """How many there are, and whether there are more than are counted."""
    found = rows.order_by().values("pk")[: COUNTED + 1].count()
    return min(found, COUNTED), found > COUNTED

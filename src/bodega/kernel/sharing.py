"""Exceptions: one record shared with a person or a team, beyond what roles give. All of them in one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.kernel.actors import NOBODY, Ids, Team, User
from bodega.kernel.columns import BinaryOrdered
from bodega.kernel.parts import Line, Part
from bodega.kernel.scope import SHARES, arranged, forget, number, remembered, renumber
from bodega.lib.expressions import InList, one_of_ids

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

MANY = 5_000
"""Shares of one person, above which they are looked up row by row rather than listed in the statement."""


class Share(models.Model):
    """A record of the type `type` is seen by this person, or by the members of this team and of the teams below it."""

    type = BinaryOrdered(max_length=60)
    record_id = models.BigIntegerField()
    order = models.IntegerField(default=0)
    user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=gettext_lazy("person")
    )
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=gettext_lazy("team")
    )
    may_change = models.BooleanField(gettext_lazy("may change"), default=False)

    class Meta:
        indexes = [models.Index(fields=["type", "record_id"], name="share_of_record")]


@dataclass(frozen=True, kw_only=True)
class Shares(Part):
    """With whom a record is shared, as lines of it."""

    def stored(self, parents: Iterable[int]) -> dict[int, list[Line]]:
        return super().stored(parents) if some_shared() else {}

    def check(self, value: Any) -> None:
        super().check(value)
        if any((line.get("user") is None) == (line.get("team") is None) for line in value or ()):
            raise ValidationError(_("A record is shared with a person or with a team: name one of them in each line."))


def shares_of(type_key: str) -> Shares:
    return Shares(
        name="shares",
        label=gettext_lazy("Shared with"),
        model=Share,
        parent="record",
        where={"type": type_key},
        fields="user team may_change",
    )


def some_shared() -> bool:
    """Whether anything is shared at all. The first share that is made changes what is arranged."""
    return arranged("shares", lambda: bool(Share.objects.exists()))


@dataclass(frozen=True)
class Shared:
    """What is shared with somebody of one type: the ids, or where there are many, by whom they are found."""

    ids: Ids = NOBODY
    type: str = ""
    user: int = 0
    teams: Ids = NOBODY
    may_change: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.ids and not self.type

    def rows(self) -> QuerySet[Share]:
        found = shared_with(self.user, self.teams).filter(type=self.type)
        return found.filter(may_change=True) if self.may_change else found

    def among(self, *, hidden: bool = False) -> Q:
        """That a row is one of these."""
        if self.type:
            return Q(pk__in=self.rows().values("record_id"))
        return Q(InList(F("pk"), [*self.ids], hidden=hidden))

    def sql(self, column: str) -> str:
        """The same of a column that holds their ids, as plain SQL."""
        if not self.type:
            return one_of_ids(column, self.ids)
        whom = f"user_id = {self.user:d} OR {one_of_ids('team_id', self.teams)}"
        only = " AND may_change" if self.may_change else ""
        return f"{column} IN (SELECT record_id FROM kernel_share WHERE type = '{self.type}' AND ({whom}){only})"

    def holds(self, pk: int) -> bool:
        return pk in self.ids or (bool(self.type) and self.rows().filter(record_id=pk).exists())


NOT_SHARED = Shared()


def shared_with(user: int, teams: Ids) -> QuerySet[Share]:
    return Share.objects.filter(Q(user_id=user) | Q(team_id__in=teams))


def shared(type_key: str, verb: str, *, actor: Actor) -> Shared:
    """What of a type the actor may view or change by exception; nobody deletes by one."""
    if verb not in ("view", "change") or actor.user_id is None or not some_shared():
        return NOT_SHARED
    user, teams = actor.user_id, actor.standing.teams_above
    known = remembered(("shared", user), lambda: latest(user, teams))
    if known is None:
        return Shared(NOBODY, type_key, user, teams, verb == "change")
    return known.get((type_key, verb), NOT_SHARED)


Listed = Mapping[tuple[str, str], Shared]
"""By type and verb."""


def latest(user: int, teams: Ids) -> Listed | None:
    """What is shared with somebody, read again once a share of anybody has changed; None where it is too much."""
    held: dict[int | None, Listed | None] = arranged(("shared", user), dict)
    version = number(SHARES)
    if version not in held:
        found = shared_with(user, teams).order_by("type", "record_id").values_list("type", "record_id", "may_change")
        rows = [*found[: MANY + 1]]
        held.clear()
        held[version] = None if len(rows) > MANY else by_type(rows)
    return held[version]


def by_type(rows: Iterable[tuple[str, int, bool]]) -> Listed:
    found: dict[tuple[str, str], set[int]] = {}
    for key, pk, may_change in rows:
        for verb in ("view", "change") if may_change else ("view",):
            found.setdefault((key, verb), set()).add(pk)
    return {key: Shared(frozenset(ids)) for key, ids in found.items()}


def reshared() -> None:
    """After a write of shares, in its transaction: everybody looks again."""
    renumber(SHARES)
    forget()

"""Who is there already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bodega.apps.parties.models import ContactPoint
from bodega.kernel.columns import FOLDED
from bodega.lib.text import fold

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.record import RecordType

MOST = 5


@dataclass(frozen=True)
class Alike:
    """A party that may be the one that somebody is about to add; `shared` is the field both have in common."""

    id: int
    name: str
    shared: str


def alike(type_: RecordType, values: Mapping[str, Any], *, actor: Actor) -> list[Alike]:
    """The visible parties of a type that are reached by the same address or number, or have the same name (one query):
    a few, the oldest first."""
    names = (values.get("given_name"), values.get("family_name"))
    key = fold(values.get("name") or " ".join(part for part in names if part))[:FOLDED]
    reached = reached_by(values)
    rows = type_.rows(actor)
    named = rows.filter(name_key=key).order_by().values("pk")
    held = ContactPoint._base_manager.filter(value__in=reached).order_by().values("party")
    query = rows.filter(pk__in=held.union(named, all=True) if reached else named).order_by("pk")
    known = query.values_list("pk", "name", "name_key", "email", "phone")[:MOST]
    return [Alike(pk, name, shared(reached, email, phone, same=same == key)) for pk, name, same, email, phone in known]


def reached_by(values: Mapping[str, Any]) -> set[str]:
    """The addresses and numbers that are given, in the form in which contact points are kept."""
    points: Iterable[Mapping[str, Any]] = values.get("contact_points") or ()
    given = [values.get("email"), values.get("phone"), *(line.get("value") for line in points)]
    return {str(value) for value in given if value}


def shared(reached: set[str], email: str, phone: str, *, same: bool) -> str:
    """What a party that was found has in common with the new one."""
    if email in reached:
        return "email"
    if phone in reached:
        return "phone"
    return "name" if same else "contact_points"

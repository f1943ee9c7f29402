"""Whether the proofs notice a seeded fault: the oracle those in the rules, two worlds those where rules are asked."""

from __future__ import annotations

from bodega.kernel import access
from bodega.kernel.registry import type_of
from tests.proofs import oracle
from tests.proofs.companies import TYPE, Company, company
from tests.proofs.faults import FAULTS, SURFACE_FAULTS, Fault, made
from tests.proofs.worlds import worlds_of

READING = ("view", "change", "delete")
COMPANIES, WORLDS = 60, 400
"""Companies among which the oracle looks, and others whose worlds are compared, until a fault is noticed."""
EVERY = [*FAULTS, *SURFACE_FAULTS]


def is_noticed(number: int) -> bool:
    with made(EVERY[number]):
        return any(map(differs, range(COMPANIES)) if number < len(FAULTS) else map(leaks, range(WORLDS)))


def leaks(seed: int) -> bool:
    """Whether something leaks in the worlds of that company; a program that breaks is noticed, too."""
    return any(some for some in worlds_of(seed, asks=60))


def differs(seed: int) -> bool:
    with company(seed) as held:
        return bool(differing(held))


def differing(held: Company) -> list[str]:
    """Where the database and the oracle do not say the same."""
    type_, found = type_of(TYPE), []
    for at, person in enumerate(held.people):
        actor = held.actor(person)
        for verb in READING:
            told = {held.ids[thing] for thing in held.things if oracle.may(person, verb, thing)}
            rows = type_.rows(actor, verb)
            sorted_ids = [*rows.order_by("name_key").values_list("pk", flat=True)]
            counted = rows.count()
            each = {row.pk for row in type_.every() if access.allows(type_, row, actor, verb)}
            if not told == {*sorted_ids} == each or counted != len(told):
                found.append(f"person {at} may {verb} {told}, not {sorted_ids}, {each}, {counted}")
            if access.may(type_, actor, verb) < bool(told):
                found.append(f"person {at} may {verb} nothing at all")
    return found


def named(fault: Fault) -> str:
    """For the list of tests."""
    return f"{fault.of.__module__.removeprefix('bodega.')} {fault}"

"""Nobody writes who may not, and a program in which somebody could would be noticed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from django.core.files.uploadedfile import UploadedFile

from bodega.kernel import change, registry
from bodega.surfaces import inventory
from tests.personas import People
from tests.proofs import denied, faults
from tests.proofs.denied import Caller, Found
from tests.proofs.ground import (
    Attempt,
    Ground,
    Sender,
    differing,
    digest,
    ended_token,
    expired_token,
    ground,
    taken_back,
    token,
)

pytestmark = pytest.mark.slow
EVERY = 1
"""In everyday tests each caller tries every third of the attempts, another third each."""


@pytest.fixture
def at(people: People) -> Ground:
    return ground(people)


@pytest.fixture
def tried(at: Ground) -> list[Attempt]:
    return [*denied.attempts(at)]


def callers(at: Ground) -> Iterator[Caller]:
    anna = at.users["anna"]
    gus, of_gus = Sender(at.users["gus"]), Sender(secret=token(at.users["gus"]))
    change.save(at.users["gus"].pk, {"is_active": False}, actor=at.actor, type_=registry.type_of("kernel.user"))
    yield from (Caller("nobody", Sender()), Caller("gus, whose access was ended", gus))
    yield Caller("cleo", Sender(at.users["cleo"]))
    yield Caller("vera", Sender(at.users["vera"]), in_no_talk)
    yield Caller("owen", Sender(at.users["owen"]), lambda one: but_no_import(one) and in_no_talk(one))
    yield Caller("blanca", Sender(at.users["blanca"]), but_no_import)
    yield Caller("finn", Sender(at.users["finn"]), lambda one: "/files/" not in one.url and in_no_talk(one))
    yield Caller("bo", Sender(at.users["bo"]), brings_a_file)
    looking = Sender(anna)
    looking.send(Attempt("", "POST", f"/users/{at.users['dora'].pk}/look/", {}))
    yield Caller("anna, who looks as Dora", looking)
    yield Caller("another site, by Anna’s browser", Sender(anna, guarded=True))
    for who, secret in {
        "a wrong token": "bodega_wrong",
        "an expired token": expired_token(anna),
        "an ended token": ended_token(anna),
        "a token for reading": token(anna, may_write=False),
    }.items():
        yield Caller(who, Sender(secret=secret), by_program)
    yield Caller("the token of somebody whose access was ended", of_gus, by_program)
    rates = Sender(secret=token(anna, types=["kernel.rate"]))
    yield Caller("a token for rates", rates, lambda one: one.is_api and "/rates/" not in one.url)


def but_no_import(one: Attempt) -> bool:
    """Who may change something may bring a file for it."""
    return one.url != "/import/"


def in_no_talk(one: Attempt) -> bool:
    """Who may look at something may say something about it."""
    return "/comments/" not in one.url


def brings_a_file(one: Attempt) -> bool:
    return one.route.endswith("/files/") or (
        one.url == "/boats/new/" and isinstance((one.form or {}).get("a_file"), UploadedFile)
    )


def by_program(one: Attempt) -> bool:
    return one.is_api


def test_every_address_that_writes_is_tried(tried: Sequence[Attempt], at: Ground) -> None:
    """The others, asked by who may do everything, write nothing."""
    left = inventory.PAGES.keys() - {one.route for one in tried} - denied.OPEN - denied.OWN
    before, wrote = digest(), []
    for route in left:
        with taken_back():
            at.anna.send(Attempt(route, "POST", at.url(route), form={}))
            wrote += [route] if differing(before, digest()) else []
    assert not wrote, "\n".join(wrote)


def test_every_attempt_writes_where_one_may(tried: Sequence[Attempt], at: Ground) -> None:
    before, vain = digest(), []
    for one in tried:
        with taken_back():
            answer = at.anna.send(one)
            if not differing(before, digest()):
                vain.append(f"{answer.status_code} {one}")
    assert not vain, "\n".join(vain)


def test_nobody_writes_who_may_not(tried: Sequence[Attempt], at: Ground) -> None:
    found = Found()
    for number, caller in enumerate(callers(at)):
        denied.try_all([caller], tried[number % EVERY :: EVERY], found)
    print(f"{found.tried} writes denied: {dict(found.statuses)}")
    assert not found.wrong, "\n".join(found.wrong)


def test_what_lies_in_the_trash_is_not_written_on(at: Ground) -> None:
    types = [type_ for type_ in at.types if not type_.admin]
    on_trash = [one for type_ in types for one in denied.on_record(type_, at.trashed[type_.slug], at)]
    tried = [one for one in on_trash if "/by/" not in one.url and "all" not in (one.form or ())]
    found = denied.try_all([Caller("dora", Sender(at.users["dora"]))], tried, Found())
    assert not found.wrong, "\n".join(found.wrong)


@pytest.mark.parametrize("fault", denied.FAULTS, ids=str)
def test_what_is_written_before_it_is_asked_is_noticed(
    fault: faults.Fault, tried: Sequence[Attempt], at: Ground
) -> None:
    some = [Caller(name, Sender(at.users[name])) for name in ("vera", "finn")]
    with faults.made(fault), taken_back():
        assert denied.try_all(some, tried, Found()).written

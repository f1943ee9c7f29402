"""Nothing can be set going from outside that the inventory does not name, with who may."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from bodega.kernel import registry
from bodega.kernel.events import REACTIONS
from bodega.platform.administration import customising
from bodega.platform.jobs.declare import JOBS
from bodega.surfaces import inventory
from bodega.web.cli import COMMANDS


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        else:
            yield here


def test_every_address_is_named() -> None:
    assert sorted(routes(get_resolver().url_patterns)) == sorted(inventory.PAGES)


def test_every_command_is_named() -> None:
    assert sorted(COMMANDS) == sorted(inventory.COMMANDS)


def test_every_job_is_named() -> None:
    ours = [name for name in JOBS if name.startswith("bodega.")]
    assert sorted(ours) == sorted(inventory.JOBS)


def test_every_reaction_is_named() -> None:
    ours = [name for name in REACTIONS if name.startswith("bodega.")]
    assert sorted(ours) == sorted(inventory.REACTIONS)


def test_no_type_can_be_made_under_an_address_of_ours() -> None:
    first = {route.split("/")[0] for route in inventory.PAGES} - {"", "<slug:slug>"}
    declared = {type_.slug for type_ in registry.DECLARED.values()}
    assert first - declared - customising.ADDRESSES_TAKEN == set()

"""Visitors for the tests of pages: people at a browser without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bodega.kernel.actors import Actor
from tests.personas import People
from tests.surfaces.html.visitor import Visitor

Visit = Callable[[Actor], Visitor]


@pytest.fixture
def visit(people: People) -> Visit:
    return lambda actor: Visitor(people.user(actor))


@pytest.fixture
def anna(people: People, visit: Visit) -> Visitor:
    """An administrator at her browser."""
    return visit(people.anna)

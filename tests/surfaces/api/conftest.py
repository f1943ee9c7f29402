"""Programs of the people of the tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bodega.kernel.actors import Actor
from tests.personas import People
from tests.surfaces.api.program import Program

Bear = Callable[..., Program]


@pytest.fixture
def bear(people: People) -> Bear:
    def made(actor: Actor, **token: Any) -> Program:
        return Program(people.user(actor), **token)

    return made


@pytest.fixture
def anna(people: People, bear: Bear) -> Program:
    """An administrator's program, which may do everything."""
    return bear(people.anna)

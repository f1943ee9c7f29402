"""A short working day with two kills; `make prove-kill N=20` has longer ones."""

from __future__ import annotations

import random

import pytest
from django.db import connection

from tests.proofs.kill import place, prove

pytestmark = pytest.mark.slow


def test_nothing_acknowledged_is_lost_when_web_worker_and_import_are_killed() -> None:
    """The bulk change is left out here: a job whose worker died waits a minute for its lease to end, and
    `tests/platform/test_kill.py` shows the same with leases of a second."""
    with place(connection.vendor.removesuffix("ql")) as (installation, engine):
        prove(installation, engine, kills=2, seed=random.randrange(1_000_000), bulk=False)

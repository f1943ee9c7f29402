"""A short working day with many kills; `make prove-kill N=500` has a longer one."""

from __future__ import annotations

import random
from contextlib import nullcontext

import pytest
from django.db import connection

from tests.proofs.cluster import own_server
from tests.proofs.kill import place, prove

pytestmark = [pytest.mark.slow, pytest.mark.long]
KILLS = 25
"""On each of the two databases."""


def test_nothing_acknowledged_is_lost_when_web_worker_import_and_database_are_killed() -> None:
    server = own_server() if connection.vendor == "postgresql" else nullcontext("")
    with server as url, place(connection.vendor.removesuffix("ql"), server=url) as (installation, engine):
        prove(installation, engine, kills=KILLS, seed=random.randrange(1_000_000))

"""Moments of time are read from PostgreSQL as Django reads them, to the microsecond and in UTC, and faster."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection
from django.db.models import DateTimeField, Value
from psycopg.pq import Format

from bodega.kernel.models import Consumer
from bodega.platform.postgres.base import Moments

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
MOMENTS = [
    datetime(2026, 11, 22, 10, 11, 12, 123456, tzinfo=UTC),
    datetime(1899, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(2026, 3, 29, 2, 30, tzinfo=timezone(timedelta(hours=5, minutes=45))),
]


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_what_was_written_is_read(moment: datetime) -> None:
    Consumer.objects.create(name="one")
    rows = Consumer.objects.annotate(moment=Value(moment, output_field=DateTimeField())).values_list(
        "moment", flat=True
    )
    for found in (*rows, *rows.iterator()):
        assert (found, found.utcoffset()) == (moment, timedelta())


def test_it_is_our_way_of_reading_that_does() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        assert cursor.connection.adapters.get_loader(1184, Format.TEXT) is Moments
        assert cursor.fetchone()[0].tzinfo is UTC

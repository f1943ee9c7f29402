"""Moments as texts."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bodega.kernel.kinds.dates import iso

MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=st.timezones() | st.just(UTC))


@given(MOMENTS)
def test_a_moment_is_written_as_the_library_writes_it(moment: datetime) -> None:
    assert iso(moment) == moment.astimezone(UTC).isoformat(timespec="microseconds")


@given(MOMENTS, MOMENTS)
def test_texts_sort_as_moments_do(one: datetime, other: datetime) -> None:
    assert (iso(one) < iso(other)) == (one.astimezone(UTC) < other.astimezone(UTC))

"""The day of an instant, where the landlord is."""

from datetime import UTC, date, datetime

import pytest

from palier.foundation.clock import day_of


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2027, 12, 31, 23, 30, tzinfo=UTC), date(2028, 1, 1)),
        (datetime(2028, 2, 29, 22, 59, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2028, 2, 29, 23, 0, tzinfo=UTC), date(2028, 3, 1)),
        (datetime(2028, 6, 30, 22, 0, tzinfo=UTC), date(2028, 7, 1)),
    ],
)
def test_an_instant_of_the_database_has_the_day_of_paris(at: datetime, day: date) -> None:
    assert day_of(at) == day

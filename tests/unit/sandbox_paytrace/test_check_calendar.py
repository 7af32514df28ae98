from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from counterfoil.sandbox.paytrace.checks.calendar import business_moment, holidays, is_business_day
from counterfoil.sandbox.paytrace.settings import PACIFIC

CUT_OFF = time(17)


def test_the_holidays_of_2026_are_those_that_the_federal_reserve_publishes() -> None:
    # https://www.frbservices.org/about/holiday-schedules; 4 July 2026 is a Saturday and is not moved.
    days = ("01-01", "01-19", "02-16", "05-25", "06-19", "07-04", "09-07", "10-12", "11-11", "11-26", "12-25")
    assert sorted(holidays(2026)) == [date.fromisoformat(f"2026-{day}") for day in days]
    assert is_business_day(date(2026, 7, 3))


def test_a_holiday_on_a_sunday_is_kept_on_monday() -> None:
    assert date(2027, 7, 5) in holidays(2027)
    assert date(2023, 1, 2) in holidays(2023)


@pytest.mark.parametrize(
    ("after", "days", "expected"),
    [
        # Thursday noon in Spokane: today; at the cut-off itself: tomorrow.
        (datetime(2026, 6, 4, 19, tzinfo=UTC), 0, "2026-06-04"),
        (datetime(2026, 6, 5, 0, tzinfo=UTC), 0, "2026-06-05"),
        # Friday evening and Saturday: Monday.
        (datetime(2026, 6, 6, 1, tzinfo=UTC), 0, "2026-06-08"),
        (datetime(2026, 6, 6, 19, tzinfo=UTC), 0, "2026-06-08"),
        (datetime(2026, 6, 4, 19, tzinfo=UTC), 2, "2026-06-08"),
        # Over Thanksgiving.
        (datetime(2026, 11, 25, 19, tzinfo=UTC), 1, "2026-11-27"),
    ],
)
def test_moments_fall_on_business_days(after: datetime, days: int, expected: str) -> None:
    moment = business_moment(after, CUT_OFF, PACIFIC, days).astimezone(PACIFIC)
    assert (moment.date().isoformat(), moment.time()) == (expected, CUT_OFF)


def test_a_day_of_23_hours_has_its_cut_off_by_the_local_clock() -> None:
    # Clocks go forward on Sunday, 8 March 2026: Monday's 17:00 is then at midnight UTC.
    moment = business_moment(datetime(2026, 3, 7, 12, tzinfo=UTC), CUT_OFF, PACIFIC)
    assert moment == datetime(2026, 3, 10, 0, tzinfo=UTC)

"""Business days of the US banks: no weekends, no holidays of the Federal Reserve."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6
_FIXED = ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))
# Month, weekday and which of them in the month; the last of May counts back from June.
_MOVING = (
    (1, _MONDAY, 3),
    (2, _MONDAY, 3),
    (6, _MONDAY, 0),
    (9, _MONDAY, 1),
    (10, _MONDAY, 2),
    (11, _THURSDAY, 4),
)


def is_business_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in holidays(day.year)


def business_moment(after: datetime, at: time, zone: ZoneInfo, days: int = 0) -> datetime:
    """The local time on a business day: the first one after the moment, or so many business days later."""
    day = after.astimezone(zone).date()
    if not is_business_day(day) or datetime.combine(day, at, zone) <= after:
        day = _following(day)
    for _ in range(days):
        day = _following(day)
    return datetime.combine(day, at, zone).astimezone(UTC)


@cache
def holidays(year: int) -> frozenset[date]:
    """A holiday on a Sunday is kept on Monday; one on a Saturday is not moved."""
    fixed = (date(year, month, day) for month, day in _FIXED)
    kept = (day + timedelta(days=1) if day.weekday() == _SUNDAY else day for day in fixed)
    return frozenset((*kept, *(_nth(year, *each) for each in _MOVING)))


def _nth(year: int, month: int, weekday: int, which: int) -> date:
    first = date(year, month, 1)
    first_such = first + timedelta(days=(weekday - first.weekday()) % 7)
    return first_such + timedelta(weeks=which - 1)


def _following(day: date) -> date:
    day += timedelta(days=1)
    while not is_business_day(day):
        day += timedelta(days=1)
    return day

"""The fiscal calendar: which days lie in the current period and which in closed ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

# A month is closed some weeks after its end, so the current period holds 20 to 51 days.
_CLOSED_AFTER = timedelta(days=20)
_HISTORY_MONTHS = 24


def month_back(day: date, months: int) -> date:
    """The first day of the month so many months before the day's own."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The company's calendar on one day; periods are months, the fiscal year is the calendar year."""

    as_of: date

    @property
    def period_start(self) -> date:
        """The first day of the current period; everything before lies in closed periods."""
        return month_back(self.as_of - _CLOSED_AFTER, 0)

    @property
    def last_closed_day(self) -> date:
        return self.period_start - timedelta(days=1)

    @property
    def history_start(self) -> date:
        return month_back(self.period_start, _HISTORY_MONTHS)

    @property
    def year_start(self) -> date:
        return date(self.as_of.year, 1, 1)

    def is_closed(self, day: date) -> bool:
        return day < self.period_start

    def before_period(self, days: int) -> date:
        return self.period_start - timedelta(days=days)

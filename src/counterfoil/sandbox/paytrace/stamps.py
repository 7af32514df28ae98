"""Dates and times as the vendor writes them: local, without a zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_US_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


def render_stamp(moment: datetime, zone: ZoneInfo) -> str:
    """`4/10/2015 4:06:30 PM`."""
    local = moment.astimezone(zone)
    # `%p` would follow the locale of the process.
    hours, half = (local.hour % 12 or 12), ("AM", "PM")[local.hour // 12]
    return f"{local.month}/{local.day}/{local.year} {hours}:{local:%M:%S} {half}"


def render_date(day: date) -> str:
    """`4/10/2015`."""
    return f"{day.month}/{day.day}/{day.year}"


def parse_date(text: str) -> date | None:
    """A date written MM/DD/YYYY."""
    match = _US_DATE.fullmatch(text.strip())
    if match is None:
        return None
    month, day, year = (int(part) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def day_bounds(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The span of whole local days, from the first moment to the one after the last, in UTC."""
    start = datetime.combine(first, time(), zone)
    end = datetime.combine(last + timedelta(days=1), time(), zone)
    return start.astimezone(UTC), end.astimezone(UTC)

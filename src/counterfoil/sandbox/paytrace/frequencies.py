"""How often a recurring payment is made, and on which days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import count, islice

# Codes of the vendor's own library: months between two payments, or days.
_MONTHS_BY_CODE: Mapping[str, int] = {"1": 12, "8": 6, "A": 4, "2": 3, "9": 2, "3": 1}
_DAYS_BY_CODE: Mapping[str, int] = {"4": 14, "5": 7, "6": 1}
_TWICE_A_MONTH = "7"
_TWICE_DAYS = (1, 15)
_MONTHS = 12

FREQUENCIES = frozenset({*_MONTHS_BY_CODE, *_DAYS_BY_CODE, _TWICE_A_MONTH})


def nth_day(frequency: str, start: date, number: int) -> date:
    """The day of a payment, counted from 0; a day that a month lacks becomes its last one."""
    if frequency in _DAYS_BY_CODE:
        return start + timedelta(days=_DAYS_BY_CODE[frequency] * number)
    if frequency == _TWICE_A_MONTH:
        return _nth_half_month(start, number)
    months = start.year * _MONTHS + start.month - 1 + _MONTHS_BY_CODE[frequency] * number
    year, month = months // _MONTHS, months % _MONTHS + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def _nth_half_month(start: date, number: int) -> date:
    """The 1st and the 15th of each month, from the start on."""
    days = (
        date((start.month - 1 + month) // _MONTHS + start.year, (start.month - 1 + month) % _MONTHS + 1, day)
        for month in count()
        for day in _TWICE_DAYS
    )
    return next(islice((day for day in days if day >= start), number, None))

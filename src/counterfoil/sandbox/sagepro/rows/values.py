"""What a row is, and the columns that every table has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

Value = str | int | Decimal | date | bool | None
"""What a column holds; None is a blank number or date."""
Row = Mapping[str, Value]

CURRENCY = "USD"
TWIN = "X"
"""Marks a row that stands in the current and in the history table at once."""

_USERS = ("MARY", "TOM", "JILL", "ADM")


def added(on: date, number: int) -> dict[str, Value]:
    """Who keyed the row and when; the time follows from the number, so that it repeats."""
    time = f"{8 + number % 9:02d}:{number * 7 % 60:02d}:{number * 13 % 60:02d}"
    return {"adduser": _USERS[number % len(_USERS)], "adddate": on, "addtime": time}


def blank_or(number: Decimal) -> Decimal | None:
    """Sage Pro leaves numbers that nobody keyed blank; a zero among them is one of those."""
    return number or None


def yes(flag: bool) -> str:
    return "Y" if flag else "N"

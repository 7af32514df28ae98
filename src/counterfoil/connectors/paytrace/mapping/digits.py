"""What may be kept of a card or an account: the last digits and the expiry."""

from __future__ import annotations

import re

_LAST_FOUR = re.compile(r"[0-9]{4}$")
_CENTURY = 2000


def last_four(masked: str | None) -> str:
    found = _LAST_FOUR.search((masked or "").strip())
    return found.group() if found else ""


def expiry(year: str | None, month: str | None) -> str:
    """Year and month; a year of two digits is one of this century (verified: records write both)."""
    years, months = (year or "").strip(), (month or "").strip()
    if not (years.isdecimal() and months.isdecimal()):
        return ""
    number = int(years)
    return f"{number if number >= _CENTURY else _CENTURY + number:04}-{int(months):02}"

"""Times as PayTrace writes them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, tzinfo

_STAMP = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4}) +(\d{1,2}):(\d{2})(?::(\d{2}))? *([AP])M", re.ASCII | re.IGNORECASE
)
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)


def read_stamp(written: str, zone: tzinfo) -> datetime | None:
    """A time as PayTrace writes it, ``4/10/2015 4:06:30 PM``, which names no zone, in UTC.

    The hour that comes twice when summer time ends is taken for the first of the two, and a time that the
    clocks skip in spring for the moment as long after the skip began: a choice, not a fact of the vendor.
    """
    match = _STAMP.fullmatch(written.strip())
    if match is None:
        return None
    month, day, year, hour, minute = (int(part) for part in match.groups()[:5])
    second = int(match[6] or 0)
    if not 1 <= hour <= 12:  # noqa: PLR2004 - hours of a half day
        return None
    hour = hour % 12 + (12 if match[7].upper() == "P" else 0)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone, fold=0).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_iso(written: str, zone: tzinfo) -> datetime | None:
    """A time as V3 writes it for bank payments, ``2023-04-19T00:00:00``, in UTC.

    That one without a zone is meant in the account's zone is assumed.
    """
    try:
        moment = datetime.fromisoformat(written.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_any(written: str, zone: tzinfo) -> datetime | None:
    """A time in either of the two forms."""
    return read_stamp(written, zone) or read_iso(written, zone)


def read_day(written: str) -> date | None:
    """A day as ``10/1/2024``."""
    found = _DAY.match(written)
    if found is None:
        return None
    month, day, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None

"""Five fields that say when: minute, hour, day of the month, month, day of the week.

A named hour counts once a day: one that daylight saving time leaves out is made up for right after the gap,
and one that comes twice counts the first time. Where the hour is ``*``, every hour that passes counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

CRON_LENGTH_MAX = 100
FIELDS = ("minute", "hour", "day of the month", "month", "day of the week")
_RANGES = ("0 to 59", "0 to 23", "1 to 31, L or LW", "1 to 12 or JAN to DEC", "0 to 7 or SUN to SAT")
_ANY = datetime(2026, 1, 1, tzinfo=UTC)
_EVERY_HOUR = set(range(24))
_WINDOWS = (timedelta(hours=1), timedelta(days=1), timedelta(days=40), timedelta(days=4000))


class CronError(ValueError):
    """A text that says no time, or one that never comes."""


def normal_form(text: str) -> str:
    """The same for the same fields: one blank between them, names in capitals."""
    return " ".join(text.upper().split())


def require_cron(cron: str) -> None:
    """Looks at a schedule's fields.

    Raises:
        CronError: it says no time, or one that never comes.
    """
    parts = cron.split()
    if len(parts) != len(FIELDS):
        finer = ", and never seconds" if len(parts) > len(FIELDS) else ""
        raise CronError(f"there are {len(FIELDS)} fields, {', '.join(FIELDS)}, not {len(parts)}{finer}")
    for place, part in enumerate(parts):
        alone = ["*"] * len(FIELDS)
        alone[place] = part
        if not _is_read(" ".join(alone)):
            raise CronError(f"{part!r} is no {FIELDS[place]}: {_RANGES[place]}, *, lists, a-b, */n")
    if not _is_read(cron) or next(_times(cron, _ANY), None) is None:
        raise CronError(f"{cron!r} never comes: no such day is in these months")


def next_time(cron: str, zone: ZoneInfo, after: datetime) -> datetime | None:
    """The first time after an instant, in UTC; None where none comes within 50 years."""
    local = after.astimezone(zone)
    return next((at for at in _times(_counted(cron), local) if at > after), None)


def last_time(cron: str, zone: ZoneInfo, since: datetime, until: datetime) -> datetime | None:
    """The last time after `since` and not after `until`, in UTC."""
    for window in _WINDOWS:
        start = max(since, until - window)
        last = None
        following = next_time(cron, zone, start)
        while following is not None and following <= until:
            last, following = following, next_time(cron, zone, following)
        if last is not None or start == since:
            return last
    return None


def _times(cron: str, after: datetime) -> Iterator[datetime]:
    return (at.astimezone(UTC) for at in CronSim(cron, after))


def _is_read(cron: str) -> bool:
    """Days that are in none of the months are no days: the library looks at fields alone and together."""
    try:
        CronSim(cron, _ANY)
    except CronSimError:
        return False
    return True


@lru_cache(maxsize=1000)
def _counted(cron: str) -> str:
    """With named hours spelt out: the library takes ``*`` in minutes or hours for time that just passes."""
    minute, hour, *days = cron.split()
    if CronSim(cron, _ANY).hours == _EVERY_HOUR:
        return " ".join((minute, "*", *days))
    return " ".join((minute.replace("*", "0-59"), hour.replace("*", "0-23"), *days))

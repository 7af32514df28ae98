"""FoxPro's dates and times in expressions. What depends on SET DATE or SET CENTURY is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any

from counterfoil.foxpro.expressions.calls import Application
from counterfoil.foxpro.expressions.key_encoding import DAY_SECONDS, day_of_julian, julian_day
from counterfoil.foxpro.expressions.values import (
    DAY_WIDTH,
    Kind,
    Part,
    Piece,
    constant,
    day_bytes,
    text_bytes,
)

_LAST_DAY = julian_day(date.max)
_SECOND_MS = 1000
_DAY_MS = DAY_SECONDS * _SECOND_MS
_EMPTY = re.compile(r"[ /.\-]*")
_STRICT = re.compile(
    r" *\^ *(\d{4})([-/.])(\d\d?)\2(\d\d?)(?:[ ,] *(\d\d?):(\d\d?)(?::(\d\d?))?)? *", re.ASCII
)
_NO_TIME = (0, (0, 0))
_TTOC_WIDTH = 14
_DAYS_KEPT = 10_000


def date_of_text(text: str) -> Piece | None:
    """An empty date, or one that begins with ^ and so means the same under any setting; else None."""
    if _EMPTY.fullmatch(text):
        return constant(Kind.DATE, 0)
    match = _STRICT.fullmatch(text)
    if match is None:
        return None
    year, month, day, *clock = (int(match.group(index) or 0) for index in (1, 3, 4, 5, 6, 7))
    try:
        julian, moment = julian_day(date(year, month, day)), time(clock[0], clock[1], clock[2])
    except ValueError:
        return None
    if match.group(5) is None:
        return constant(Kind.DATE, julian)
    seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second
    return constant(Kind.DATETIME, (julian, seconds * _SECOND_MS))


def _julian(call: Application, index: int = 0) -> Piece:
    """A date, or the day of a datetime."""
    piece = call.argument(index, Kind.DATE, Kind.DATETIME)
    return piece if piece.kind is Kind.DATE else call.derived(Kind.DATE, itemgetter(0), piece)


def _day(call: Application, julian: int) -> date | None:
    """The day of a number; None for the empty date."""
    day = day_of_julian(julian)
    if julian and day is None:
        raise call.no_key(f"{julian} is the number of no day")
    return day


def _dtos(call: Application) -> Piece:
    """DTOS, and DTOC with a 1: YYYYMMDD, blank for the empty date."""
    if call.name == "DTOS":
        call.counted(1, 1)
    else:
        call.counted(1, 2)
        if call.whole(1, default=0) != 1:
            raise call.refused("depends on SET DATE and SET CENTURY; only DTOC(date,1) does not")

    @lru_cache(maxsize=_DAYS_KEPT)
    def compute(julian: int) -> bytes:
        return day_bytes(_day(call, julian)) or b""

    parts = (Part(DAY_WIDTH, day_bytes),)
    return call.derived(Kind.CHARACTER, compute, _julian(call), width=DAY_WIDTH, fixed=True, parts=parts)


def _ttoc(call: Application) -> Piece:
    """TTOC with a 1: YYYYMMDDhhmmss, all zeros for the empty datetime (inferred: dbflib)."""
    call.counted(1, 2)
    if call.whole(1, default=0) != 1:
        raise call.refused("depends on SET DATE and SET HOURS; only TTOC(datetime,1) does not")

    def compute(moment: tuple[int, int]) -> bytes:
        julian, seconds = _whole_seconds(moment)
        day = _day(call, julian)
        if day is None:
            return b"0" * _TTOC_WIDTH
        minutes, second = divmod(seconds, 60)
        return b"%s%02d%02d%02d" % (day_bytes(day), *divmod(minutes, 60), second)

    piece = call.argument(0, Kind.DATETIME)
    parts = (Part(_TTOC_WIDTH, lambda value: text_bytes(value, "ascii", _TTOC_WIDTH)),)
    return call.derived(Kind.CHARACTER, compute, piece, width=_TTOC_WIDTH, fixed=True, parts=parts)


def _whole_seconds(moment: tuple[int, int]) -> tuple[int, int]:
    """The day and its second, rounded as in keys."""
    julian, milliseconds = moment
    days, seconds = divmod((milliseconds + _SECOND_MS // 2) // _SECOND_MS, DAY_SECONDS)
    return julian + days, seconds


def _ctod(call: Application) -> Piece:
    """CTOD of a text that is written out, and that means the same under any SET DATE."""
    call.counted(1, 1)
    text = call.text().literal
    piece = date_of_text(text.decode("latin-1")) if text is not None else None
    if piece is None or piece.kind is not Kind.DATE:
        raise call.refused("depends on SET DATE; only an empty text or one like '^2026-01-31' does not")
    return piece


def _calendar(call: Application) -> Piece:
    """YEAR, MONTH, DAY: 0 for the empty date."""
    call.counted(1, 1)
    part = attrgetter(call.name.lower())

    def compute(julian: int) -> float:
        day = _day(call, julian)
        return float(part(day)) if day else 0.0

    return call.derived(Kind.NUMERIC, compute, _julian(call))


def _ttod(call: Application) -> Piece:
    call.counted(1, 1)
    call.argument(0, Kind.DATETIME)
    return _julian(call)


def _dtot(call: Application) -> Piece:
    """DTOT: midnight of the day."""
    call.counted(1, 1)
    return call.derived(Kind.DATETIME, lambda julian: (julian, 0), call.argument(0, Kind.DATE))


def moved(call: Application, *, at: int) -> Piece:
    """A date so many days later or earlier, a datetime so many seconds; `at` is the argument with the time.

    What FoxPro gives where the date is empty is not known.
    """
    piece, number = call.argument(at, Kind.DATE, Kind.DATETIME), call.number(1 - at)
    turn = -1 if call.name == "-" else 1
    move = _moved_day if piece.kind is Kind.DATE else _moved_moment

    def compute(moment: Any, count: float) -> object:
        result = move(moment, turn * int(count)) if count.is_integer() else None
        if result is None:
            raise call.no_key(f"{moment} moved by {count} is not certain")
        return result

    return call.derived(piece.kind, compute, piece, number)


def _moved_day(julian: int, days: int) -> int | None:
    return julian + days if julian and 0 < julian + days <= _LAST_DAY else None


def _moved_moment(moment: tuple[int, int], seconds: int) -> tuple[int, int] | None:
    days, milliseconds = divmod(moment[1] + seconds * _SECOND_MS, _DAY_MS)
    julian = _moved_day(moment[0], days)
    return None if julian is None else (julian, milliseconds)


def distance(call: Application) -> Piece:
    """The days between dates, the seconds between datetimes."""
    first, second = call.arguments
    span = _days_between if first.kind is Kind.DATE else _seconds_between

    def compute(left: Any, right: Any) -> float:
        if left in _NO_TIME or right in _NO_TIME:
            raise call.no_key("the distance from an empty date is not certain")
        return span(left, right)

    return call.derived(Kind.NUMERIC, compute, first, second)


def _days_between(left: int, right: int) -> float:
    return float(left - right)


def _seconds_between(left: tuple[int, int], right: tuple[int, int]) -> float:
    (day, second), (other_day, other_second) = _whole_seconds(left), _whole_seconds(right)
    return float((day - other_day) * DAY_SECONDS + second - other_second)


DATE_FUNCTIONS: Mapping[str, Callable[[Application], Piece]] = {
    "DTOS": _dtos,
    "DTOC": _dtos,
    "TTOC": _ttoc,
    "CTOD": _ctod,
    "YEAR": _calendar,
    "MONTH": _calendar,
    "DAY": _calendar,
    "TTOD": _ttod,
    "DTOT": _dtot,
}

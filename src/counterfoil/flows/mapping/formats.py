"""Formats of dates and times in letters, read and written alike in every locale."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple, cast

from counterfoil.flows.errors import quoted

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FORMAT_MAX = 60


class FormatError(ValueError):
    """Letters that are no format."""


class _Token(NamedTuple):
    pattern: str
    field: str
    write: Callable[[datetime], str]
    width: int


_TOKENS = {
    "YYYY": _Token(r"(\d{4})", "year", lambda at: f"{at.year:04}", 4),
    "YY": _Token("", "", lambda at: f"{at.year % 100:02}", 2),
    "MMM": _Token(r"([A-Za-z]{3})", "name", lambda at: _MONTHS[at.month - 1], 3),
    "MM": _Token(r"(\d{2})", "month", lambda at: f"{at.month:02}", 2),
    "M": _Token(r"(\d{1,2})", "month", lambda at: str(at.month), 2),
    "DD": _Token(r"(\d{2})", "day", lambda at: f"{at.day:02}", 2),
    "D": _Token(r"(\d{1,2})", "day", lambda at: str(at.day), 2),
    "HH": _Token(r"(\d{2})", "hour", lambda at: f"{at.hour:02}", 2),
    "H": _Token(r"(\d{1,2})", "hour", lambda at: str(at.hour), 2),
    "hh": _Token(r"(\d{2})", "half", lambda at: f"{(at.hour - 1) % 12 + 1:02}", 2),
    "h": _Token(r"(\d{1,2})", "half", lambda at: str((at.hour - 1) % 12 + 1), 2),
    "mm": _Token(r"(\d{2})", "minute", lambda at: f"{at.minute:02}", 2),
    "ss": _Token(r"(\d{2})", "second", lambda at: f"{at.second:02}", 2),
    "AM": _Token(r"([AaPp][Mm])", "noon", lambda at: "AM" if at.hour < 12 else "PM", 2),  # noqa: PLR2004 - noon
}
_SPLIT = re.compile("|".join(_TOKENS) + "|.", re.DOTALL)
_LITERALS = frozenset(" -/.,:_T")
_UNPADDED = frozenset({"M", "D", "H", "h"})
_HOURS = frozenset({"hour", "half", "minute", "second", "noon"})


class TimeFormat:
    """A format, ready to read and write; `width` is that of its longest text."""

    def __init__(self, text: str, *, for_reading: bool) -> None:
        if not 1 <= len(text) <= _FORMAT_MAX:
            raise FormatError(f"a format has 1 to {_FORMAT_MAX} characters")
        self.text = text
        self._pieces = _SPLIT.findall(text)
        for piece in self._pieces:
            if piece not in _TOKENS and piece not in _LITERALS:
                raise FormatError(
                    f"{quoted(piece)} in {quoted(text)} is none of {' '.join(_TOKENS)} or - / . , : _ T"
                )
        for piece, following in pairwise(self._pieces):
            if piece in _TOKENS and following in _TOKENS and piece[0] == following[0]:
                raise FormatError(f"{quoted(piece + following)} is none of {' '.join(_TOKENS)}")
        self._fields = [_TOKENS[piece].field for piece in self._pieces if piece in _TOKENS]
        self._writers = [_TOKENS[piece].write for piece in self._pieces if piece in _TOKENS]
        self._written = "".join("{}" if piece in _TOKENS else piece for piece in self._pieces)
        self.has_time = bool(_HOURS.intersection(self._fields))
        self.width = sum(_TOKENS[piece].width if piece in _TOKENS else 1 for piece in self._pieces)
        if for_reading:
            self._check_readable()
        self._pattern = re.compile(
            "".join(_TOKENS[each].pattern if each in _TOKENS else re.escape(each) for each in self._pieces),
            re.ASCII,
        )

    def _check_readable(self) -> None:
        for piece, following in pairwise(self._pieces):
            if piece in _UNPADDED and following in _TOKENS:
                raise FormatError(f"{piece} and {following} cannot be told apart; put a sign between")
        if "" in self._fields:
            raise FormatError("a year of two digits cannot be read: which century?")
        if len(set(self._fields)) != len(self._fields) or {"month", "name"} <= set(self._fields):
            raise FormatError("the same part stands twice")
        missing = {"year", "day"} - set(self._fields) or {"month"} - {
            "month" if field == "name" else field for field in self._fields
        }
        if missing:
            raise FormatError(f"{min(missing)} is missing")
        if ("half" in self._fields) != ("noon" in self._fields) or {"half", "hour"} <= set(self._fields):
            raise FormatError("hh and AM stand together, and without HH")

    def read(self, text: str) -> datetime:
        """The date and time of a text, without a zone.

        Raises:
            ValueError: the text is not of the format.
        """
        found = self._pattern.fullmatch(text)
        if found is None:
            raise ValueError(f"{quoted(text)} is not of the format {self.text}")
        parts = dict(zip(self._fields, found.groups(), strict=True))
        try:
            return datetime(  # noqa: DTZ001 - the caller gives the zone
                int(parts["year"]),
                _month(parts),
                int(parts["day"]),
                _hour(parts),
                int(parts.get("minute", "0")),
                int(parts.get("second", "0")),
            )
        except ValueError as error:
            raise ValueError(f"{quoted(text)} is on no calendar or clock") from error

    def write(self, at: date) -> str:
        """A moment as text, or a day where the format has no time."""
        when = cast("datetime", at)  # Only moments are written with a time of day.
        return self._written.format(*[write(when) for write in self._writers])


def _month(parts: dict[str, str]) -> int:
    if "name" in parts:
        return _MONTHS.index(parts["name"].title()) + 1
    return int(parts["month"])


def _hour(parts: dict[str, str]) -> int:
    if "half" not in parts:
        return int(parts.get("hour", "0"))
    half = int(parts["half"])
    if not 1 <= half <= 12:  # noqa: PLR2004 - a clock's face
        raise ValueError("no such hour")
    return half % 12 + (12 if parts["noon"].upper() == "PM" else 0)

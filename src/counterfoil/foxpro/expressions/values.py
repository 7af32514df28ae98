"""What a compiled piece of an expression is: its kind, its width, how a record gives its value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from math import isfinite
from typing import Any

from counterfoil.foxpro.records.code_pages import encode_text
from counterfoil.foxpro.records.fields import NoValue, Value

Evaluate = Callable[[int, bytes], Any]
"""From a record's number and bytes to the value of a piece; None where it is NULL."""

WIDTH_MAX = 32_000
"""No text of an expression grows beyond this, so that none takes the memory of the machine."""

DAY_WIDTH = 8
_DIGITS_MAX = 400


class Kind(StrEnum):
    """What an expression yields; a plain integer or currency field has a key of its own form."""

    CHARACTER = "character"
    NUMERIC = "numeric"
    INTEGER = "integer"
    CURRENCY = "currency"
    DATE = "date"
    DATETIME = "datetime"
    LOGICAL = "logical"


NUMBERS = frozenset({Kind.NUMERIC, Kind.INTEGER, Kind.CURRENCY})


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a character key for one search value; `encode` gives None where no row can match.

    `pad` stands behind a value that is shorter. A constant stretch takes no value, but a text that runs over
    several of them must agree with it.
    """

    width: int
    encode: Callable[[Value], bytes | None]
    constant: bytes | None = None
    pad: bytes = b" "


@dataclass(frozen=True, slots=True)
class Piece:
    """A compiled piece. Character pieces yield bytes, at most `width` of them, exactly so many where `fixed`.

    Numbers yield a float, integer fields an int, currency fields their ten-thousandths, dates a Julian day,
    datetimes a Julian day and milliseconds, truth values a bool. Nullable pieces may yield None. Numbers that
    were computed have an exact value besides, which tells more where they are `chained` from several.
    """

    kind: Kind
    evaluate: Evaluate
    width: int = 0
    fixed: bool = False
    literal: Any = None
    fields: frozenset[str] = frozenset()
    nullable: bool = False
    parts: tuple[Part, ...] = ()
    exact: Evaluate | None = None
    chained: bool = False


def constant(kind: Kind, value: Any) -> Piece:
    """A value that stands in the text."""
    if kind is not Kind.CHARACTER:
        return Piece(kind, lambda _recno, _record: value, literal=value)
    part = Part(len(value), lambda text: text_bytes(text, "ascii", len(value)), constant=value)
    return Piece(kind, lambda _recno, _record: value, len(value), fixed=True, literal=value, parts=(part,))


def text_bytes(value: Value, code_page: str, width: int) -> bytes | None:
    """A search text in the table's code page; None where the field cannot hold it."""
    if value is NoValue.BLANK:
        return b" " * width
    if not isinstance(value, str):
        return None
    try:
        data = encode_text(value, code_page)
    except UnicodeEncodeError:
        return None
    return data if len(data) <= width else None


def finite_number(value: Value) -> float | Decimal | None:
    """A search value that is a number; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if isinstance(value, Decimal):
        return value if value.is_finite() and abs(value.adjusted()) < _DIGITS_MAX else None
    return value if isinstance(value, int) or isfinite(value) else None


def day_bytes(value: Value) -> bytes | None:
    """A date as DTOS() writes it; a text is taken as the first characters of one."""
    if value is None or value is NoValue.BLANK:
        return b" " * DAY_WIDTH
    if isinstance(value, date):
        return f"{value.year:04}{value.month:02}{value.day:02}".encode("ascii")
    return text_bytes(value, "ascii", DAY_WIDTH)

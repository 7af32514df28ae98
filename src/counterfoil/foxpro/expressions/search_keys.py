"""From values to the key that finds their rows in a tag."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from counterfoil.foxpro.errors import UnsupportedExpressionError
from counterfoil.foxpro.expressions.compiler import KeyExpression
from counterfoil.foxpro.expressions.key_encoding import (
    CURRENCY_SCALE,
    NULL_MARK,
    currency_key,
    date_key,
    datetime_key,
    double_key,
    integer_key,
    julian_day,
    logical_key,
)
from counterfoil.foxpro.expressions.values import Kind, finite_number
from counterfoil.foxpro.records.fields import NoValue, Value


def key_for(key: KeyExpression, *values: Value, exact: bool = False) -> bytes | None:
    """The key that the values search for, or None where no row can have it.

    A character key takes a value for each of its joined parts; the last one given may be the beginning only,
    unless `exact`. A single text on a key of several parts may also run over into the next ones. In a tag
    whose keys may be NULL, None alone finds the NULLs, and NoValue.BLANK what is blank. Raises
    UnsupportedExpressionError for more values than the key has places for.
    """
    places = max(1, sum(part.constant is None for part in key.parts))
    if len(values) > places:
        raise UnsupportedExpressionError(key.text, f"is sought by {places} values at most, not {len(values)}")
    if key.null_key and values == (None,):
        return key.null_key
    if key.kind is Kind.CHARACTER:
        found = _text_key(key, values, exact=exact)
    else:
        value = values[0] if values else None
        found = _plain_key(key.kind, None if value is NoValue.BLANK else value)
    return found if found is None or not key.null_key else NULL_MARK + found


def _text_key(key: KeyExpression, values: tuple[Value, ...], *, exact: bool) -> bytes | None:
    if len(values) == 1 and isinstance(values[0], str) and len(key.parts) > 1:
        return _running_key(key, values[0], exact=exact)
    return _joined_key(key, values, exact=exact)


def _joined_key(key: KeyExpression, values: tuple[Value, ...], *, exact: bool) -> bytes | None:
    waiting = list(values)
    stretches: list[bytes] = []
    for part in key.parts:
        if not waiting and not exact:
            break
        stretch = (
            part.constant if part.constant is not None else part.encode(waiting.pop(0) if waiting else "")
        )
        if stretch is None:
            return None
        stretches.append(stretch.ljust(part.width, part.pad) if waiting or exact else stretch)
    return None if waiting else b"".join(stretches)


def _running_key(key: KeyExpression, text: str, *, exact: bool) -> bytes | None:
    """One text over several parts: cut at the widths of the parts before it is encoded part by part."""
    pieces: list[Value] = []
    for part in key.parts:
        if not text:
            break
        piece, text = text[: part.width], text[part.width :]
        if part.constant is None:
            pieces.append(piece)
        elif part.constant.isascii() and part.encode(piece) != part.constant[: len(piece)]:
            return None
    return None if text else _joined_key(key, tuple(pieces), exact=exact)


def _plain_key(kind: Kind, value: Value) -> bytes | None:
    match kind, value:
        case Kind.LOGICAL, bool() | None:
            return logical_key(value=bool(value))
        case Kind.DATETIME, datetime():
            milliseconds = value.hour * 3_600_000 + value.minute * 60_000 + value.second * 1000
            return datetime_key(julian_day(value), milliseconds + value.microsecond // 1000)
        case Kind.DATE, date():
            return date_key(julian_day(value))
        case Kind.DATE | Kind.DATETIME, None:
            return date_key(0)
        case _:
            return _number_key(kind, value)


def _number_key(kind: Kind, value: Value) -> bytes | None:
    number = finite_number(0 if value is None else value)
    if number is None:
        return None
    try:
        if kind is Kind.NUMERIC:
            return double_key(float(number))
        scaled = Decimal(number) * (CURRENCY_SCALE if kind is Kind.CURRENCY else 1)
        if scaled != int(scaled):
            return None
        return currency_key(int(scaled)) if kind is Kind.CURRENCY else integer_key(int(scaled))
    except OverflowError:
        return None

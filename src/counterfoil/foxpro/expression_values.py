"""What a compiled piece of an expression is: its kind, its width, how a record's bytes give its value."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from counterfoil.foxpro.code_pages import decode_text, encode_text
from counterfoil.foxpro.errors import KeyValueError
from counterfoil.foxpro.fields import Field, Value
from counterfoil.foxpro.key_encoding import CURRENCY_SCALE, julian_day_of_text

Evaluate = Callable[[int, bytes], Any]
DELETED_FLAG = ord("*")
DAY_WIDTH = 8
_DOUBLE = struct.Struct("<d")
_TRUE = b"TtYy"
_BLANKS = b" \t\r\n\0"
_ROUNDED = Context(prec=600, rounding=ROUND_HALF_UP)
"""More digits than the largest double has before the point and a key behind it."""


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
    """A stretch of a character key for one search value; `encode` gives None where no row can match."""

    width: int
    encode: Callable[[Value], bytes | None]
    constant: bytes | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A compiled piece. Character pieces yield bytes, at most `width` of them, exactly so many where `fixed`.

    Numbers yield a float, integer fields an int, currency fields their ten-thousandths, dates a Julian day,
    datetimes a Julian day and milliseconds, truth values a bool.
    """

    kind: Kind
    evaluate: Evaluate
    width: int = 0
    fixed: bool = False
    literal: bytes | float | bool | None = None
    fields: frozenset[str] = frozenset()
    deleted: bool = False
    nullable: bool = False
    parts: tuple[Part, ...] = ()


def field_piece(field: Field, code_page: str) -> Piece | None:
    """A plain field; None for a type that has no key."""
    names = frozenset({field.name})
    start, end = field.offset, field.end

    def raw(_recno: int, record: bytes) -> bytes:
        return record[start:end]

    def integer(_recno: int, record: bytes) -> int:
        return int.from_bytes(record[start:end], "little", signed=True)

    match field.type:
        case "C":
            part = Part(field.width, lambda value: text_bytes(value, code_page, field.width))
            return Piece(Kind.CHARACTER, raw, field.width, fixed=True, fields=names, parts=(part,))
        case "N" | "F":
            return Piece(
                Kind.NUMERIC, lambda _recno, record: number_of(record[start:end], field.name), fields=names
            )
        case "I":
            return Piece(Kind.INTEGER, integer, fields=names)
        case "Y":
            return Piece(Kind.CURRENCY, integer, fields=names)
        case _:
            return _other_field_piece(field, names)


def _other_field_piece(field: Field, names: frozenset[str]) -> Piece | None:
    start, end = field.offset, field.end

    def moment(_recno: int, record: bytes) -> tuple[int, int]:
        return (
            int.from_bytes(record[start : start + 4], "little", signed=True),
            int.from_bytes(record[start + 4 : end], "little", signed=True),
        )

    match field.type:
        case "B":
            return Piece(Kind.NUMERIC, lambda _recno, record: _double(record[start:end]), fields=names)
        case "D":
            return Piece(
                Kind.DATE, lambda _recno, record: julian_day_of_text(record[start:end]), fields=names
            )
        case "T":
            return Piece(Kind.DATETIME, moment, fields=names)
        case "L":
            return Piece(Kind.LOGICAL, lambda _recno, record: record[start:end] in _TRUE, fields=names)
        case _:
            return None


def _double(raw: bytes) -> float:
    (value,) = _DOUBLE.unpack(raw)
    return float(value)


def number_of(raw: bytes, field: str) -> float:
    """The number in an N or F field; blank is 0."""
    text = raw.strip(_BLANKS)
    if not text:
        return 0.0
    try:
        return float(text)
    except ValueError:
        raise KeyValueError(field, f"{raw.decode('latin-1')!r} is no number") from None


def text_bytes(value: Value, code_page: str, width: int) -> bytes | None:
    """A search text in the table's code page; None where the field cannot hold it."""
    if not isinstance(value, str):
        return None
    try:
        data = encode_text(value, code_page)
    except UnicodeEncodeError:
        return None
    return data if len(data) <= width else None


def day_bytes(value: Value) -> bytes | None:
    """A date as DTOS() writes it; a text is taken as the first characters of one."""
    if value is None:
        return b" " * DAY_WIDTH
    if isinstance(value, date):
        return f"{value.year:04}{value.month:02}{value.day:02}".encode("ascii")
    return text_bytes(value, "ascii", DAY_WIDTH)


def number_bytes(value: Value, width: int, decimals: int) -> bytes | None:
    """A number as STR() writes it; None where it has no room."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str_of(value, width, decimals)
    return text_bytes(value, "ascii", width)


def str_of(value: float | Decimal, width: int, decimals: int) -> bytes | None:
    """STR(): right-justified; decimals give way where the width is short.

    Rounds the decimal digits half away from zero, so that 1.005 gives 1.01 (inferred: dbflib says so from
    tables of FoxPro's; CodeBase rounds the binary value).
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not exact.is_finite() or exact.adjusted() > width:
        return None
    whole = len(f"{exact.quantize(Decimal(1), context=_ROUNDED):f}")
    places = min(decimals, max(0, width - whole - 1))
    text = f"{exact.quantize(Decimal(1).scaleb(-places), context=_ROUNDED):f}"
    return text.rjust(width).encode("ascii") if len(text) <= width else None


def as_number(piece: Piece) -> Callable[[int, bytes], float]:
    """The value of a numeric piece, whatever its own form."""
    evaluate = piece.evaluate
    if piece.kind is Kind.CURRENCY:
        return lambda recno, record: evaluate(recno, record) / CURRENCY_SCALE
    if piece.kind is Kind.INTEGER:
        return lambda recno, record: float(evaluate(recno, record))
    return evaluate


@lru_cache(maxsize=64)
def case_table(code_page: str, *, upper: bool) -> bytes:
    """Each byte of a code page in upper or lower case, where that is one byte again."""
    table = bytearray(range(256))
    for byte in range(256):
        character = decode_text(bytes((byte,)), code_page)
        changed = character.upper() if upper else character.lower()
        if len(changed) == 1:
            try:
                table[byte] = encode_text(changed, code_page)[0]
            except UnicodeEncodeError:
                continue
    return bytes(table)

"""One field's bytes to a Python value and back, by type; nothing is ever cut, rounded or overflowed.

Null bits and lengths are not seen here: a variable field gives and takes the bytes that are its value.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Context, Decimal, Inexact, InvalidOperation
from functools import lru_cache
from math import isfinite
from typing import NoReturn

from counterfoil.foxpro.errors import FieldValueError, FieldWidthError
from counterfoil.foxpro.records.code_pages import decode_text, encode_text
from counterfoil.foxpro.records.fields import MEMO_TYPES, Field, NoValue, Value

Decoder = Callable[[bytes], Value]
Encoder = Callable[[Value], bytes]

EXACT = Context(prec=60, traps=[Inexact, InvalidOperation])
CURRENCY_QUANTUM = Decimal("0.0001")
JULIAN_OF_ORDINAL_0 = 1_721_425
"""Julian day number of date.fromordinal(0), one day before 0001-01-01."""
SECOND_MS = 1000
DAY_MS = 86_400 * SECOND_MS
TRUE, FALSE = frozenset(b"TtYy"), frozenset(b"FfNn")
BLANKS = b" \0"
DAYS_KEPT = 4096
"""The rows of a table name the same few days again and again."""
INT32, INT64 = 1 << 31, 1 << 63


def decoder(field: Field, code_page: str) -> Decoder:
    """How to read the field's bytes; ValueError for bytes that are no value; memos give their block."""
    if field.is_memo:
        return _decode_block if field.width == struct.calcsize("<I") else _decode_block_digits
    if field.is_bytes:
        return _decode_bytes
    match field.type:
        case "C":
            return lambda data: decode_text(data.rstrip(BLANKS), code_page)
        case "V":
            return lambda data: decode_text(data, code_page)
        case kind:
            return _DECODERS[kind]


def encoder(field: Field, table: str, code_page: str) -> Encoder:
    """How to write a value into the field's bytes. Raises a FieldError for a value that does not fit."""
    if field.is_autoincrement:
        return lambda _: _refuse(field, table, "is numbered by the table itself; leave it out")
    match field.type:
        case "C":
            convert = _characters_encoder(field, table, code_page)
            return lambda value: convert(value).ljust(field.width)
        case "V" | "Q":
            return _characters_encoder(field, table, code_page)
        case "N" | "F":
            quantum = Decimal(1).scaleb(-field.decimals)
            return lambda value: _encode_number(value, field, table, quantum)
        case kind:
            convert_plain = _ENCODERS[kind]
            return lambda value: convert_plain(value, field, table)


def _characters_encoder(field: Field, table: str, code_page: str) -> Encoder:
    if field.is_bytes:
        return lambda value: _encode_bytes(value, field, table)
    return lambda value: _encode_text(value, field, table, code_page)


def blank(field: Field) -> bytes:
    """The bytes of the field in a record that was just appended."""
    if field.is_variable:
        return stored_length(b"", field)
    if field.type in "CNFDL" or (field.is_memo and field.width > struct.calcsize("<I")):
        return b" " * field.width
    return bytes(field.width)


def stored_length(data: bytes, field: Field) -> bytes:
    """A value as a variable field keeps it: blanks behind it and its length last, unless it is full."""
    return data if len(data) == field.width else data.ljust(field.width - 1) + bytes([len(data)])


def _refuse(field: Field, table: str, reason: str) -> NoReturn:
    raise FieldValueError(table, field.name, reason)


def _decode_number(data: bytes) -> Value:
    text = data.strip(BLANKS)
    if not text:
        return None
    try:
        number = Decimal(text.decode("ascii"))
    except InvalidOperation as error:
        if not text.strip(b"*"):
            return NoValue.OVERFLOW
        raise ValueError("not a number") from error
    if not number.is_finite() or b"_" in text:
        raise ValueError("not a number")
    return number


@lru_cache(DAYS_KEPT)
def _decode_date(data: bytes) -> Value:
    if not data.strip(b" \x000"):
        return None
    if not data.isdigit():
        raise ValueError("not a date")
    return date(int(data[:4]), int(data[4:6]), int(data[6:8]))


def _decode_logical(data: bytes) -> Value:
    if data[0] in TRUE:
        return True
    if data[0] in FALSE:
        return False
    if data in {b" ", b"?", b"\0"}:
        return None
    raise ValueError("neither true nor false")


def _decode_datetime(data: bytes) -> Value:
    """FoxPro keeps whole seconds up to a millisecond off; that noise is taken away."""
    if not data.strip(BLANKS):
        return None
    day, milliseconds = struct.unpack("<ii", data)
    if not -1 <= milliseconds < DAY_MS:
        raise ValueError("not a time of day")
    seconds = (milliseconds + 1) // SECOND_MS
    if milliseconds - seconds * SECOND_MS in (-1, 0, 1):
        milliseconds = seconds * SECOND_MS
    return datetime.fromordinal(day - JULIAN_OF_ORDINAL_0) + timedelta(milliseconds=milliseconds)


def _decode_currency(data: bytes) -> Value:
    return Decimal(int.from_bytes(data, "little", signed=True)).scaleb(-4, EXACT)


def _decode_integer(data: bytes) -> Value:
    return int.from_bytes(data, "little", signed=True)


def _decode_double(data: bytes) -> Value:
    number: float = struct.unpack("<d", data)[0]
    return number if isfinite(number) else NoValue.OVERFLOW


def _decode_bytes(data: bytes) -> Value:
    return data


def _decode_block(data: bytes) -> Value:
    return int.from_bytes(data, "little")


def _decode_block_digits(data: bytes) -> Value:
    digits = data.strip(BLANKS) or b"0"
    if not digits.isdigit():
        raise ValueError("not the number of a memo block")
    return int(digits)


def _encode_text(value: Value, field: Field, table: str, code_page: str) -> bytes:
    if value is None:
        return b""
    if not isinstance(value, str) or "\0" in value:
        _refuse(field, table, f"needs text, not {value!r}")
    try:
        data = encode_text(value, code_page)
    except UnicodeEncodeError as error:
        _refuse(field, table, f"{value[error.start]!r} does not exist in code page {code_page}")
    if len(data) > field.width and field.type == "C":
        data = data.rstrip(b" ")
    return _fitting(data, field, table)


def _encode_bytes(value: Value, field: Field, table: str) -> bytes:
    if not isinstance(value, bytes | None):
        _refuse(field, table, f"needs bytes, not {value!r}")
    return _fitting(value or b"", field, table)


def _fitting(data: bytes, field: Field, table: str) -> bytes:
    if len(data) > field.width:
        raise FieldWidthError(table, field.name, field.width, len(data))
    return data


def _encode_number(value: Value, field: Field, table: str, quantum: Decimal) -> bytes:
    if value is None:
        return b" " * field.width
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        _refuse(field, table, f"needs a whole number or a Decimal, not {value!r}")
    try:
        number = Decimal(value).quantize(quantum, context=EXACT)
    except (Inexact, InvalidOperation):
        _refuse(field, table, f"{value} does not fit {field.decimals} decimals; round it first")
    text = format(number or abs(number), "f")
    if len(text) > field.width and abs(number) < 1:
        text = text.replace("0.", ".", 1)
    if len(text) > field.width:
        raise FieldWidthError(table, field.name, field.width, len(text))
    return text.rjust(field.width).encode("ascii")


def _encode_date(value: Value, field: Field, table: str) -> bytes:
    if value is None:
        return b" " * field.width
    if isinstance(value, datetime) or not isinstance(value, date):
        _refuse(field, table, f"needs a date, not {value!r}")
    return f"{value.year:04d}{value.month:02d}{value.day:02d}".encode("ascii")


def _encode_logical(value: Value, field: Field, table: str) -> bytes:
    if value is None:
        return b" "
    if not isinstance(value, bool):
        _refuse(field, table, f"needs true or false, not {value!r}")
    return b"T" if value else b"F"


def _encode_datetime(value: Value, field: Field, table: str) -> bytes:
    if value is None:
        return bytes(field.width)
    if not isinstance(value, datetime) or value.tzinfo is not None or value.microsecond:
        _refuse(field, table, f"needs a local date and time in whole seconds, not {value!r}")
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return struct.pack("<ii", value.toordinal() + JULIAN_OF_ORDINAL_0, seconds * SECOND_MS)


def _encode_currency(value: Value, field: Field, table: str) -> bytes:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | None) or _is_no_number(value):
        _refuse(field, table, f"needs a whole number or a Decimal, not {value!r}")
    try:
        units = int(Decimal(value or 0).quantize(CURRENCY_QUANTUM, context=EXACT).scaleb(4, EXACT))
    except (Inexact, InvalidOperation):
        _refuse(field, table, f"{value} has more than 4 decimals; round it first")
    if not -INT64 <= units < INT64:
        raise FieldWidthError(table, field.name, field.width, len(str(value)))
    return units.to_bytes(8, "little", signed=True)


def _encode_integer(value: Value, field: Field, table: str) -> bytes:
    number = _whole(value)
    if number is None:
        _refuse(field, table, f"needs a whole number, not {value!r}")
    if not -INT32 <= number < INT32:
        raise FieldWidthError(table, field.name, field.width, len(str(value)))
    return number.to_bytes(4, "little", signed=True)


def _whole(value: Value) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | None) or _is_no_number(value):
        return None
    number = int(value or 0)
    return number if number == (value or 0) else None


def _is_no_number(value: int | Decimal | None) -> bool:
    return isinstance(value, Decimal) and not value.is_finite()


def _encode_double(value: Value, field: Field, table: str) -> bytes:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | None):
        _refuse(field, table, f"needs a number, not {value!r}")
    try:
        return struct.pack("<d", _finite(float(value or 0)))
    except (OverflowError, ValueError):
        _refuse(field, table, f"{value} is not a finite number")


def _finite(number: float) -> float:
    if not isfinite(number):
        raise ValueError("not finite")
    return number


def _encode_block(value: Value, field: Field, _table: str) -> bytes:
    """The memo's block number, which the table puts in place of the text."""
    block = value if isinstance(value, int) else 0
    if field.width == struct.calcsize("<I"):
        return block.to_bytes(4, "little")
    return (str(block) if block else "").rjust(field.width).encode("ascii")


_DECODERS: dict[str, Decoder] = {
    "N": _decode_number,
    "F": _decode_number,
    "D": _decode_date,
    "L": _decode_logical,
    "T": _decode_datetime,
    "Y": _decode_currency,
    "I": _decode_integer,
    "B": _decode_double,
}
_ENCODERS: dict[str, Callable[[Value, Field, str], bytes]] = {
    "D": _encode_date,
    "L": _encode_logical,
    "T": _encode_datetime,
    "Y": _encode_currency,
    "I": _encode_integer,
    "B": _encode_double,
    **dict.fromkeys(MEMO_TYPES, _encode_block),
}

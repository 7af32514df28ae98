"""Fields in expressions: their values straight from a record's bytes, NULL where the record says so."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isfinite

from counterfoil.foxpro.errors import KeyValueError
from counterfoil.foxpro.expressions.key_encoding import julian_day_of_text
from counterfoil.foxpro.expressions.values import Evaluate, Kind, Part, Piece, text_bytes
from counterfoil.foxpro.records.fields import FIXED_WIDTHS, NULL_FLAGS, Field
from counterfoil.foxpro.records.null_flags import null_masks

_BITS = 8
_UNDERSCORE = ord("_")
_DOUBLE = struct.Struct("<d")
_MOMENT = struct.Struct("<ii")
_TRUE = b"TtYy"
_BLANKS = b" \t\r\n\0"


class FieldPieces:
    """Makes the pieces of a table's fields by name."""

    def __init__(self, fields: Sequence[Field], code_page: str) -> None:
        self._fields = {field.name: field for field in fields if not field.is_hidden}
        self._code_page = code_page
        self._short, self._null = null_masks(fields)
        self._bits_at = next((field.offset for field in fields if field.type == NULL_FLAGS), None)

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def piece(self, name: str) -> Piece:
        """The field's piece; raises ValueError with the reason where it has none."""
        field = self._fields[name]
        if field.width != FIXED_WIDTHS.get(field.type, field.width):
            raise ValueError(f"{name!r} of type {field.type} is {field.width} bytes wide")
        if field.type == "V":
            return self._nulled(field, self._variable(field))
        make = _MAKERS.get(field.type)
        if make is None:
            raise ValueError(f"{name!r} of type {field.type} has no key")
        kind, evaluate = make(field)
        if kind is not Kind.CHARACTER:
            piece = Piece(kind, evaluate, fields=frozenset({field.name}))
        else:
            piece = self._text(field, evaluate, fixed=True)
        return self._nulled(field, piece)

    def _text(self, field: Field, evaluate: Evaluate, *, fixed: bool) -> Piece:
        part = Part(field.width, lambda value: text_bytes(value, self._code_page, field.width))
        names = frozenset({field.name})
        return Piece(Kind.CHARACTER, evaluate, field.width, fixed=fixed, fields=names, parts=(part,))

    def _variable(self, field: Field) -> Piece:
        """The text as long as it is; FoxPro's help says that its keys are padded with blanks."""
        at, mask = self._bit(field, self._short)
        start, last = field.offset, field.end - 1

        def evaluate(_recno: int, record: bytes) -> bytes:
            if record[at] & mask:
                return record[start : min(start + record[last], last)]
            return record[start : last + 1]

        return self._text(field, evaluate, fixed=False)

    def _nulled(self, field: Field, piece: Piece) -> Piece:
        if not field.nullable:
            return piece
        at, mask = self._bit(field, self._null)
        inner = piece.evaluate

        def evaluate(recno: int, record: bytes) -> object:
            return None if record[at] & mask else inner(recno, record)

        return replace(piece, evaluate=evaluate, nullable=True)

    def _bit(self, field: Field, masks: dict[str, int]) -> tuple[int, int]:
        """Where the byte with a bit of the field is, and which bit of it."""
        if self._bits_at is None:
            raise ValueError(f"{field.name!r} needs bits for null or length that the table does not keep")
        bit = masks[field.name].bit_length() - 1
        return self._bits_at + bit // _BITS, 1 << bit % _BITS


def number_of(raw: bytes, field: str) -> float:
    """The number in an N or F field; blank is 0."""
    try:
        value = float(raw)
    except ValueError:
        if not raw.strip(_BLANKS):
            return 0.0
    else:
        if value - value == 0.0 and _UNDERSCORE not in raw:  # Infinity and NaN are no numbers of FoxPro's.
            return value
    raise KeyValueError(field, f"{raw.decode('latin-1')!r} is no number")


def _raw(field: Field) -> tuple[Kind, Evaluate]:
    start, end = field.offset, field.end
    return Kind.CHARACTER, lambda _recno, record: record[start:end]


def _number(field: Field) -> tuple[Kind, Evaluate]:
    start, end, name = field.offset, field.end, field.name
    return Kind.NUMERIC, lambda _recno, record: number_of(record[start:end], name)


def _whole(field: Field) -> tuple[Kind, Evaluate]:
    start, end = field.offset, field.end
    kind = Kind.INTEGER if field.type == "I" else Kind.CURRENCY
    return kind, lambda _recno, record: int.from_bytes(record[start:end], "little", signed=True)


def _double(field: Field) -> tuple[Kind, Evaluate]:
    start, name = field.offset, field.name

    def evaluate(_recno: int, record: bytes) -> float:
        value: float = _DOUBLE.unpack_from(record, start)[0]
        if not isfinite(value):
            raise KeyValueError(name, f"{value} is no number")
        return value

    return Kind.NUMERIC, evaluate


def _day(field: Field) -> tuple[Kind, Evaluate]:
    start, end = field.offset, field.end
    return Kind.DATE, lambda _recno, record: julian_day_of_text(record[start:end])


def _moment(field: Field) -> tuple[Kind, Evaluate]:
    start = field.offset
    return Kind.DATETIME, lambda _recno, record: _MOMENT.unpack_from(record, start)


def _truth(field: Field) -> tuple[Kind, Evaluate]:
    start = field.offset
    return Kind.LOGICAL, lambda _recno, record: record[start] in _TRUE


_MAKERS: dict[str, Callable[[Field], tuple[Kind, Evaluate]]] = {
    "C": _raw,
    "N": _number,
    "F": _number,
    "I": _whole,
    "Y": _whole,
    "B": _double,
    "D": _day,
    "T": _moment,
    "L": _truth,
}

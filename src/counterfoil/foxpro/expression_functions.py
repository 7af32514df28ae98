"""The FoxPro functions that index expressions may use, with FoxPro's rules for the width of their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from counterfoil.foxpro.code_pages import DOUBLE_BYTE
from counterfoil.foxpro.errors import KeyValueError, UnsupportedExpressionError
from counterfoil.foxpro.expression_syntax import Call, refused
from counterfoil.foxpro.expression_values import (
    DAY_WIDTH,
    DELETED_FLAG,
    NUMBERS,
    Evaluate,
    Kind,
    Part,
    Piece,
    as_number,
    case_table,
    day_bytes,
    number_bytes,
    str_of,
    text_bytes,
)
from counterfoil.foxpro.fields import Value
from counterfoil.foxpro.key_encoding import day_of_julian

_ABBREVIATION_MIN = 4
_STR_WIDTH = 10
_CUTTING = frozenset({"LEFT", "PADR"})
_BLANK = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A function with its compiled arguments, and the means to refuse it with its place."""

    expression: str
    code_page: str
    call: Call
    arguments: tuple[Piece, ...]

    def refused(self, reason: str) -> UnsupportedExpressionError:
        return refused(self.expression, self.call.position, f"{self.call.name}() {reason}")

    def counted(self, low: int, high: int) -> None:
        if not low <= len(self.arguments) <= high:
            raise self.refused(f"takes {low} to {high} arguments, not {len(self.arguments)}")

    def argument(self, *kinds: Kind) -> Piece:
        """The first argument, of one of the kinds."""
        piece = self.arguments[0]
        if piece.kind not in kinds:
            raise self.refused(f"is not supported for a {piece.kind} value")
        return piece

    def whole(self, index: int, default: int | None = None) -> int:
        """A whole number that stands in the text: widths must be known before any row is."""
        if index >= len(self.arguments) and default is not None:
            return default
        literal = self.arguments[index].literal
        if not isinstance(literal, float) or literal != int(literal) or literal < 0:
            raise self.refused(f"needs a whole number written out as argument {index + 1}")
        return int(literal)


def compile_call(call: FunctionCall) -> Piece:
    """The piece of a function call; raises UnsupportedExpressionError for functions that are not known."""
    name = call.call.name
    if len(name) >= _ABBREVIATION_MIN:  # FoxPro takes the first four letters of any function's name.
        name = next((known for known in _FUNCTIONS if known.startswith(name)), name)
    function = _FUNCTIONS.get(name)
    if function is None:
        raise call.refused("is not a function that is known here")
    return function(call)


def _translated(call: FunctionCall) -> Piece:
    call.counted(1, 1)
    piece = call.argument(Kind.CHARACTER)
    if call.code_page in DOUBLE_BYTE:
        raise call.refused(f"is not supported in code page {call.code_page}")
    table = case_table(call.code_page, upper=call.call.name.startswith("U"))
    evaluate = piece.evaluate

    def encoder(part: Part) -> Callable[[Value], bytes | None]:
        def encode(value: Value) -> bytes | None:
            data = part.encode(value)
            return None if data is None else data.translate(table)

        return encode

    parts = tuple(
        replace(part, encode=encoder(part), constant=part.constant and part.constant.translate(table))
        for part in piece.parts
    )
    return replace(
        piece,
        evaluate=lambda recno, record: evaluate(recno, record).translate(table),
        literal=None,
        parts=parts,
    )


def _trimmed(call: FunctionCall) -> Piece:
    """The width stays that of the argument: FoxPro makes room for the longest value."""
    call.counted(1, 1)
    piece = call.argument(Kind.CHARACTER)
    inner = piece.evaluate
    trims: dict[str, Evaluate] = {
        "L": lambda recno, record: inner(recno, record).lstrip(b" "),
        "A": lambda recno, record: inner(recno, record).strip(b" "),
        "R": lambda recno, record: inner(recno, record).rstrip(b" "),
        "T": lambda recno, record: inner(recno, record).rstrip(b" "),
    }
    return _reshaped(call, piece, trims[call.call.name[0]], piece.width, fixed=False)


def _left(call: FunctionCall) -> Piece:
    call.counted(2, 2)
    piece, width = call.argument(Kind.CHARACTER), call.whole(1)
    inner = piece.evaluate
    return _reshaped(call, piece, lambda recno, record: inner(recno, record)[:width], min(width, piece.width))


def _right(call: FunctionCall) -> Piece:
    call.counted(2, 2)
    piece, width = call.argument(Kind.CHARACTER), call.whole(1)
    inner = piece.evaluate

    def evaluate(recno: int, record: bytes) -> bytes:
        value: bytes = inner(recno, record)
        return value[max(0, len(value) - width) :]

    return _reshaped(call, piece, evaluate, min(width, piece.width))


def _substring(call: FunctionCall) -> Piece:
    call.counted(2, 3)
    piece, start = call.argument(Kind.CHARACTER), call.whole(1)
    if start < 1:
        raise call.refused("starts at 1")
    rest = max(0, piece.width - start + 1)
    width = min(rest, call.whole(2, default=rest))
    inner = piece.evaluate
    return _reshaped(
        call, piece, lambda recno, record: inner(recno, record)[start - 1 : start - 1 + width], width
    )


def _padded(call: FunctionCall) -> Piece:
    call.counted(2, 3)
    piece, width = call.argument(Kind.CHARACTER), call.whole(1)
    filler = call.arguments[2].literal if len(call.arguments) > 2 else b" "  # noqa: PLR2004 - the third
    if not isinstance(filler, bytes) or len(filler) != 1:
        raise call.refused("pads with one character, written out")
    inner = piece.evaluate
    if call.call.name == "PADL":
        if piece.width > width:
            raise call.refused(f"would cut a text of {piece.width} characters to {width}")
        return _reshaped(
            call,
            piece,
            lambda recno, record: inner(recno, record).rjust(width, filler)[:width],
            width,
            fixed=True,
        )
    return _reshaped(
        call,
        piece,
        lambda recno, record: inner(recno, record).ljust(width, filler)[:width],
        width,
        fixed=True,
    )


def _reshaped(
    call: FunctionCall, piece: Piece, evaluate: Evaluate, width: int, *, fixed: bool | None = None
) -> Piece:
    """A character piece of another width; a search value for it is the text as it stands in the key."""
    room = max(width, piece.width) if call.call.name in _CUTTING else width

    def encode(value: Value) -> bytes | None:
        data = text_bytes(value, call.code_page, room)
        return None if data is None else data[:width]

    part = Part(width, encode)
    return replace(
        piece,
        evaluate=evaluate,
        width=width,
        fixed=piece.fixed if fixed is None else fixed,
        literal=None,
        parts=(part,),
    )


def _str(call: FunctionCall) -> Piece:
    call.counted(1, 3)
    piece = call.argument(*NUMBERS)
    width, decimals = call.whole(1, default=_STR_WIDTH), call.whole(2, default=0)
    number = as_number(piece)

    def evaluate(recno: int, record: bytes) -> bytes:
        value = number(recno, record)
        text = str_of(value, width, decimals)
        if text is None:
            raise KeyValueError(call.expression, f"STR() of {value} needs more than {width} characters")
        return text

    part = Part(width, lambda value: number_bytes(value, width, decimals))
    return replace(
        piece,
        kind=Kind.CHARACTER,
        evaluate=evaluate,
        width=width,
        fixed=True,
        literal=None,
        parts=(part,),
    )


def _dtos(call: FunctionCall) -> Piece:
    call.counted(1, 1)
    piece = call.argument(Kind.DATE, Kind.DATETIME)
    inner, timed = piece.evaluate, piece.kind is Kind.DATETIME

    def evaluate(recno: int, record: bytes) -> bytes:
        day = day_of_julian(inner(recno, record)[0] if timed else inner(recno, record))
        return day_bytes(day) or b""

    part = Part(DAY_WIDTH, day_bytes)
    return replace(piece, kind=Kind.CHARACTER, evaluate=evaluate, width=DAY_WIDTH, fixed=True, parts=(part,))


def _deleted(call: FunctionCall) -> Piece:
    call.counted(0, 0)
    return Piece(Kind.LOGICAL, lambda _recno, record: record[0] == DELETED_FLAG, deleted=True)


def _empty(call: FunctionCall) -> Piece:
    call.counted(1, 1)
    piece = call.arguments[0]
    inner = piece.evaluate
    tests: dict[Kind, Evaluate] = {
        Kind.CHARACTER: lambda recno, record: not inner(recno, record).strip(_BLANK),
        Kind.DATETIME: lambda recno, record: inner(recno, record)[0] == 0,
    }
    evaluate = tests.get(piece.kind, lambda recno, record: not inner(recno, record))
    return replace(piece, kind=Kind.LOGICAL, evaluate=evaluate, literal=None, width=0, parts=())


_FUNCTIONS: Mapping[str, Callable[[FunctionCall], Piece]] = {
    "UPPER": _translated,
    "LOWER": _translated,
    "TRIM": _trimmed,
    "RTRIM": _trimmed,
    "LTRIM": _trimmed,
    "ALLTRIM": _trimmed,
    "LEFT": _left,
    "RIGHT": _right,
    "SUBSTR": _substring,
    "PADL": _padded,
    "PADR": _padded,
    "STR": _str,
    "DTOS": _dtos,
    "DELETED": _deleted,
    "EMPTY": _empty,
}

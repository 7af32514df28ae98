"""FoxPro's arithmetic and functions of numbers."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Context, Decimal
from math import isfinite, trunc
from typing import Any

from counterfoil.foxpro.expressions.calls import Application
from counterfoil.foxpro.expressions.rounding import remembering
from counterfoil.foxpro.expressions.values import (
    NUMBERS,
    Kind,
    Part,
    Piece,
    constant,
    finite_number,
    text_bytes,
)
from counterfoil.foxpro.records.code_pages import DOUBLE_BYTE
from counterfoil.foxpro.records.fields import Value

WHOLE_MAX = float(1 << 53)
"""Beyond this not every whole number has a double."""

DECIMALS_MAX = 18
_STR_WIDTH = 10
_EXPONENT_MAX = 53
_VAL_DIGITS_MAX = 16
_BINTOC_WIDTHS = frozenset({1, 2, 4})
_WIDE = Context(prec=400)
_NUMBER = re.compile(
    # The sign and digits, then what might belong to the number as well: an exponent, a hexadecimal number.
    rb" *([+-]?[0-9]*\.?[0-9]*)((?<=[0-9.])[eEdDxX]|(?<=[+-]) +(?=[0-9.])|(?<! )\$|\$)?"
)
_ARITHMETIC: Mapping[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def arithmetic(call: Application) -> Piece:
    """The sum, difference, product or quotient of two numbers."""
    combine = _ARITHMETIC[call.name]

    def compute(left: float, right: float) -> float:
        try:
            value: float = combine(left, right)
        except ZeroDivisionError:
            raise call.no_key("division by zero") from None
        if not isfinite(value):
            raise call.no_key(f"{left} and {right} give no number")
        return value

    operands = call.number(0), call.number(1)
    return remembering(call.derived(Kind.NUMERIC, compute, *operands), combine, *operands)


def negative(call: Application) -> Piece:
    """The number with its sign turned, which rounds nothing."""
    number = call.number()
    piece = call.derived(Kind.NUMERIC, operator.neg, number)
    return replace(remembering(piece, operator.neg, number), chained=number.chained)


def power(call: Application) -> Piece:
    """Whole powers of whole numbers; the last bit of any other is not certain."""

    def compute(base: float, exponent: float) -> float:
        whole = base.is_integer() and exponent.is_integer()
        if whole and abs(base) <= WHOLE_MAX and 0 <= exponent <= _EXPONENT_MAX:
            value = int(base) ** int(exponent)
            if abs(value) <= WHOLE_MAX:
                return float(value)
        raise call.no_key(f"{base} to the power of {exponent} is not certain to the last bit")

    return call.derived(Kind.NUMERIC, compute, call.number(0), call.number(1))


def remainder(call: Application) -> Piece:
    """MOD and %, with the sign of the divisor. Of fractions the last bit is not certain."""
    call.counted(2, 2)

    def compute(dividend: float, divisor: float) -> float:
        if not divisor:
            raise call.no_key("division by zero")
        if not (dividend.is_integer() and divisor.is_integer()):
            raise call.no_key(f"the remainder of {dividend} by {divisor} is not certain to the last bit")
        return dividend % divisor

    return call.derived(Kind.NUMERIC, compute, call.number(0), call.number(1))


def _str(call: Application) -> Piece:
    """STR. A number without room has no key: FoxPro gives asterisks for it, or an exponent."""
    call.counted(1, 3)
    piece = call.number()
    width, decimals = call.whole(1, default=_STR_WIDTH), call.whole(2, default=0)
    if decimals > DECIMALS_MAX:
        raise call.refused(f"gives up to {DECIMALS_MAX} decimals")

    def compute(value: float) -> bytes:
        text = str_of(value, width, decimals)
        if text is None:
            raise call.no_key(f"{value} needs more than {width} characters")
        if value < 0 and not text.strip(b" -.0"):
            raise call.no_key(f"whether {value} keeps its sign as a zero is not certain")
        return text

    parts = (Part(width, lambda value: number_bytes(value, width, decimals)),)
    return call.derived(Kind.CHARACTER, compute, piece, width=width, fixed=True, parts=parts)


def number_bytes(value: Value, width: int, decimals: int) -> bytes | None:
    """A number as STR() writes it; None where it has no room."""
    number = finite_number(value)
    return text_bytes(value, "ascii", width) if number is None else str_of(number, width, decimals)


def str_of(value: float | Decimal, width: int, decimals: int) -> bytes | None:
    """STR(): right-justified; decimals give way where the width is short.

    Rounds the decimal digits half away from zero, so that 1.005 gives 1.01 (inferred: dbflib says so from
    tables of FoxPro's; CodeBase rounds the binary value, and the help has an example that rounds up).
    """
    if not isinstance(value, float):
        return _rounded_text(Decimal(value), width, decimals)
    written = repr(value + 0.0)
    whole, _, digits = written.partition(".")
    if "e" not in written and (digits == "0" or len(digits) <= decimals):
        text = f"{whole}.{digits:0<{decimals}}" if decimals else whole
        if len(text) <= width:
            return text.rjust(width).encode("ascii")
    return _rounded_text(Decimal(written), width, decimals)


def _rounded_text(exact: Decimal, width: int, decimals: int) -> bytes | None:
    if not exact.is_finite() or exact.adjusted() > width:
        return None
    whole = len(f"{_quantized(exact, 0):f}")
    text = f"{_quantized(exact, min(decimals, max(0, width - whole - 1))):f}"
    return text.rjust(width).encode("ascii") if len(text) <= width else None


def _quantized(exact: Decimal, places: int) -> Decimal:
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, context=_WIDE)


def _val(call: Application) -> Piece:
    """VAL: the number at the beginning of a text, 0 where there is none."""
    call.counted(1, 1)

    def compute(text: bytes) -> float:
        match = _NUMBER.match(text)
        digits, rest = (match.group(1), match.group(2)) if match else (b"", b"")
        if rest or len(digits) > _VAL_DIGITS_MAX:
            raise call.no_key(f"{text.decode('latin-1')!r} is not certain to be the number {digits.decode()}")
        return float(digits) + 0.0 if digits.strip(b"+-.") else 0.0

    return call.derived(Kind.NUMERIC, compute, call.text())


def _int(call: Application) -> Piece:
    """INT: the digits before the point."""
    call.counted(1, 1)
    return call.derived(Kind.NUMERIC, lambda number: float(trunc(number)), call.number())


def _abs(call: Application) -> Piece:
    call.counted(1, 1)
    return call.derived(Kind.NUMERIC, abs, call.number())


def _round(call: Application) -> Piece:
    """ROUND: half away from zero by the decimal digits, as STR does (inferred)."""
    call.counted(2, 2)
    places = call.arguments[1].literal
    if not isinstance(places, float) or not places.is_integer() or abs(places) > DECIMALS_MAX:
        raise call.refused(f"needs a whole number of at most {DECIMALS_MAX} places written out")
    quantum = Decimal(1).scaleb(-int(places))

    def compute(number: float) -> float:
        rounded = Decimal(repr(number)).quantize(quantum, ROUND_HALF_UP, context=_WIDE)
        return float(rounded) + 0.0

    return call.derived(Kind.NUMERIC, compute, call.number())


def _extreme(call: Application) -> Piece:
    """MAX, MIN: of numbers, of dates, or of dates with times."""
    call.counted(2, 25)
    choose: Callable[..., object] = max if call.name == "MAX" else min
    kinds = {piece.kind for piece in call.arguments}
    if kinds <= NUMBERS:
        pieces = tuple(call.number(index) for index in range(len(call.arguments)))
        return call.derived(Kind.NUMERIC, choose, *pieces)
    if len(kinds) > 1 or not kinds <= {Kind.DATE, Kind.DATETIME}:
        raise call.refused("is supported for numbers, dates or datetimes, all of one kind")
    return call.derived(kinds.pop(), choose, *call.arguments)


def _bintoc(call: Application) -> Piece:
    """BINTOC with 1, 2 or 4: the bytes of a whole number, the highest first, its sign turned."""
    call.counted(1, 2)
    width = call.whole(1, default=4)
    if width not in _BINTOC_WIDTHS:
        raise call.refused("gives 1, 2 or 4 bytes here")
    bias = 1 << (8 * width - 1)

    def encoded(number: float | Decimal) -> bytes | None:
        inside = -bias <= number < bias and number == int(number)
        return (int(number) + bias).to_bytes(width, "big") if inside else None

    def compute(number: float) -> bytes:
        data = encoded(number)
        if data is None:
            raise call.no_key(f"{number} is no whole number of {width} bytes")
        return data

    def encode(value: Value) -> bytes | None:
        number = finite_number(value)
        return None if number is None else encoded(number)

    parts = (Part(width, encode),)
    return call.derived(Kind.CHARACTER, compute, call.number(), width=width, fixed=True, parts=parts)


def _at(call: Application) -> Piece:
    """AT: where a text begins in another, counted from 1; 0 where it does not. The first place only."""
    call.counted(2, 2)

    def compute(sought: bytes, text: bytes) -> float:
        if not sought:
            raise call.no_key("looks for an empty text")
        return text.find(sought) + 1.0

    return call.derived(Kind.NUMERIC, compute, call.text(0), call.text(1))


def _len(call: Application) -> Piece:
    """LEN: of a field its width, blanks at the end included."""
    call.counted(1, 1)
    piece = call.text()
    if piece.fixed and not piece.nullable:
        return constant(Kind.NUMERIC, float(piece.width))
    return call.derived(Kind.NUMERIC, lambda text: float(len(text)), piece)


def _asc(call: Application) -> Piece:
    """ASC: the number of the first byte."""
    call.counted(1, 1)
    if call.code_page in DOUBLE_BYTE:
        raise call.refused(f"is not supported in code page {call.code_page}")
    return call.derived(Kind.NUMERIC, lambda text: float(text[0]) if text else 0.0, call.text())


NUMBER_FUNCTIONS: Mapping[str, Callable[[Application], Piece]] = {
    "STR": _str,
    "VAL": _val,
    "INT": _int,
    "ABS": _abs,
    "ROUND": _round,
    "MOD": remainder,
    "MAX": _extreme,
    "MIN": _extreme,
    "BINTOC": _bintoc,
    "AT": _at,
    "LEN": _len,
    "ASC": _asc,
}

"""Numbers of two or more operations: their last bit depends on how FoxPro rounds between these.

CodeBase rounds to 64 bits after each operation. FoxPro keeps 80 until the end (inferred: dbflib says so of
keys that FoxPro wrote). Where rounding only once gives the same number both agree; elsewhere nothing is sure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from counterfoil.foxpro.errors import KeyValueError
from counterfoil.foxpro.expressions.values import Evaluate, Piece


def remembering(piece: Piece, combine: Callable[..., Fraction], *operands: Piece) -> Piece:
    """The piece of an operation, with what it would be without any rounding."""
    exacts = [operand.exact or _of_double(operand) for operand in operands]

    def exact(recno: int, record: bytes) -> Fraction:
        return combine(*[evaluate(recno, record) for evaluate in exacts])

    return replace(piece, exact=exact, chained=any(operand.exact for operand in operands))


def rounded_once(piece: Piece, expression: str) -> Piece:
    """The same number, rounded at the end only."""
    exact, value = piece.exact, piece.evaluate
    if exact is None or not piece.chained:
        return piece

    def evaluate(recno: int, record: bytes) -> float | None:
        if value(recno, record) is None:
            return None
        try:
            return float(exact(recno, record))
        except ArithmeticError:
            raise KeyValueError(expression, "its number depends on rounding alone") from None

    return replace(piece, evaluate=evaluate)


def certain(piece: Piece, expression: str) -> Piece:
    """The same number, for which there is no key where its last bit is not certain."""
    if not piece.chained:
        return piece
    value, other = piece.evaluate, rounded_once(piece, expression).evaluate

    def evaluate(recno: int, record: bytes) -> float | None:
        found: float | None = value(recno, record)
        if found != other(recno, record):
            raise KeyValueError(expression, f"the last bit of {found} depends on FoxPro's rounding")
        return found

    return replace(piece, evaluate=evaluate)


def _of_double(piece: Piece) -> Evaluate:
    inner = piece.evaluate
    return lambda recno, record: Fraction(inner(recno, record))

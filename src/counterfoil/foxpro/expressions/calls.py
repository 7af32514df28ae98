"""A function or operator on its way to a compiled piece: its arguments are checked, its value is derived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from counterfoil.foxpro.errors import KeyValueError, UnsupportedExpressionError
from counterfoil.foxpro.expressions.key_encoding import CURRENCY_SCALE
from counterfoil.foxpro.expressions.syntax import refused
from counterfoil.foxpro.expressions.values import (
    NUMBERS,
    WIDTH_MAX,
    Evaluate,
    Kind,
    Part,
    Piece,
    constant,
    text_bytes,
)

Compute = Callable[..., Any]
_ONE, _TWO = 1, 2


@dataclass(frozen=True, slots=True)
class Application:
    """A function or operator with its compiled arguments, and the means to refuse it with its place."""

    expression: str
    code_page: str
    position: int
    name: str
    arguments: tuple[Piece, ...]

    def refused(self, reason: str) -> UnsupportedExpressionError:
        shown = f"{self.name}()" if self.name.isalpha() and self.name.isupper() else repr(self.name)
        return refused(self.expression, self.position, f"{shown} {reason}")

    def no_key(self, reason: str) -> KeyValueError:
        """For a value of a row with which the function cannot go on."""
        return KeyValueError(self.expression, f"{self.name}: {reason}")

    def counted(self, low: int, high: int) -> None:
        if not low <= len(self.arguments) <= high:
            raise self.refused(f"takes {low} to {high} arguments, not {len(self.arguments)}")

    def argument(self, index: int, *kinds: Kind) -> Piece:
        """An argument of one of the kinds."""
        piece = self.arguments[index]
        if piece.kind not in kinds:
            raise self.refused(f"is not supported for a {piece.kind} value")
        return piece

    def text(self, index: int = 0) -> Piece:
        return self.argument(index, Kind.CHARACTER)

    def number(self, index: int = 0) -> Piece:
        """A numeric argument, its value a float whatever its own form."""
        return as_number(self.argument(index, *NUMBERS))

    def whole(self, index: int, default: int | None = None) -> int:
        """A whole number that is known before any row is: widths must be."""
        if index >= len(self.arguments) and default is not None:
            return default
        literal = self.arguments[index].literal
        if not isinstance(literal, float) or literal != int(literal) or literal < 0:
            raise self.refused(f"needs a whole number written out as argument {index + 1}")
        if literal > WIDTH_MAX:
            raise self.refused(f"goes up to {WIDTH_MAX}, not {literal:.0f}")
        return int(literal)

    def derived(
        self,
        kind: Kind,
        compute: Compute,
        *pieces: Piece,
        width: int = 0,
        fixed: bool = False,
        parts: tuple[Part, ...] = (),
    ) -> Piece:
        """A piece computed from the values of pieces; NULL where one of them is."""
        nullable = any(piece.nullable for piece in pieces)
        evaluate = _propagating(compute, pieces) if nullable else _applied(compute, pieces)
        return self.piece(kind, evaluate, width=width, fixed=fixed, parts=parts, nullable=nullable)

    def reshaped(self, compute: Compute, width: int, *, fixed: bool) -> Piece:
        """A text of another width from the first argument; one searches for it as it stands in the key."""
        part = Part(width, lambda value: text_bytes(value, self.code_page, width))
        piece = self.text()
        return self.derived(Kind.CHARACTER, compute, piece, width=width, fixed=fixed, parts=(part,))

    def piece(
        self,
        kind: Kind,
        evaluate: Evaluate,
        *,
        width: int = 0,
        fixed: bool = False,
        parts: tuple[Part, ...] = (),
        nullable: bool = False,
    ) -> Piece:
        """A piece that reads what the arguments read; a constant one where all of them are."""
        if width > WIDTH_MAX:
            raise self.refused(f"would make a text of {width} characters, {WIDTH_MAX} go")
        if self.arguments and all(piece.literal is not None for piece in self.arguments):
            return self._folded(kind, evaluate)
        fields = frozenset[str]().union(*(piece.fields for piece in self.arguments))
        return Piece(kind, evaluate, width, fixed=fixed, fields=fields, nullable=nullable, parts=parts)

    def _folded(self, kind: Kind, evaluate: Evaluate) -> Piece:
        try:
            value = evaluate(0, b"")
        except KeyValueError as error:
            raise self.refused(f"cannot be computed: {error.reason}") from None
        return constant(kind, value)


def as_number(piece: Piece) -> Piece:
    """The same number as a float, whatever its own form."""
    if piece.kind is Kind.NUMERIC:
        return piece
    convert = _of_currency if piece.kind is Kind.CURRENCY else float
    evaluate = (_propagating if piece.nullable else _applied)(convert, (piece,))
    return Piece(Kind.NUMERIC, evaluate, fields=piece.fields, nullable=piece.nullable)


def _of_currency(ten_thousandths: int) -> float:
    return ten_thousandths / CURRENCY_SCALE


def _applied(compute: Compute, pieces: tuple[Piece, ...]) -> Evaluate:
    evaluations = tuple(piece.evaluate for piece in pieces)
    if len(evaluations) == _ONE:
        inner = evaluations[0]
        return lambda recno, record: compute(inner(recno, record))
    if len(evaluations) == _TWO:
        first, second = evaluations
        return lambda recno, record: compute(first(recno, record), second(recno, record))
    return lambda recno, record: compute(*[evaluate(recno, record) for evaluate in evaluations])


def _propagating(compute: Compute, pieces: tuple[Piece, ...]) -> Evaluate:
    evaluations = tuple(piece.evaluate for piece in pieces)

    def evaluate(recno: int, record: bytes) -> object:
        values = [evaluation(recno, record) for evaluation in evaluations]
        return None if any(value is None for value in values) else compute(*values)

    return evaluate

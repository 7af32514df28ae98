"""Which operators and functions there are, and which of them a written one means."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from counterfoil.foxpro.expressions.calls import Application
from counterfoil.foxpro.expressions.dates import DATE_FUNCTIONS, distance, moved
from counterfoil.foxpro.expressions.logic import (
    LOGIC_FUNCTIONS,
    comparison,
    conjunction,
    contained,
    disjunction,
    negation,
)
from counterfoil.foxpro.expressions.numbers import (
    NUMBER_FUNCTIONS,
    arithmetic,
    negative,
    power,
    remainder,
)
from counterfoil.foxpro.expressions.text import TEXT_FUNCTIONS, joined, moved_together
from counterfoil.foxpro.expressions.values import NUMBERS, Kind, Piece

_ABBREVIATION_MIN = 4
_TIMES = frozenset({Kind.DATE, Kind.DATETIME})

FUNCTIONS: Mapping[str, Callable[[Application], Piece]] = {
    **TEXT_FUNCTIONS,
    **NUMBER_FUNCTIONS,
    **DATE_FUNCTIONS,
    **LOGIC_FUNCTIONS,
}


def function_named(written: str) -> str:
    """The whole name of a function. FoxPro takes its first four letters or more for it."""
    if written in FUNCTIONS or len(written) < _ABBREVIATION_MIN:
        return written
    return next((known for known in FUNCTIONS if known.startswith(written)), written)


def applied_function(call: Application) -> Piece:
    """The piece of a function call; raises UnsupportedExpressionError for functions that are not known."""
    function = FUNCTIONS.get(call.name)
    if function is None:
        raise call.refused("is not a function that is known here")
    return function(call)


def applied_operator(call: Application) -> Piece:
    """The piece of an operation; raises UnsupportedExpressionError for kinds that it does not join."""
    kinds = tuple(Kind.NUMERIC if piece.kind in NUMBERS else piece.kind for piece in call.arguments)
    if call.name in "+-" and len(kinds) > 1:
        return _sum(call, *kinds)
    operation, kind = OPERATORS[call.name]
    if kind and set(kinds) != {kind}:
        raise _unjoined(call)
    return operation(call)


def _sum(call: Application, first: Kind, second: Kind) -> Piece:
    """Plus and minus mean something else for each kind."""
    minus = call.name == "-"
    if first is second is Kind.NUMERIC:
        return arithmetic(call)
    if first is second is Kind.CHARACTER:
        return moved_together(call) if minus else joined(call)
    if first in _TIMES and second is Kind.NUMERIC:
        return moved(call, at=0)
    if first is Kind.NUMERIC and second in _TIMES and not minus:
        return moved(call, at=1)
    if first is second and first in _TIMES and minus:
        return distance(call)
    raise _unjoined(call)


def _unjoined(call: Application) -> Exception:
    names = " and ".join(str(piece.kind) for piece in call.arguments)
    return call.refused(f"is not supported between {names} values")


OPERATORS: Mapping[str, tuple[Callable[[Application], Piece], Kind | None]] = {
    **dict.fromkeys(("*", "/"), (arithmetic, Kind.NUMERIC)),
    **dict.fromkeys(("=", "==", "<>", "<", ">", "<=", ">="), (comparison, None)),
    "%": (remainder, Kind.NUMERIC),
    "^": (power, Kind.NUMERIC),
    "negative": (negative, Kind.NUMERIC),
    "$": (contained, Kind.CHARACTER),
    "not": (negation, Kind.LOGICAL),
    "and": (conjunction, Kind.LOGICAL),
    "or": (disjunction, Kind.LOGICAL),
}
"""What computes each operator but + and -, and the kind that it asks for."""

"""FoxPro's comparisons, its three-valued logic, and the functions that choose between values."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from counterfoil.foxpro.expressions.calls import Application
from counterfoil.foxpro.expressions.rounding import rounded_once
from counterfoil.foxpro.expressions.values import NUMBERS, Kind, Part, Piece, text_bytes

DELETED_FLAG = ord("*")
_BLANK = b" \t\r\n"
_EMPTY_MOMENT = 0
_ITEMS_MAX = 25
_ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "==": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_UNEVEN = {"<", ">", "<=", ">="}


def comparison(call: Application) -> Piece:
    """Two values of one kind. Texts compare as under SET EXACT OFF: up to the end of the right one."""
    first, second = alike(call, *call.arguments)
    holds = _ORDERINGS[call.name]
    if first.kind is Kind.CHARACTER and call.name != "==":
        if first.width > second.width and call.name in _UNEVEN:
            # Programs disagree on whether "ABC" is greater than "AB" under SET EXACT OFF.
            raise call.refused("has no certain meaning where the left text is longer")
        return call.derived(
            Kind.LOGICAL, lambda text, pattern: holds(text[: len(pattern)], pattern), first, second
        )
    answer = call.derived(Kind.LOGICAL, holds, first, second)
    if not (first.chained or second.chained):
        return answer
    other = call.derived(
        Kind.LOGICAL, holds, *(rounded_once(piece, call.expression) for piece in (first, second))
    )
    return call.derived(Kind.LOGICAL, _agreed(call), answer, other)


def _agreed(call: Application) -> Callable[[bool, bool], bool]:
    """Two answers, of two ways to round, that have to be the same."""

    def compute(answer: bool, other: bool) -> bool:
        if answer != other:
            raise call.no_key("the answer depends on FoxPro's rounding")
        return answer

    return compute


def alike(call: Application, *pieces: Piece) -> tuple[Piece, ...]:
    """The pieces as values of one kind; numbers as floats."""
    kinds = {piece.kind for piece in pieces}
    if kinds <= NUMBERS:
        numbers = replace(call, arguments=pieces)
        return tuple(numbers.number(index) for index in range(len(pieces)))
    if len(kinds) > 1:
        names = " and ".join(str(piece.kind) for piece in pieces)
        raise call.refused(f"is not supported between {names} values")
    return pieces


def contained(call: Application) -> Piece:
    """$: whether the left text stands in the right one. FoxPro's answer for an empty one is not known."""
    first, second = call.text(0), call.text(1)

    def compute(sought: bytes, text: bytes) -> bool:
        if not sought:
            raise call.no_key("looks for an empty text")
        return sought in text

    return call.derived(Kind.LOGICAL, compute, first, second)


def negation(call: Application) -> Piece:
    return call.derived(Kind.LOGICAL, operator.not_, call.argument(0, Kind.LOGICAL))


def conjunction(call: Application) -> Piece:
    """AND: false where one side is, NULL where one of them is NULL and the other not false."""
    pieces = tuple(call.argument(index, Kind.LOGICAL) for index in (0, 1))
    first, second = (piece.evaluate for piece in pieces)
    if not any(piece.nullable for piece in pieces):
        return call.piece(Kind.LOGICAL, lambda recno, record: first(recno, record) and second(recno, record))

    def evaluate(recno: int, record: bytes) -> bool | None:
        values = (first(recno, record), second(recno, record))
        if False in values:
            return False
        return None if None in values else True

    return call.piece(Kind.LOGICAL, evaluate, nullable=True)


def disjunction(call: Application) -> Piece:
    """OR: true where one side is, NULL where one of them is NULL and the other not true."""
    pieces = tuple(call.argument(index, Kind.LOGICAL) for index in (0, 1))
    first, second = (piece.evaluate for piece in pieces)
    if not any(piece.nullable for piece in pieces):
        return call.piece(Kind.LOGICAL, lambda recno, record: first(recno, record) or second(recno, record))

    def evaluate(recno: int, record: bytes) -> bool | None:
        values = (first(recno, record), second(recno, record))
        if True in values:
            return True
        return None if None in values else False

    return call.piece(Kind.LOGICAL, evaluate, nullable=True)


def _between(call: Application) -> Piece:
    """BETWEEN: both bounds belong to it; NULL where any of the three is."""
    call.counted(3, 3)
    tested, low, high = call.arguments
    above = comparison(replace(call, name=">=", arguments=(tested, low)))
    below = comparison(replace(call, name="<=", arguments=(tested, high)))
    return call.derived(Kind.LOGICAL, lambda first, second: first and second, above, below)


def _listed(call: Application) -> Piece:
    """INLIST: whether the first value equals one of the others; NULL where that depends on a NULL."""
    call.counted(2, _ITEMS_MAX)
    sought, *items = call.arguments
    tests = [comparison(replace(call, name="=", arguments=(sought, item))) for item in items]
    evaluations = [test.evaluate for test in tests]

    def evaluate(recno: int, record: bytes) -> bool | None:
        unknown = False
        for test in evaluations:
            equal = test(recno, record)
            if equal:
                return True
            unknown = unknown or equal is None
        return None if unknown else False

    return call.piece(Kind.LOGICAL, evaluate, nullable=any(test.nullable for test in tests))


def _iif(call: Application) -> Piece:
    """IIF: the second value where the first is true, the third where it is false or NULL."""
    call.counted(3, 3)
    condition, first, second = call.argument(0, Kind.LOGICAL), *alike(call, *call.arguments[1:])
    holds, yes, no = condition.evaluate, first.evaluate, second.evaluate
    return _chosen(
        call,
        lambda recno, record: yes(recno, record) if holds(recno, record) else no(recno, record),
        first,
        second,
        nullable=first.nullable or second.nullable,
    )


def _nvl(call: Application) -> Piece:
    """NVL: the second value where the first is NULL."""
    call.counted(2, 2)
    first, second = alike(call, *call.arguments)
    value, instead = first.evaluate, second.evaluate

    def evaluate(recno: int, record: bytes) -> object:
        found = value(recno, record)
        return instead(recno, record) if found is None else found

    return _chosen(call, evaluate, first, second, nullable=first.nullable and second.nullable)


def _chosen(
    call: Application, evaluate: Callable[[int, bytes], Any], first: Piece, second: Piece, *, nullable: bool
) -> Piece:
    """One of two values; of texts, as wide as the wider one (inferred: dbflib)."""
    if first.kind is not Kind.CHARACTER:
        return call.piece(first.kind, evaluate, nullable=nullable)
    width = max(first.width, second.width)
    return call.piece(
        Kind.CHARACTER,
        evaluate,
        width=width,
        fixed=first.fixed and second.fixed and first.width == second.width,
        parts=(Part(width, lambda value: text_bytes(value, call.code_page, width)),),
        nullable=nullable,
    )


def _decided(call: Application, test: Callable[[Any], bool]) -> Piece:
    """A test of a value that is false for NULL, and never NULL itself."""
    piece = call.arguments[0]
    inner = piece.evaluate
    if not piece.nullable:
        return call.piece(Kind.LOGICAL, lambda recno, record: test(inner(recno, record)))

    def evaluate(recno: int, record: bytes) -> bool:
        value = inner(recno, record)
        return value is not None and test(value)

    return call.piece(Kind.LOGICAL, evaluate)


def _empty(call: Application) -> Piece:
    """EMPTY: blanks, tabs and line ends, 0, false, an empty date; never NULL."""
    call.counted(1, 1)
    tests: dict[Kind, Callable[[Any], bool]] = {
        Kind.CHARACTER: lambda text: not text.strip(_BLANK),
        Kind.DATETIME: lambda moment: moment[0] == _EMPTY_MOMENT,
    }
    return _decided(call, tests.get(call.arguments[0].kind, operator.not_))


def _isblank(call: Application) -> Piece:
    """ISBLANK of texts and dates; of numbers it asks whether anything was ever written."""
    call.counted(1, 1)
    piece = call.argument(0, Kind.CHARACTER, Kind.DATE, Kind.DATETIME)
    tests: dict[Kind, Callable[[Any], bool]] = {
        Kind.CHARACTER: lambda text: not text.strip(b" "),
        Kind.DATE: operator.not_,
        Kind.DATETIME: lambda moment: moment[0] == _EMPTY_MOMENT,
    }
    return _decided(call, tests[piece.kind])


def _isnull(call: Application) -> Piece:
    call.counted(1, 1)
    inner = call.arguments[0].evaluate
    return call.piece(Kind.LOGICAL, lambda recno, record: inner(recno, record) is None)


def _deleted(call: Application) -> Piece:
    call.counted(0, 0)
    return Piece(Kind.LOGICAL, lambda _recno, record: record[0] == DELETED_FLAG)


def _recno(call: Application) -> Piece:
    call.counted(0, 0)
    return Piece(Kind.NUMERIC, lambda recno, _record: float(recno))


LOGIC_FUNCTIONS: Mapping[str, Callable[[Application], Piece]] = {
    "BETWEEN": _between,
    "INLIST": _listed,
    "IIF": _iif,
    "NVL": _nvl,
    "EMPTY": _empty,
    "ISBLANK": _isblank,
    "ISNULL": _isnull,
    "DELETED": _deleted,
    "RECNO": _recno,
}

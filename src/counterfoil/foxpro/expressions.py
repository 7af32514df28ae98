"""Index keys and FOR filters: compiled once per table, evaluated on the bytes of a record."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from counterfoil.foxpro.code_pages import encode_text
from counterfoil.foxpro.errors import KeyValueError, UnsupportedExpressionError
from counterfoil.foxpro.expression_functions import FunctionCall, compile_call
from counterfoil.foxpro.expression_syntax import Call, Literal, Name, Operation, Term, parse, refused
from counterfoil.foxpro.expression_values import (
    NUMBERS,
    Evaluate,
    Kind,
    Part,
    Piece,
    as_number,
    field_piece,
    text_bytes,
)
from counterfoil.foxpro.fields import Field, Value
from counterfoil.foxpro.key_encoding import (
    CURRENCY_LENGTH,
    CURRENCY_SCALE,
    DOUBLE_LENGTH,
    INTEGER_LENGTH,
    currency_key,
    date_key,
    datetime_key,
    double_key,
    integer_key,
    julian_day,
    logical_key,
)

KEY_LENGTH_MAX = 240
_LENGTHS = {
    Kind.NUMERIC: DOUBLE_LENGTH,
    Kind.INTEGER: INTEGER_LENGTH,
    Kind.CURRENCY: CURRENCY_LENGTH,
    Kind.DATE: DOUBLE_LENGTH,
    Kind.DATETIME: DOUBLE_LENGTH,
    Kind.LOGICAL: 1,
}
_ENCODERS: dict[Kind, Callable[..., bytes]] = {
    Kind.NUMERIC: double_key,
    Kind.INTEGER: integer_key,
    Kind.CURRENCY: currency_key,
    Kind.DATE: date_key,
    Kind.DATETIME: lambda moment: datetime_key(*moment),
    Kind.LOGICAL: lambda value: logical_key(value=value),
}
_ARITHMETIC: dict[str, Callable[..., float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "negative": operator.neg,
}
_ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "==": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class KeyExpression:
    """A tag's key: from a record's number and bytes (flag byte first) to the bytes in the index."""

    text: str
    kind: Kind
    length: int
    evaluate: Callable[[int, bytes], bytes]
    field_names: frozenset[str]
    depends_on_deleted: bool
    nullable: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class FilterExpression:
    """A tag's FOR condition over a record's number and bytes."""

    text: str
    evaluate: Callable[[int, bytes], bool]
    field_names: frozenset[str]
    depends_on_deleted: bool
    nullable: bool

    def __call__(self, recno: int, record: bytes) -> bool:
        return self.evaluate(recno, record)


def compile_key(text: str, fields: Sequence[Field], code_page: str) -> KeyExpression:
    """Compile a key expression; raises UnsupportedExpressionError with function and place."""
    return _compiled_key(text, tuple(fields), code_page)


# Tables are opened for each piece of work, and compiling their tags was half of the time that took.
@lru_cache(maxsize=1024)
def _compiled_key(text: str, fields: tuple[Field, ...], code_page: str) -> KeyExpression:
    piece = _Compiler(text, fields, code_page).compile()
    if piece.kind is Kind.CHARACTER:
        length = piece.width
        evaluate = _sized(piece)
    else:
        length = _LENGTHS[piece.kind]
        evaluate = _encoded(piece)
    if not 0 < length <= KEY_LENGTH_MAX:
        raise UnsupportedExpressionError(text, f"its keys are {length} bytes long, 1 to {KEY_LENGTH_MAX} go")
    return KeyExpression(
        text=text,
        kind=piece.kind,
        length=length,
        evaluate=evaluate,
        field_names=piece.fields,
        depends_on_deleted=piece.deleted,
        nullable=piece.nullable,
        parts=piece.parts,
    )


def compile_filter(text: str, fields: Sequence[Field], code_page: str) -> FilterExpression:
    """Compile a FOR condition; raises UnsupportedExpressionError with function and place."""
    piece = _Compiler(text, fields, code_page).compile()
    if piece.kind is not Kind.LOGICAL:
        raise UnsupportedExpressionError(text, f"a condition is true or false, this is {piece.kind}")
    return FilterExpression(text, piece.evaluate, piece.fields, piece.deleted, piece.nullable)


def key_for(key: KeyExpression, *values: Value, exact: bool = False) -> bytes | None:
    """The key that the values search for, or None where no row can have it.

    A character key takes a value for each of its joined parts; the last one given may be the beginning only,
    unless `exact`. A single text on a key of several parts may also run over into the next ones.
    """
    if key.kind is not Kind.CHARACTER:
        return _plain_key(key.kind, values[0] if values else None)
    if len(values) == 1 and isinstance(values[0], str) and len(key.parts) > 1:
        return _running_key(key, values[0], exact=exact)
    return _joined_key(key, values, exact=exact)


def _sized(piece: Piece) -> Callable[[int, bytes], bytes]:
    evaluate, width = piece.evaluate, piece.width
    if piece.fixed:
        return evaluate
    return lambda recno, record: evaluate(recno, record).ljust(width)[:width]


def _encoded(piece: Piece) -> Callable[[int, bytes], bytes]:
    evaluate, encode = piece.evaluate, _ENCODERS[piece.kind]
    return lambda recno, record: encode(evaluate(recno, record))


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
        stretches.append(stretch.ljust(part.width) if waiting or exact else stretch)
    return None if waiting else b"".join(stretches)


def _running_key(key: KeyExpression, text: str, *, exact: bool) -> bytes | None:
    """One text over several parts: cut at the widths of the parts before it is encoded part by part."""
    pieces: list[Value] = []
    for part in key.parts:
        if part.constant is None and text:
            pieces.append(text[: part.width])
            text = text[part.width :]
        elif text:
            text = text[part.width :]
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
    if value is None:
        value = 0
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if kind is Kind.NUMERIC:
        return double_key(float(value))
    scaled = Decimal(value) * (CURRENCY_SCALE if kind is Kind.CURRENCY else 1)
    if scaled != int(scaled):
        return None
    try:
        return currency_key(int(scaled)) if kind is Kind.CURRENCY else integer_key(int(scaled))
    except OverflowError:
        return None


class _Compiler:
    """Walks the tree of one expression."""

    def __init__(self, text: str, fields: Sequence[Field], code_page: str) -> None:
        self._text = text
        self._fields = {field.name: field for field in fields if not field.is_hidden}
        self._code_page = code_page

    def compile(self) -> Piece:
        return self._piece(parse(self._text))

    def _piece(self, term: Term) -> Piece:
        match term:
            case Literal():
                return self._literal(term)
            case Name():
                return self._field(term)
            case Call():
                arguments = tuple(self._piece(argument) for argument in term.arguments)
                return compile_call(FunctionCall(self._text, self._code_page, term, arguments))
            case Operation():
                return self._operation(term, tuple(self._piece(operand) for operand in term.operands))

    def _literal(self, term: Literal) -> Piece:
        value = term.value
        if isinstance(value, bool):
            return Piece(Kind.LOGICAL, lambda _, __: value, literal=value)
        if isinstance(value, float):
            return Piece(Kind.NUMERIC, lambda _, __: value, literal=value)
        try:
            data = encode_text(value, self._code_page)
        except UnicodeEncodeError:
            raise refused(self._text, term.position, f"{value!r} is not in {self._code_page}") from None
        part = Part(len(data), lambda _: data, constant=data)
        return Piece(Kind.CHARACTER, lambda _, __: data, len(data), fixed=True, literal=data, parts=(part,))

    def _field(self, term: Name) -> Piece:
        field = self._fields.get(term.name)
        if field is None:
            raise refused(self._text, term.position, f"the table has no field {term.name!r}")
        piece = field_piece(field, self._code_page)
        if piece is None:
            raise refused(self._text, term.position, f"{term.name!r} of type {field.type} has no key")
        return replace(piece, nullable=field.nullable)

    def _operation(self, term: Operation, operands: tuple[Piece, ...]) -> Piece:
        evaluate = self._evaluation(term, operands)
        fields = frozenset().union(*(piece.fields for piece in operands))
        deleted = any(piece.deleted for piece in operands)
        nullable = any(piece.nullable for piece in operands)
        if term.operator == "+" and operands[0].kind is Kind.CHARACTER:
            result = _joined(operands, evaluate, self._code_page)
        else:
            result = Piece(Kind.NUMERIC if term.operator in _ARITHMETIC else Kind.LOGICAL, evaluate)
        return replace(result, fields=fields, deleted=deleted, nullable=nullable)

    def _refuse_doubtful(self, term: Operation, kind: Kind, operands: tuple[Piece, ...]) -> None:
        """Programs disagree on whether "ABC" is greater than "AB" under SET EXACT OFF."""
        longer = kind is Kind.CHARACTER and operands[0].width > operands[1].width
        if longer and term.operator in {"<", ">", "<=", ">="}:
            raise refused(
                self._text,
                term.position,
                f"{term.operator!r} has no certain meaning where the left text is longer",
            )

    def _evaluation(self, term: Operation, operands: tuple[Piece, ...]) -> Evaluate:
        kinds = {Kind.NUMERIC if piece.kind in NUMBERS else piece.kind for piece in operands}
        name = term.operator
        if len(kinds) == 1:
            kind = kinds.pop()
            if kind is Kind.NUMERIC and name in _ARITHMETIC:
                return _arithmetic(self._text, name, operands)
            if kind is Kind.CHARACTER and name == "+":
                first, second = (piece.evaluate for piece in operands)
                return lambda recno, record: first(recno, record) + second(recno, record)
            if kind is Kind.LOGICAL and name in {"not", "and", "or"}:
                return _truth(name, operands)
            if name in _ORDERINGS:
                self._refuse_doubtful(term, kind, operands)
                return _comparison(name, kind, operands)
        names = " and ".join(str(piece.kind) for piece in operands)
        raise refused(self._text, term.position, f"{name!r} is not supported between {names} values")


def _joined(operands: tuple[Piece, ...], evaluate: Evaluate, code_page: str) -> Piece:
    """Two texts in a row. Only after a text of fixed width do later parts have a place of their own."""
    first, second = operands
    width = first.width + second.width
    whole = Part(width, lambda value: text_bytes(value, code_page, width))
    parts = (*first.parts, *second.parts) if first.fixed else (whole,)
    return Piece(Kind.CHARACTER, evaluate, width, fixed=first.fixed and second.fixed, parts=parts)


def _arithmetic(text: str, name: str, operands: tuple[Piece, ...]) -> Evaluate:
    numbers, combine = [as_number(piece) for piece in operands], _ARITHMETIC[name]

    def evaluate(recno: int, record: bytes) -> float:
        try:
            return combine(*(number(recno, record) for number in numbers))
        except ZeroDivisionError:
            raise KeyValueError(text, "division by zero") from None

    return evaluate


def _truth(name: str, operands: tuple[Piece, ...]) -> Evaluate:
    if name == "not":
        inner = operands[0].evaluate
        return lambda recno, record: not inner(recno, record)
    first, second = (piece.evaluate for piece in operands)
    if name == "and":
        return lambda recno, record: first(recno, record) and second(recno, record)
    return lambda recno, record: first(recno, record) or second(recno, record)


def _comparison(name: str, kind: Kind, operands: tuple[Piece, ...]) -> Evaluate:
    """Texts compare as under SET EXACT OFF: up to the end of the right one, save for ==."""
    holds = _ORDERINGS[name]
    if kind is Kind.NUMERIC:
        left, right = (as_number(piece) for piece in operands)
        return lambda recno, record: holds(left(recno, record), right(recno, record))
    first, second = (piece.evaluate for piece in operands)
    if kind is not Kind.CHARACTER or name == "==":
        return lambda recno, record: holds(first(recno, record), second(recno, record))

    def compare(recno: int, record: bytes) -> bool:
        pattern = second(recno, record)
        return holds(first(recno, record)[: len(pattern)], pattern)

    return compare

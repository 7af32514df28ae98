"""Index keys and FOR filters: compiled once per table, evaluated on a record's number and bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from counterfoil.foxpro.errors import KeyValueError, UnsupportedExpressionError
from counterfoil.foxpro.expressions.calls import Application
from counterfoil.foxpro.expressions.dates import date_of_text
from counterfoil.foxpro.expressions.field_values import FieldPieces
from counterfoil.foxpro.expressions.functions import applied_function, applied_operator, function_named
from counterfoil.foxpro.expressions.key_encoding import (
    CURRENCY_LENGTH,
    DOUBLE_LENGTH,
    INTEGER_LENGTH,
    NULL_MARK,
    currency_key,
    date_key,
    datetime_key,
    double_key,
    integer_key,
    logical_key,
)
from counterfoil.foxpro.expressions.rounding import certain
from counterfoil.foxpro.expressions.syntax import (
    Call,
    DateLiteral,
    Literal,
    Name,
    Operation,
    Term,
    parse,
    refused,
)
from counterfoil.foxpro.expressions.values import Evaluate, Kind, Part, Piece, constant
from counterfoil.foxpro.records.code_pages import encode_text
from counterfoil.foxpro.records.fields import Field

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


@dataclass(frozen=True, slots=True)
class KeyExpression:
    """A tag's key: from a record's number and bytes (flag byte first) to the bytes in the index."""

    text: str
    kind: Kind
    length: int
    evaluate: Callable[[int, bytes], bytes]
    parts: tuple[Part, ...]
    null_key: bytes = b""
    """The key of NULL, before all others; empty where the keys have no room for one."""


@dataclass(frozen=True, slots=True)
class FilterExpression:
    """A tag's FOR condition over a record's number and bytes; a NULL leaves the row out."""

    text: str
    evaluate: Callable[[int, bytes], bool | None]

    def __call__(self, recno: int, record: bytes) -> bool:
        return bool(self.evaluate(recno, record))


def compile_key(
    text: str, fields: Sequence[Field], code_page: str, *, alias: str = "", nulls: bool | None = None
) -> KeyExpression:
    """Compile a key expression; raises UnsupportedExpressionError with function and place.

    `alias` is the name that fields may carry before theirs. `nulls` says whether keys have room for NULL as
    the header of a tag does; None: where the expression may be NULL.
    """
    return _compiled_key(text, tuple(fields), code_page, alias.lower(), nulls)


# Tables are opened for each piece of work, and compiling their tags was half of the time that took.
@lru_cache(maxsize=1024)
def _compiled_key(
    text: str, fields: tuple[Field, ...], code_page: str, alias: str, nulls: bool | None
) -> KeyExpression:
    piece = certain(_Compiler(text, fields, code_page, alias).compile(), text)
    if piece.kind is Kind.NUMERIC and any(
        field.type == "Y" for field in fields if field.name in piece.fields
    ):
        raise UnsupportedExpressionError(
            text, "whether keys computed from currency are currency is not known"
        )
    length = _LENGTHS.get(piece.kind, piece.width)
    evaluate = _sized(piece) if piece.kind is Kind.CHARACTER else _encoded(piece)
    null_key = b""
    if piece.nullable if nulls is None else nulls:
        length += len(NULL_MARK)
        null_key = bytes(length)
        evaluate = _marked(evaluate, null_key)
    elif piece.nullable:
        evaluate = _never_null(evaluate, text)
    if not len(null_key[:1]) < length <= KEY_LENGTH_MAX:
        raise UnsupportedExpressionError(text, f"its keys are {length} bytes long, 1 to {KEY_LENGTH_MAX} go")
    return KeyExpression(
        text=text,
        kind=piece.kind,
        length=length,
        evaluate=evaluate,
        parts=piece.parts,
        null_key=null_key,
    )


def compile_filter(
    text: str, fields: Sequence[Field], code_page: str, *, alias: str = ""
) -> FilterExpression:
    """Compile a FOR condition; raises UnsupportedExpressionError with function and place."""
    piece = _Compiler(text, tuple(fields), code_page, alias.lower()).compile()
    if piece.kind is not Kind.LOGICAL:
        raise UnsupportedExpressionError(text, f"a condition is true or false, this is {piece.kind}")
    return FilterExpression(text, piece.evaluate)


def _sized(piece: Piece) -> Evaluate:
    evaluate, width = piece.evaluate, piece.width
    if piece.fixed:
        return evaluate
    if not piece.nullable:
        return lambda recno, record: evaluate(recno, record).ljust(width)[:width]

    def sized(recno: int, record: bytes) -> bytes | None:
        value: bytes | None = evaluate(recno, record)
        return None if value is None else value.ljust(width)[:width]

    return sized


def _encoded(piece: Piece) -> Evaluate:
    evaluate, encode = piece.evaluate, _ENCODERS[piece.kind]
    if not piece.nullable:
        return lambda recno, record: encode(evaluate(recno, record))

    def encoded(recno: int, record: bytes) -> bytes | None:
        value = evaluate(recno, record)
        return None if value is None else encode(value)

    return encoded


def _marked(evaluate: Evaluate, null_key: bytes) -> Evaluate:
    """The form of keys that may be NULL."""

    def marked(recno: int, record: bytes) -> bytes:
        key: bytes | None = evaluate(recno, record)
        return null_key if key is None else NULL_MARK + key

    return marked


def _never_null(evaluate: Evaluate, text: str) -> Evaluate:
    """Keys without room for NULL; FoxPro refuses such a row with its error 1886."""

    def never_null(recno: int, record: bytes) -> bytes:
        key: bytes | None = evaluate(recno, record)
        if key is None:
            raise KeyValueError(text, "it is NULL, and the tag has no room for that")
        return key

    return never_null


def without_null(key: KeyExpression) -> KeyExpression:
    """The key for a tag of candidate keys: FoxPro refuses a NULL there with its error 1886 (its help)."""
    if not key.null_key:
        return key
    inner = key.evaluate

    def evaluate(recno: int, record: bytes) -> bytes:
        found = inner(recno, record)
        if found == key.null_key:
            raise KeyValueError(key.text, "it is NULL, which no candidate key may be")
        return found

    return replace(key, evaluate=evaluate)


class _Compiler:
    """Walks the tree of one expression."""

    def __init__(self, text: str, fields: Sequence[Field], code_page: str, alias: str) -> None:
        self._text = text
        self._fields = FieldPieces(fields, code_page)
        self._code_page = code_page
        self._alias = alias

    def compile(self) -> Piece:
        return self._piece(parse(self._text))

    def _piece(self, term: Term) -> Piece:
        match term:
            case Literal():
                return self._literal(term)
            case DateLiteral():
                return self._date(term)
            case Name():
                return self._field(term)
            case Call():
                return applied_function(self._applied(term, function_named(term.name), term.arguments))
            case Operation():
                return applied_operator(self._applied(term, term.operator, term.operands))

    def _applied(self, term: Call | Operation, name: str, terms: tuple[Term, ...]) -> Application:
        pieces = tuple([self._piece(argument) for argument in terms])
        return Application(self._text, self._code_page, term.position, name, pieces)

    def _literal(self, term: Literal) -> Piece:
        value = term.value
        if isinstance(value, bool):
            return constant(Kind.LOGICAL, value)
        if isinstance(value, float):
            return constant(Kind.NUMERIC, value)
        try:
            return constant(Kind.CHARACTER, encode_text(value, self._code_page))
        except UnicodeEncodeError:
            raise refused(self._text, term.position, f"{value!r} is not in {self._code_page}") from None

    def _date(self, term: DateLiteral) -> Piece:
        piece = date_of_text(term.text)
        if piece is None:
            raise refused(
                self._text, term.position, "a date depends on SET DATE unless it is like {^2026-01-31}"
            )
        return piece

    def _field(self, term: Name) -> Piece:
        if term.alias not in {"", self._alias}:
            raise refused(self._text, term.position, f"{term.alias!r} is not this table")
        if term.name not in self._fields:
            raise refused(self._text, term.position, f"the table has no field {term.name!r}")
        try:
            return self._fields.piece(term.name)
        except ValueError as error:
            raise refused(self._text, term.position, str(error)) from None

"""The text of an index expression as a tree: tokens, precedence, positions; no fields, no functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from counterfoil.foxpro.errors import UnsupportedExpressionError

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<word>\.(?:NOT|AND|OR|T|F)\.)
    |(?P<string>'[^']*'|"[^"]*"|\[[^\]]*\])
    |(?P<date>\{[^}]*\})
    |(?P<number>\d+(?:\.\d+|\.(?!(?:AND|OR|NOT)\.))?|\.\d+)
    |(?P<name>[^\W\d]\w*(?:(?:->|\.(?!(?:NOT|AND|OR|T|F)\.))[^\W\d]\w*)?)
    |(?P<sign>\*\*|<=|>=|<>|!=|==|=>|=<|[=<>\#+\-*/^%(),!$])""",
    re.IGNORECASE | re.VERBOSE,
)
_SPELLINGS = {
    ".OR.": "or",
    ".AND.": "and",
    ".NOT.": "not",
    "!": "not",
    "OR": "or",
    "AND": "and",
    "NOT": "not",
    "#": "<>",
    "!=": "<>",
    "=<": "<=",
    "=>": ">=",
    "**": "^",
}
_NEGATED, _COMPARED, _RAISED = 3, 4, 7
_LEVELS = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(("=", "==", "<>", "<", ">", "<=", ">=", "$"), _COMPARED),
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
    "^": _RAISED,
}
"""How strongly each operator binds. FoxPro's help puts ^ above * / and %, these above + and -."""
_ONCE = {_COMPARED, _RAISED}
"""Operators of which one may not follow another of its level: what that means is not certain."""
_SIGNS = {"+", "-"}
_DEPTH_MAX = 50
_OPERATORS_MAX = 100
_CHARACTERS_MAX = 1024
_DIGITS_MAX = 20


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, a number or a truth value as written."""

    position: int
    value: str | float | bool


@dataclass(frozen=True, slots=True)
class DateLiteral:
    """A date or a date and time as written between braces."""

    position: int
    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """A field by its name, in small letters; the alias of its table where one is written before it."""

    position: int
    name: str
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    position: int
    name: str
    arguments: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with its one or two operands."""

    position: int
    operator: str
    operands: tuple[Term, ...]


Term = Literal | DateLiteral | Name | Call | Operation


@dataclass(frozen=True, slots=True)
class _Token:
    position: int
    kind: str
    text: str


def refused(expression: str, position: int, reason: str) -> UnsupportedExpressionError:
    return UnsupportedExpressionError(expression, f"{reason} (at position {position + 1})")


def parse(expression: str) -> Term:
    """The tree of an expression; raises UnsupportedExpressionError with the place that is not understood."""
    return _Parser(expression).whole()


def _tokens(expression: str) -> Iterator[_Token]:
    if len(expression) > _CHARACTERS_MAX:
        raise refused(expression[:_CHARACTERS_MAX], _CHARACTERS_MAX, "it is too long")
    position = 0
    while position < len(expression):
        match = _TOKEN.match(expression, position)
        if match is None:
            raise refused(expression, position, f"{expression[position]!r} is not understood")
        kind = match.lastgroup or ""
        if kind != "space":
            yield _Token(position, kind, match.group())
        position = match.end()
    yield _Token(position, "end", "")


class _Parser:
    """Climbs by precedence. Depth and number of operators are bounded, so that no text exhausts the stack."""

    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._tokens = list(_tokens(expression))
        self._at = 0
        self._depth = 0
        self._operators = 0
        self._makers: Mapping[str, Callable[[_Token], Term]] = {
            "string": lambda token: Literal(token.position, token.text[1:-1]),
            "date": lambda token: DateLiteral(token.position, token.text[1:-1]),
            "word": lambda token: Literal(token.position, token.text.upper() == ".T."),
            "number": self._number,
            "name": self._named,
        }

    def whole(self) -> Term:
        term = self._term()
        if self._next.kind != "end":
            raise self._unexpected()
        return term

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    @property
    def _operator(self) -> str:
        """The operator that comes next, in one spelling; empty where something else does."""
        token = self._next
        if token.kind not in {"word", "sign", "name"}:
            return ""
        spelled = token.text.upper()
        return _SPELLINGS.get(spelled, spelled)

    def _take(self) -> _Token:
        token = self._next
        self._at += token.kind != "end"
        return token

    def _taken(self, sign: str) -> bool:
        found = self._next.kind == "sign" and self._next.text == sign
        self._at += found
        return found

    def _unexpected(self) -> UnsupportedExpressionError:
        token = self._next
        what = repr(token.text) if token.kind != "end" else "the end"
        return refused(self._expression, token.position, f"{what} is not expected here")

    def _counted(self) -> _Token:
        """Take an operator; a text may have so many and no more."""
        self._operators += 1
        if self._operators > _OPERATORS_MAX:
            raise refused(self._expression, self._next.position, f"more than {_OPERATORS_MAX} operators")
        return self._take()

    def _term(self, lowest: int = 1) -> Term:
        """Operands joined by operators that bind at least so strongly."""
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise refused(self._expression, self._next.position, "nested too deeply")
        term, last = self._operand(), 0
        while (level := _LEVELS.get(self._operator, 0)) >= lowest:
            if level == last and level in _ONCE:
                raise self._unexpected()
            last, operator = level, self._operator
            token = self._counted()
            term = Operation(token.position, operator, (term, self._term(level + 1)))
        self._depth -= 1
        return term

    def _operand(self) -> Term:
        if self._operator == "not":
            return Operation(self._counted().position, "not", (self._term(_NEGATED),))
        if self._operator in _SIGNS:
            return self._signed()
        return self._atom()

    def _signed(self) -> Term:
        token = self._counted()
        term = self._atom()
        if self._operator == "^":
            raise refused(self._expression, token.position, "a sign before a power has no certain meaning")
        return term if token.text == "+" else Operation(token.position, "negative", (term,))

    def _atom(self) -> Term:
        token = self._next
        if self._taken("("):
            term = self._term()
            self._close()
            return term
        make = self._makers.get(token.kind)
        if make is None or self._operator.islower():
            raise self._unexpected()
        return make(self._take())

    def _number(self, token: _Token) -> Term:
        if len(token.text) > _DIGITS_MAX:
            raise refused(self._expression, token.position, f"a number of more than {_DIGITS_MAX} digits")
        return Literal(token.position, float(token.text))

    def _named(self, token: _Token) -> Term:
        alias, _, name = token.text.replace("->", ".").rpartition(".")
        if alias or not self._taken("("):
            return Name(token.position, name.lower(), alias.lower())
        arguments: list[Term] = []
        while not self._taken(")"):
            if arguments and not self._taken(","):
                raise self._unexpected()
            arguments.append(self._term())
        return Call(token.position, name.upper(), tuple(arguments))

    def _close(self) -> None:
        if not self._taken(")"):
            raise self._unexpected()

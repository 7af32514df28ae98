"""The text of an index expression as a tree: tokens, precedence, positions; no fields, no functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite

from counterfoil.foxpro.errors import UnsupportedExpressionError

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<word>\.(?:NOT|AND|OR|T|F)\.)
    |(?P<string>'[^']*'|"[^"]*"|\[[^\]]*\])
    |(?P<number>\d+(?:\.\d+|\.(?!(?:AND|OR|NOT)\.))?|\.\d+)
    |(?P<name>[A-Za-z_]\w*)
    |(?P<sign><=|>=|<>|!=|==|=>|=<|[=<>\#+\-*/(),!$])""",
    re.IGNORECASE | re.VERBOSE,
)
_COMPARISONS = {
    "=": "=",
    "==": "==",
    "<>": "<>",
    "#": "<>",
    "!=": "<>",
    "<": "<",
    ">": ">",
    "<=": "<=",
    "=<": "<=",
    ">=": ">=",
    "=>": ">=",
}
_NOT, _AND, _OR = {".NOT.", "NOT", "!"}, {".AND.", "AND"}, {".OR.", "OR"}
_DEPTH_MAX = 50


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, a number or a truth value as written."""

    position: int
    value: str | float | bool


@dataclass(frozen=True, slots=True)
class Name:
    """A field, by the name as written."""

    position: int
    name: str


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


Term = Literal | Name | Call | Operation


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
    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._tokens = list(_tokens(expression))
        self._at = 0
        self._depth = 0

    def whole(self) -> Term:
        term = self._either()
        if self._next.kind != "end":
            raise self._unexpected()
        return term

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._next
        self._at += token.kind != "end"
        return token

    def _taken(self, words: set[str]) -> _Token | None:
        if self._next.kind != "string" and self._next.text.upper() in words:
            return self._take()
        return None

    def _unexpected(self) -> UnsupportedExpressionError:
        token = self._next
        what = repr(token.text) if token.kind != "end" else "the end"
        return refused(self._expression, token.position, f"{what} is not expected here")

    def _chain(self, words: set[str], operator: str, part: Callable[[], Term]) -> Term:
        term = part()
        while token := self._taken(words):
            term = Operation(token.position, operator, (term, part()))
        return term

    def _either(self) -> Term:
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise refused(self._expression, self._next.position, "nested too deeply")
        term = self._chain(_OR, "or", self._both)
        self._depth -= 1
        return term

    def _both(self) -> Term:
        return self._chain(_AND, "and", self._negated)

    def _negated(self) -> Term:
        denials: list[_Token] = []
        while token := self._taken(_NOT):
            denials.append(token)
        if len(denials) > _DEPTH_MAX:
            raise refused(self._expression, denials[0].position, "nested too deeply")
        term = self._compared()
        for denial in reversed(denials):
            term = Operation(denial.position, "not", (term,))
        return term

    def _compared(self) -> Term:
        term = self._sum()
        if token := self._taken(set(_COMPARISONS)):
            return Operation(token.position, _COMPARISONS[token.text], (term, self._sum()))
        return term

    def _sum(self) -> Term:
        term = self._product()
        while token := self._taken({"+", "-"}):
            term = Operation(token.position, token.text, (term, self._product()))
        return term

    def _product(self) -> Term:
        term = self._signed()
        while token := self._taken({"*", "/"}):
            term = Operation(token.position, token.text, (term, self._signed()))
        return term

    def _signed(self) -> Term:
        token = self._taken({"-", "+"})
        term = self._atom()
        if token is None or token.text == "+":
            return term
        return Operation(token.position, "negative", (term,))

    def _atom(self) -> Term:
        token = self._next
        if token.kind == "string":
            return Literal(token.position, self._take().text[1:-1])
        if token.kind == "number":
            return self._number()
        if token.kind == "name":
            return self._named()
        if word := self._taken({".T.", ".F."}):
            return Literal(word.position, word.text.upper() == ".T.")
        if self._taken({"("}):
            term = self._either()
            self._close()
            return term
        raise self._unexpected()

    def _number(self) -> Term:
        token = self._take()
        value = float(token.text)
        if not isfinite(value):
            raise refused(self._expression, token.position, "the number is too large")
        return Literal(token.position, value)

    def _named(self) -> Term:
        token = self._take()
        if not self._taken({"("}):
            return Name(token.position, token.text.lower())
        arguments: list[Term] = []
        while not self._taken({")"}):
            if arguments and not self._taken({","}):
                raise self._unexpected()
            arguments.append(self._either())
        return Call(token.position, token.text.upper(), tuple(arguments))

    def _close(self) -> None:
        if not self._taken({")"}):
            raise self._unexpected()

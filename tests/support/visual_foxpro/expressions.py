"""Expressions compiled to closures over the machine that evaluates them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from tests.support.visual_foxpro.syntax import Line, SyntaxFault, Token
from tests.support.visual_foxpro.values import (
    Array,
    Cell,
    Currency,
    FoxError,
    Null,
    kind_of,
    number,
    text,
    truth,
)

Evaluator = Callable[["World"], Any]


class World(Protocol):
    """What expressions ask for."""

    def cell(self, name: str) -> Cell: ...

    def call(self, name: str, arguments: list[object]) -> object: ...

    def field(self, alias: str, name: str) -> object: ...


class Scope(Protocol):
    """What a procedure may name."""

    def is_declared(self, name: str) -> bool: ...

    def check_call(self, name: str, count: int, line: int) -> None: ...


_LITERALS = {".T.": True, ".F.": False, ".NULL.": Null()}


class Reader:
    """Reads expressions out of one line's tokens."""

    def __init__(self, line: Line, scope: Scope, start: int = 1) -> None:
        self.line = line
        self.tokens: Sequence[Token] = line.tokens
        self.at = start
        self._scope = scope

    # Walking

    def peek(self, ahead: int = 0) -> Token:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else Token("end", "")

    def take(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def accept(self, *words: str) -> bool:
        if self.peek().text.upper() in words and self.peek().kind != "text":
            self.at += 1
            return True
        return False

    def expect(self, word: str) -> None:
        if not self.accept(word):
            raise self.fault(f"expected {word}")

    def name(self) -> str:
        token = self.take()
        if token.kind != "name":
            raise self.fault("expected a name")
        return token.text

    def end(self) -> None:
        if self.peek().kind != "end":
            raise self.fault("did not expect this")

    def fault(self, why: str) -> SyntaxFault:
        return SyntaxFault(f"line {self.line.number}: {why} at {self.peek().text!r}")

    # Expressions, from the weakest operator to the strongest

    def expression(self) -> Evaluator:
        left = self._conjunction()
        while self.accept("OR", ".OR."):
            left = _either(left, self._conjunction())
        return left

    def _conjunction(self) -> Evaluator:
        left = self._negation()
        while self.accept("AND", ".AND."):
            left = _both(left, self._negation())
        return left

    def _negation(self) -> Evaluator:
        if self.accept("NOT", ".NOT.", "!"):
            inner = self._negation()
            return lambda world: not truth(inner(world))
        return self._comparison()

    def _comparison(self) -> Evaluator:
        left = self._sum()
        for mark in ("==", "<>", "<=", ">=", "=", "<", ">", "$"):
            if self.accept(mark):
                return _compared(mark, left, self._sum())
        return left

    def _sum(self) -> Evaluator:
        left = self._product()
        while self.peek().text in {"+", "-"}:
            left = _arithmetic(self.take().text, left, self._product())
        return left

    def _product(self) -> Evaluator:
        left = self._sign()
        while self.peek().text in {"*", "/"}:
            left = _arithmetic(self.take().text, left, self._sign())
        return left

    def _sign(self) -> Evaluator:
        if self.accept("-"):
            inner = self._sign()
            return lambda world: -number(inner(world))
        return self._primary()

    def _primary(self) -> Evaluator:
        token = self.take()
        if token.kind == "text":
            return _constant(token.text[1:-1])
        if token.kind == "number":
            return _constant(float(token.text))
        if token.kind == "word":
            return _constant(_LITERALS[token.word])
        if token.text == "(":
            inner = self.expression()
            self.expect(")")
            return inner
        if token.kind != "name":
            self.at -= 1
            raise self.fault("expected a value")
        return self._named(token.text.upper())

    def _named(self, name: str) -> Evaluator:
        if self.accept("("):
            return self._call(name)
        if self.accept("["):
            return self._element(name)
        if self.accept("."):
            member = self.name().upper()
            if name == "M":
                self._require(member)
                return lambda world: world.cell(member).value
            if self._scope.is_declared(name):
                return self._member(name, member)
            return lambda world: world.field(name, member)
        raise self.fault(f"{name} is read without m., which a field of the same name would hide")

    def _call(self, name: str) -> Evaluator:
        arguments: list[Evaluator] = []
        while not self.accept(")"):
            if arguments:
                self.expect(",")
            arguments.append(self._argument())
        self._scope.check_call(name, len(arguments), self.line.number)
        return lambda world: world.call(name, [one(world) for one in arguments])

    def _argument(self) -> Evaluator:
        """A value, or a variable itself: with @, or where a function takes an array."""
        is_bare = self.peek().kind == "name" and self.peek(1).text in {",", ")"}
        if self.accept("@") or is_bare:
            name = self.name().upper()
            self._require(name)
            return lambda world: world.cell(name)
        return self.expression()

    def _element(self, name: str) -> Evaluator:
        self._require(name)
        subscripts = self.subscripts()
        return lambda world: _array(world, name).items[_array(world, name).place(subscripts(world))]

    def subscripts(self) -> Callable[[World], list[object]]:
        parts = [self.expression()]
        while self.accept(","):
            parts.append(self.expression())
        self.expect("]")
        return lambda world: [part(world) for part in parts]

    def _member(self, name: str, member: str) -> Evaluator:
        """A property or method of an object."""
        if not self.accept("("):
            return lambda world: _of(world, name).get(member)
        arguments: list[Evaluator] = []
        while not self.accept(")"):
            if arguments:
                self.expect(",")
            arguments.append(self.expression())
        return lambda world: _of(world, name).invoke(member, [one(world) for one in arguments])

    def _require(self, name: str) -> None:
        if not self._scope.is_declared(name):
            raise self.fault(f"{name} is not declared")


def _array(world: World, name: str) -> Array:
    value = world.cell(name).value
    if not isinstance(value, Array):
        raise FoxError(232, f"{name} is not an array")
    return value


def _of(world: World, name: str) -> Any:
    return world.cell(name).value


def _constant(value: object) -> Evaluator:
    return lambda _world: value


def _either(left: Evaluator, right: Evaluator) -> Evaluator:
    return lambda world: truth(left(world)) or truth(right(world))


def _both(left: Evaluator, right: Evaluator) -> Evaluator:
    return lambda world: truth(left(world)) and truth(right(world))


_NUMBERS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def _arithmetic(mark: str, left: Evaluator, right: Evaluator) -> Evaluator:
    act = _NUMBERS[mark]

    def evaluate(world: World) -> object:
        one, other = left(world), right(world)
        if mark == "+" and isinstance(one, str):
            return one + text(other)
        return act(number(one), number(other))

    return evaluate


def _compared(mark: str, left: Evaluator, right: Evaluator) -> Evaluator:
    def evaluate(world: World) -> bool:
        one, other = left(world), right(world)
        if mark == "$":
            return text(one) in text(other)
        if {kind_of(one), kind_of(other)} not in ({kind_of(one)}, {"N", "Y"}):
            raise FoxError(107, f"Operator/operand type mismatch: {one!r} {mark} {other!r}")
        if isinstance(one, str) and mark != "==":
            raise FoxError(107, f"texts are compared with == only: {one!r} {mark} {other!r}")
        if isinstance(one, float | int | Currency) and not isinstance(one, bool):
            one, other = number(one), number(other)
        if mark in {"=", "=="}:
            return bool(one == other)
        return one != other if mark == "<>" else _ORDERS[mark](one, other)

    return evaluate

"""Statements compiled to closures over the machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tests.support.visual_foxpro.commands import COMMANDS, Act
from tests.support.visual_foxpro.expressions import Evaluator, Reader
from tests.support.visual_foxpro.functions import FUNCTIONS
from tests.support.visual_foxpro.hosted import HOSTED
from tests.support.visual_foxpro.syntax import Line, Procedure, Statement, SyntaxFault, parse_program
from tests.support.visual_foxpro.values import Array, Cell, FoxError, number, truth

if TYPE_CHECKING:
    from tests.support.visual_foxpro.machine import Machine


@dataclass(frozen=True, slots=True)
class Returned:
    """Ends a procedure."""

    value: object


Step = Callable[["Machine"], Returned | None]


@dataclass(frozen=True, slots=True)
class Compiled:
    name: str
    parameters: tuple[str, ...]
    body: Step


class HeadFault(Exception):  # noqa: N818 - a finding about a program
    """An error in a condition: where FoxPro goes on after it nobody would want to rely on."""


@cache
def compile_program(source: str) -> Mapping[str, Compiled]:
    """Every procedure, or the first thing that is wrong."""
    procedures = parse_program(source)
    return {name: _Compiler(procedure, procedures).compiled() for name, procedure in procedures.items()}


class _Compiler:
    def __init__(self, procedure: Procedure, program: Mapping[str, Procedure]) -> None:
        self._procedure = procedure
        self._program = program

    def compiled(self) -> Compiled:
        body = self._block(self._procedure.body)
        return Compiled(self._procedure.name, self._procedure.parameters, body)

    def is_declared(self, name: str) -> bool:
        """Declared here, or private to a caller: those names begin with p."""
        private = name.startswith("P") and any(name in one.declared for one in self._program.values())
        return name in self._procedure.declared or private

    def check_call(self, name: str, count: int, line: int) -> None:
        if name in self._program:
            least = most = len(self._program[name].parameters)
        elif name in FUNCTIONS:
            least, most = FUNCTIONS[name].least, FUNCTIONS[name].most
        elif name in HOSTED:
            least, most = HOSTED[name].least, HOSTED[name].most
        else:
            raise SyntaxFault(f"line {line}: no function {name}")
        if not least <= count <= most:
            raise SyntaxFault(f"line {line}: {name} takes {least} to {most} arguments, not {count}")

    def _block(self, statements: Iterable[Statement]) -> Step:
        steps = [self._statement(one) for one in statements]

        def carry(machine: Machine) -> Returned | None:
            for step in steps:
                returned = step(machine)
                if returned is not None:
                    return returned
            return None

        return carry

    def _statement(self, statement: Statement) -> Step:
        match statement.word:
            case "IF" | "DO CASE":
                return self._choice(statement)
            case "DO WHILE" | "FOR" | "SCAN":
                return self._loop(statement)
            case "RETURN":
                return self._returned(statement.line)
            case _:
                return _guarded(self._simple(statement.line), statement.line.number)

    def _simple(self, line: Line) -> Act:
        mark = line.tokens[1].text if len(line.tokens) > 1 else ""
        if line.tokens[0].text == "=":
            return self._expression(Reader(line, self))
        if mark in {"=", "["} and line.tokens[0].kind == "name":
            return self._assignment(Reader(line, self, 0))
        if line.first in COMMANDS:
            reader = Reader(line, self)
            act = COMMANDS[line.first](reader)
            reader.end()
            return act
        if mark == "." and self.is_declared(line.first):
            return self._expression(Reader(line, self, 0))
        raise SyntaxFault(f"line {line.number}: no command {line.first}")

    @staticmethod
    def _expression(reader: Reader) -> Act:
        value = reader.expression()
        reader.end()
        return lambda machine: value(machine) and None

    def _assignment(self, reader: Reader) -> Act:
        name = reader.name().upper()
        if not self.is_declared(name):
            raise reader.fault(f"{name} is not declared")
        subscripts = reader.subscripts() if reader.accept("[") else None
        reader.expect("=")
        value = reader.expression()
        reader.end()

        def act(machine: Machine) -> None:
            cell, found = machine.cell(name), value(machine)
            if subscripts is None:
                cell.value = found
            elif isinstance(cell.value, Array):
                cell.value.items[cell.value.place(subscripts(machine))] = found
            else:
                raise FoxError(232, f"{name} is not an array")

        return act

    def _returned(self, line: Line) -> Step:
        reader = Reader(line, self)
        if reader.peek().kind == "end":
            return lambda _machine: Returned(True)
        value = reader.expression()
        reader.end()
        return lambda machine: Returned(_head(value, line)(machine))

    def _choice(self, statement: Statement) -> Step:
        branches = [(self._condition(line), self._block(body)) for line, body in statement.branches]

        def carry(machine: Machine) -> Returned | None:
            for condition, body in branches:
                if truth(condition(machine)):
                    return body(machine)
            return None

        return carry

    def _condition(self, line: Line) -> Evaluator:
        if line.first in {"ELSE", "OTHERWISE"}:
            return lambda _world: True
        return self._whole(line, 1)

    def _whole(self, line: Line, start: int) -> Evaluator:
        reader = Reader(line, self, start)
        value = reader.expression()
        reader.end()
        return _head(value, line)

    def _loop(self, statement: Statement) -> Step:
        ((line, statements),) = statement.branches
        body = self._block(statements)
        match statement.word:
            case "FOR":
                return self._counted(Reader(line, self), body)
            case "SCAN":
                return _scan(body)
            case _:
                condition = self._whole(line, 2)

        def carry(machine: Machine) -> Returned | None:
            while truth(condition(machine)):
                returned = body(machine)
                if returned is not None:
                    return returned
            return None

        return carry

    def _counted(self, reader: Reader, body: Step) -> Step:
        name = reader.name().upper()
        if not self.is_declared(name):
            raise reader.fault(f"{name} is not declared")
        reader.expect("=")
        first = _head(reader.expression(), reader.line)
        reader.expect("TO")
        last = _head(reader.expression(), reader.line)
        reader.end()

        def carry(machine: Machine) -> Returned | None:
            cell: Cell = machine.cell(name)
            cell.value, end = number(first(machine)), number(last(machine))
            while number(cell.value) <= end:
                returned = body(machine)
                if returned is not None:
                    return returned
                cell.value = number(cell.value) + 1
            return None

        return carry


def _scan(body: Step) -> Step:
    def carry(machine: Machine) -> Returned | None:
        area = machine.session.area()
        for recno in range(1, area.count + 1):
            area.go(recno)
            if area.is_deleted():
                continue
            returned = body(machine)
            if returned is not None:
                return returned
        area.recno = area.count + 1
        return None

    return carry


def _guarded(act: Act, line: int) -> Step:
    """After an error the program goes on with the next statement, once ON ERROR's handler has run."""

    def carry(machine: Machine) -> None:
        try:
            act(machine)
        except FoxError as error:
            machine.on_error(error, line)

    return carry


def _head(value: Evaluator, line: Line) -> Evaluator:
    def evaluate(world: Machine) -> object:
        try:
            return value(world)
        except FoxError as error:
            raise HeadFault(f"line {line.number}: {error}") from error

    return evaluate  # type: ignore[return-value]

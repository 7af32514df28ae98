"""Carries a program out: its calls, and the variables of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.support.visual_foxpro.compiler import Compiled, compile_program
from tests.support.visual_foxpro.files import Gate
from tests.support.visual_foxpro.functions import FUNCTIONS
from tests.support.visual_foxpro.hosted import HOSTED
from tests.support.visual_foxpro.session import Session
from tests.support.visual_foxpro.values import Cell, FoxError

_TAKES_CELLS = frozenset({"ADIR", "AERROR", "ALINES", "ASORT", "AUSED"})


@dataclass(slots=True)
class _Frame:
    """One call: its local variables, and the private ones that those it calls see."""

    name: str
    local: dict[str, Cell] = field(default_factory=dict)
    private: dict[str, Cell] = field(default_factory=dict)


class Machine:
    """One run of Visual FoxPro with one program."""

    def __init__(
        self,
        source: str,
        *,
        now: Callable[[], datetime],
        version: int = 6,
        gate: Gate = lambda _step: None,
        objects: Mapping[str, Callable[[], Any]] | None = None,
    ) -> None:
        self.program: Mapping[str, Compiled] = compile_program(source)
        self.session = Session(now, version, gate, objects or {})
        self.failed_in = ""
        self._frames: list[_Frame] = []

    def close(self) -> None:
        """As the end of the process: files and locks are let go, what is buffered is lost."""
        self.session.close()

    def run(self, name: str, *arguments: object) -> Any:
        """Calls a procedure of the program with values."""
        return self.call(name.upper(), list(arguments))

    def cell(self, name: str) -> Cell:
        if name in self._frames[-1].local:
            return self._frames[-1].local[name]
        for frame in reversed(self._frames):
            if name in frame.private:
                return frame.private[name]
        raise FoxError(12, f"Variable '{name}' is not found")

    def field(self, alias: str, name: str) -> object:
        return self.session.area(alias).value(name)

    def declare(self, cells: Mapping[str, Cell], *, private: bool = False) -> None:
        frame = self._frames[-1]
        (frame.private if private else frame.local).update(cells)

    def call(self, name: str, arguments: list[object]) -> object:
        if name in self.program:
            return self._enter(self.program[name], arguments)
        values = arguments if name in _TAKES_CELLS else [_value(one) for one in arguments]
        if name in FUNCTIONS:
            return FUNCTIONS[name].act(*values)
        return HOSTED[name].act(self, *values)

    def on_error(self, error: FoxError, line: int) -> None:
        """Calls the handler that ON ERROR names; without one the program ends."""
        if self.session.error_handler is None:
            raise error
        self.session.error, self.session.error_line = error, line
        self.failed_in = self._frames[-1].name
        self.session.error_handler()

    def _enter(self, procedure: Compiled, arguments: list[object]) -> object:
        frame = _Frame(procedure.name)
        for parameter, given in zip(procedure.parameters, arguments, strict=True):
            frame.local[parameter] = given if isinstance(given, Cell) else Cell(given)
        self._frames.append(frame)
        try:
            returned = procedure.body(self)
        finally:
            self._frames.pop()
        return True if returned is None else returned.value


def _value(argument: object) -> object:
    return argument.value if isinstance(argument, Cell) else argument

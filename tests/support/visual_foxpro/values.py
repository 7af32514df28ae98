"""Values as Visual FoxPro has them: text is bytes, numbers are doubles, currency is a type of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


class FoxError(Exception):
    """An error that ON ERROR meets."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(message)
        self.number = number


@dataclass(frozen=True, slots=True)
class Currency:
    amount: Decimal


@dataclass(frozen=True, slots=True)
class EmptyDate:
    pass


@dataclass(frozen=True, slots=True)
class Null:
    pass


@dataclass(slots=True)
class Array:
    """Counts from 1; one or two dimensions."""

    rows: int
    columns: int
    items: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.resize(self.rows, self.columns)

    def resize(self, rows: int, columns: int) -> None:
        kept = self.items[: rows * columns]
        self.rows, self.columns = rows, columns
        self.items = kept + [False] * (rows * columns - len(kept))

    def place(self, subscripts: list[object]) -> int:
        first, *rest = (number(one) for one in subscripts)
        at = int((first - 1) * self.columns + rest[0] - 1) if rest else int(first - 1)
        if not 0 <= at < len(self.items):
            raise FoxError(31, "Invalid subscript reference")
        return at

    def lines(self) -> Iterator[list[object]]:
        for start in range(0, len(self.items), self.columns):
            yield self.items[start : start + self.columns]


@dataclass(slots=True)
class Cell:
    """A variable; passed by reference with @."""

    value: object = False


def text(value: object) -> str:
    if not isinstance(value, str):
        raise FoxError(11, f"Function argument value, type, or count is invalid: {value!r} is no text")
    return value


def number(value: object) -> float:
    if isinstance(value, Currency):
        return float(value.amount)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FoxError(11, f"Function argument value, type, or count is invalid: {value!r} is no number")
    return float(value)


def truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise FoxError(37, f"Not a logical expression: {value!r}")
    return value


def is_empty(value: object) -> bool:
    if isinstance(value, str):
        return not value.strip(" \t\r\n")
    if isinstance(value, Currency):
        return not value.amount
    return isinstance(value, EmptyDate) or (isinstance(value, bool | int | float) and not value)


_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "L"),
    (str, "C"),
    (int, "N"),
    (float, "N"),
    (Currency, "Y"),
    (datetime, "T"),
    (date, "D"),
    (EmptyDate, "D"),
    (Null, "X"),
)


def kind_of(value: object) -> str:
    """What VARTYPE() says."""
    return next((letter for kind, letter in _KINDS if isinstance(value, kind)), "O")


def fox_bytes(raw: str, code_page: str) -> str:
    """A table's text as FoxPro's bytes."""
    return raw.encode(code_page, "replace").decode("latin-1")


def python_text(value: str, code_page: str) -> str:
    return value.encode("latin-1").decode(code_page, "replace")

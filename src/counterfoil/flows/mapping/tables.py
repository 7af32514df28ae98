"""Lookup tables: CSV with one header line, named by their content, whose rows may hold from and to a day."""

from __future__ import annotations

import csv
import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from counterfoil.flows.errors import nearest, quoted
from counterfoil.ports.errors import ConfigurationError

VALID_FROM = "valid_from"
VALID_TO = "valid_to"

_CHARACTERS_MAX = 10_000_000
_ROWS_MAX = 200_000
_COLUMNS_MAX = 40
_CELL_MAX = 200
_SUGGESTED_MAX = 1_000
_LINE_END = re.compile(r"\r?\n")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class TableError(ConfigurationError):
    """A table that cannot be used; says which, the line and what to do."""


class Row(NamedTuple):
    """One row of a table, and the line of the file where it stands."""

    line: int
    cells: Mapping[str, str]
    valid_from: date = date.min
    valid_to: date = date.max


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read; its version is the hash of its text."""

    name: str
    version: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""
    """What people must know before they rely on it: the comment that stands first."""

    @property
    def is_dated(self) -> bool:
        return VALID_FROM in self.columns

    def wrong(self, line: int, text: str) -> TableError:
        return TableError(f"table {self.name}, line {line}: {text}")


@dataclass(frozen=True, slots=True)
class Used:
    """A row that a value came from, and the version of its table."""

    table: str
    version: str
    line: int
    cells: Mapping[str, str]


def parse_table(name: str, text: str) -> Table:
    """A table from CSV; lines that begin with # are comments.

    Raises:
        TableError: it is no table; says the line.
    """
    if not _NAME.fullmatch(name):
        raise TableError(f"table {quoted(name)}: a name has lower-case letters, digits and _, at most 40")
    if len(text) > _CHARACTERS_MAX:
        raise TableError(f"table {name}: more than {_CHARACTERS_MAX} characters")
    version = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    lines = _records(name, text.removeprefix("\ufeff"))
    first = next(lines, None)
    if first is None:
        raise TableError(f"table {name}: is empty; its first line names the columns")
    head = Table(name, version, tuple(first[1]), (), _note(text))
    _check_columns(head, first[0])
    rows = tuple(_row(head, number, cells) for number, cells in lines)
    return Table(name, version, head.columns, rows, head.note)


def _note(text: str) -> str:
    first = text.removeprefix("\ufeff").partition("\n")[0]
    return first.removeprefix("#").strip()[:_CELL_MAX] if first.startswith("#") else ""


def _records(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that are no comments, split; a value stays on one line, so that every row has one."""
    for count, line in enumerate(_LINE_END.split(text), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        if count > _ROWS_MAX:
            raise TableError(f"table {name}: more than {_ROWS_MAX} lines")
        if _CONTROL.search(line):
            raise TableError(f"table {name}, line {count}: control characters")
        try:
            cells = next(csv.reader([line], strict=True, skipinitialspace=True))
        except csv.Error as error:
            raise TableError(f"table {name}, line {count}: not CSV: {error}") from error
        yield count, [cell.strip() for cell in cells]


def _check_columns(table: Table, line: int) -> None:
    for column in table.columns:
        if not _NAME.fullmatch(column):
            text = (
                f"{quoted(column)} is no column's name: lower-case letters, digits and _, with commas between"
            )
            raise table.wrong(line, text)
    if len(set(table.columns)) != len(table.columns) or len(table.columns) > _COLUMNS_MAX:
        raise table.wrong(line, f"each column stands once, and there are at most {_COLUMNS_MAX}")
    if VALID_TO in table.columns and VALID_FROM not in table.columns:
        raise table.wrong(line, f"{VALID_TO} needs {VALID_FROM} beside it")


def _row(table: Table, line: int, cells: list[str]) -> Row:
    if len(cells) != len(table.columns):
        raise table.wrong(line, f"{len(cells)} values under {len(table.columns)} columns")
    if any(len(cell) > _CELL_MAX for cell in cells):
        raise table.wrong(line, f"a value has at most {_CELL_MAX} characters")
    named = dict(zip(table.columns, cells, strict=True))
    begins = _day(table, line, named.get(VALID_FROM, ""), date.min)
    ends = _day(table, line, named.get(VALID_TO, ""), date.max)
    if ends < begins:
        raise table.wrong(line, f"{VALID_TO} lies before {VALID_FROM}")
    return Row(line, named, begins, ends)


def _day(table: Table, line: int, text: str, without: date) -> date:
    if not text:
        return without
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise table.wrong(line, f"{quoted(text)} is not a day such as 2026-11-26") from error


class Index:
    """The rows of a table by some of its columns; on one day at most one row holds for a key."""

    def __init__(self, table: Table, by: Sequence[str]) -> None:
        self.table = table
        self.by = tuple(by)
        rows: dict[tuple[str, ...], list[Row]] = {}
        for row in table.rows:
            rows.setdefault(tuple(row.cells[column] for column in by), []).append(row)
        self._rows = {key: _in_order(table, held) for key, held in rows.items()}

    def width(self, column: str) -> int:
        """Characters of the longest text that the column gives.

        Raises:
            TableError: a row gives none.
        """
        for row in self.table.rows:
            if not row.cells[column]:
                raise self.table.wrong(row.line, f"{column} is empty")
        return max((len(row.cells[column]) for row in self.table.rows), default=0)

    def find(self, key: tuple[str, ...], on: date | None = None) -> Row | None:
        """The row that holds for the key, on the day where the table is dated."""
        rows = self._rows.get(key)
        if rows is None:
            return None
        if on is None:
            return rows[0]
        place = bisect_right(rows, on, key=_begins) - 1
        return rows[place] if place >= 0 and on <= rows[place].valid_to else None

    def absent(self, key: tuple[str, ...], on: date | None = None) -> str:
        """Why nothing was found, and what to do."""
        shown = ", ".join(f"{column} {quoted(part)}" for column, part in zip(self.by, key, strict=True))
        when = f" on {on}" if on is not None and self.table.is_dated else ""
        is_small = len(key) == 1 and len(self._rows) <= _SUGGESTED_MAX
        meant = nearest(key[0], [known[0] for known in self._rows]) if is_small else ""
        return f"table {self.table.name} has no row for {shown}{when}{meant or '; add one'}"


def _begins(row: Row) -> date:
    return row.valid_from


def _in_order(table: Table, rows: list[Row]) -> list[Row]:
    """By the day they begin; without a last day, a row holds until the next one begins.

    Raises:
        TableError: two rows hold for one key on one day.
    """
    ordered = sorted(rows, key=_begins)
    for row, later in pairwise(ordered):
        is_open = row.valid_to == date.max and table.is_dated
        if row.valid_from == later.valid_from or (not is_open and row.valid_to >= later.valid_from):
            raise table.wrong(later.line, f"says otherwise what line {row.line} says for the same days")
    return ordered

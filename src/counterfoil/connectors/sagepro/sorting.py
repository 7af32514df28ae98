"""Brings rows with one key together in a temporary file, in bounded memory whatever their number."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from counterfoil.connectors.sagepro.audit.findings import Group
from counterfoil.connectors.sagepro.audit.reading import READ_COLUMNS
from counterfoil.connectors.sagepro.records import COLUMNS, Kind, Row, TableName, Value
from counterfoil.ports.errors import TransientError

CACHE_KIB = 32 * 1024
"""What a sorter keeps in memory; what is beyond goes into a file that is gone when the sorter is."""
_BATCH = 2000
_Entry = tuple[str, int, int, bytes]
_Thaw = Callable[[Any], Value]
_TABLES = tuple(READ_COLUMNS)
_NUMBERS = {table: number for number, table in enumerate(_TABLES)}
_KINDS: dict[Kind, _Thaw] = {
    Kind.MONEY: Decimal,
    Kind.QUANTITY: Decimal,
    Kind.RATE: Decimal,
    Kind.DATE: lambda text: None if text is None else date.fromisoformat(text),
}


@contextmanager
def row_sorter(*columns: str) -> Iterator[RowSorter]:
    """A sorter for one use, which keeps the named columns alone, or all.

    Raises:
        TransientError: the disk of temporary files is full or does not answer.
    """
    try:
        with closing(sqlite3.connect("", isolation_level=None)) as connection:
            yield RowSorter(connection, columns)
    except sqlite3.Error as error:
        raise TransientError(
            f"the audit cannot sort rows in the folder of temporary files ({error}): make room there, or name"
            " another folder in TMPDIR (Linux) or TEMP (Windows); it needs about as much as the tables"
        ) from error


class RowSorter:
    """Takes rows in any order and gives them back by key; all are added before the first is asked for."""

    def __init__(self, connection: sqlite3.Connection, kept: Collection[str]) -> None:
        self._connection = connection
        self._kept = kept
        self._pending: list[_Entry] = []
        self._columns: dict[TableName, tuple[str, ...]] = {}
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(list[Any]).decode
        for statement in (
            "PRAGMA journal_mode = OFF",
            "PRAGMA synchronous = OFF",
            f"PRAGMA cache_size = -{CACHE_KIB}",
            "PRAGMA temp_store = FILE",
            "CREATE TABLE entry (key TEXT, source INTEGER, record INTEGER, payload BLOB)",
            "BEGIN",
        ):
            connection.execute(statement)

    def add(self, key: str, row: Row) -> None:
        columns = self._columns.get(row.table)
        if columns is None:
            wanted = self._kept or READ_COLUMNS[row.table]
            columns = tuple(name for name in READ_COLUMNS[row.table] if name in wanted and name in row.values)
            self._columns[row.table] = columns
        payload = self._encode([row.values[name] for name in columns])
        self._pending.append((key, _NUMBERS[row.table], row.record, payload))
        if len(self._pending) >= _BATCH:
            self._flush()

    def groups(self) -> Iterator[Group]:
        """Rows by key, those of a table in the order of its file."""
        self._flush()
        thaws = {table: _thaws(table, columns) for table, columns in self._columns.items()}
        entries = self._connection.execute(
            "SELECT key, source, record, payload FROM entry ORDER BY key, source, record"
        )
        for key, found in groupby(entries, key=itemgetter(0)):
            rows: dict[TableName, list[Row]] = {}
            for _, source, record, payload in found:
                table = _TABLES[source]
                parts = zip(thaws[table], self._decode(payload), strict=True)
                values = {name: thaw(value) if thaw else value for (name, thaw), value in parts}
                rows.setdefault(table, []).append(Row(table=table, record=record, values=values))
            yield Group(key, rows)

    def _flush(self) -> None:
        self._connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", self._pending)
        self._pending.clear()


def _thaws(table: TableName, columns: tuple[str, ...]) -> list[tuple[str, _Thaw | None]]:
    return [(name, _KINDS.get(COLUMNS[table][name].kind)) for name in columns]

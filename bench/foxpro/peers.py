"""Python libraries that read the same tables, and two that append to them, each in its own way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import dbf
import dbflib
import dbfread

from bench.foxpro.tables import COUNTER, refuse_faulty, timed
from counterfoil.foxpro import Table
from tests.oracle.samples import Row, faults

Reader = Callable[[Path], int]
"""Reads every row and tells how many there were."""
SHOWN = "custno"
"""The field that is read where one is."""


def ours_all(path: Path) -> int:
    with Table.open(path) as table:
        return sum(1 for _ in table.records())


def ours_one(path: Path) -> int:
    with Table.open(path) as table:
        return sum(1 for recno, raw in table.storage.raws() if table.codec.value(raw, recno, SHOWN))


def dbfread_all(path: Path) -> int:
    return sum(1 for _ in dbfread.DBF(str(path)))


def dbf_all(path: Path) -> int:
    return _dbf_read(path, lambda table: [*map(list, table)])


def dbf_one(path: Path) -> int:
    return _dbf_read(path, lambda table: [row[SHOWN] for row in table])


def dbflib_all(path: Path) -> int:
    """It holds the whole file and all rows in memory."""
    table = dbflib.open_dbf_table(str(path))
    try:
        return len(table.read_rows())
    finally:
        table.close()


def dbf_appends(path: Path, rows: Sequence[Row]) -> tuple[float, int]:
    """Rows a second, and how many tags no longer tell the truth afterwards."""
    table = dbf.Table(str(path))

    def append() -> None:
        table.open(dbf.READ_WRITE)
        for row in rows:
            table.append(row)
        table.close()

    seconds = timed(append)
    with Table.open(path) as written:
        if written.read(written.record_count)[COUNTER] != rows[-1][COUNTER]:
            raise AssertionError("the last row is not there")
        return len(rows) / seconds, len(faults(written))


def dbflib_insert(path: Path, row: Row) -> float:
    """Seconds for one row: the whole index is built again."""
    seconds = timed(lambda: dbflib.insert_rows(str(path), [row]))
    refuse_faulty(path)
    return seconds


def _dbf_read(path: Path, read: Callable[[dbf.Table], Sequence[object]]) -> int:
    table = dbf.Table(str(path))
    table.open(dbf.READ_ONLY)
    try:
        return len(read(table))
    finally:
        table.close()

"""Tries rows from all over a table: does the index lead to them, and has a clerk locked them?"""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.connectors.sagepro.discovery.rows import read_blocks
from counterfoil.connectors.sagepro.records import SEARCH_PATHS, Row, TableName
from counterfoil.connectors.sagepro.tables import OpenTables, narrowed
from counterfoil.foxpro.errors import BusyError, FieldValueError, FoxProError
from counterfoil.foxpro.records.record import DELETED_FLAG
from counterfoil.ports.errors import ConfigurationError

PROBES = 400
_NUMBER, _LOCK = "number", "lock_state"
_LOCKABLE = (TableName.CUSTOMERS, TableName.DOCUMENTS)


def stale_indexes(tables: OpenTables) -> Iterator[str]:
    """Tables whose index does not lead from a row's own number back to it."""
    for path in SEARCH_PATHS:
        if path.column != _NUMBER or not path.required:
            continue
        try:
            yield from _stale(tables, path.table)
        except ConfigurationError:
            continue  # Told as a problem of the table already.
        except BusyError:
            raise
        except FoxProError as error:
            yield str(error)


def _stale(tables: OpenTables, name: TableName) -> Iterator[str]:
    looked_at = 0
    missed: list[int] = []
    for row in _rows(tables, name, (_NUMBER,), PROBES):
        number = row.text(_NUMBER)
        if number:
            looked_at += 1
            if not _leads(tables, name, number, row.record) and _still(tables, name, row):
                missed.append(row.record)
    if missed:
        file = tables.bound(name).file
        yield (
            f"the index of {file} does not lead to {len(missed)} of {looked_at} rows that were tried,"
            f" first to record {missed[0]}: let everybody leave, then reindex it"
        )


def _leads(tables: OpenTables, name: TableName, number: str, record: int) -> bool:
    return any(found.record == record for found in tables.find(name, _NUMBER, number))


def _still(tables: OpenTables, name: TableName, row: Row) -> bool:
    """Whether the row is as it was read: others may work meanwhile."""
    table, bound = tables.table(name), tables.bound(name)
    raw = table.raw(row.record)
    if raw[0] == DELETED_FLAG:
        return False
    shape = bound.shapes[_NUMBER]
    codec = narrowed(table, {shape.name})
    return str(codec.decode(raw, row.record)[shape.name] or "").strip() == row.text(_NUMBER)


def locked_rows(tables: OpenTables, rows_max: int) -> Iterator[str]:
    """Rows that a clerk has on the screen, as the rows themselves say: postings to them wait."""
    for name in _LOCKABLE:
        try:
            locked = [row.record for row in _rows(tables, name, (_LOCK,), rows_max) if row.text(_LOCK)]
        except (ConfigurationError, FoxProError):
            continue
        if locked:
            file = tables.bound(name).file
            yield f"{file}: {len(locked)} rows are marked as locked, first record {locked[0]}; postings wait"


def _rows(tables: OpenTables, name: TableName, columns: tuple[str, ...], rows_max: int) -> Iterator[Row]:
    table, bound = tables.table(name), tables.bound(name)
    shapes = {ours: bound.shapes[ours] for ours in columns if ours in bound.shapes}
    codec = narrowed(table, {shape.name for shape in shapes.values()})
    for recno, raw in read_blocks(table, rows_max):
        if raw[0] == DELETED_FLAG:
            continue
        try:
            fields = codec.decode(raw, recno)
        except FieldValueError:
            continue
        values = {ours: str(fields[shape.name] or "").strip() for ours, shape in shapes.items()}
        yield Row(table=name, record=recno, values=values)

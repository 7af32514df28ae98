"""Reads the sample company back for the audit of the sandbox, which knows nothing of the connector."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa

from counterfoil.sandbox.sagepro.audit.books import Books, Count, Entry
from counterfoil.sandbox.sagepro.sql.tables import IDENTITY, MIRRORS, Databases, sql_tables
from counterfoil.sandbox.sagepro.structures.columns import Widths

_EMPTY = date(1900, 1, 1)


def read_books(engine: sa.Engine, widths: Widths, databases: Databases) -> Books:
    """Every table of the company, as it stands in the database."""
    tables: dict[str, list[Entry]] = {}
    with engine.connect() as connection:
        for source, table in sql_tables(widths, databases, sa.MetaData()):
            if table.name not in MIRRORS.values():
                rows = connection.execute(sa.select(table).order_by(table.c[IDENTITY])).mappings()
                tables[source] = [_entry(source, table, dict(row)) for row in rows]
    return Books(tables, {name: Count(len(rows), len(rows)) for name, rows in tables.items()})


def _entry(source: str, table: sa.Table, row: dict[str, object]) -> Entry:
    record = row.pop(IDENTITY)
    assert isinstance(record, int), "an identity is a whole number"  # noqa: S101 - an invariant of the table
    values = {
        name: _value(value, is_text=isinstance(table.c[name].type, sa.String)) for name, value in row.items()
    }
    return Entry(source, record, values)


def _value(value: object, *, is_text: bool) -> object:
    """NULL and blank are one and the same, as are NULL and the empty date."""
    match value:
        case None if is_text:
            return ""
        case datetime():
            return None if value.date() == _EMPTY else value.date()
        case str():
            return value.rstrip(" ")
        case bool() | int() | Decimal() | None:
            return value
        case _:
            return Decimal(str(value))

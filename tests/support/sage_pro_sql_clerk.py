"""A clerk at the screens of the SQL Server edition, simulated in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from typing_extensions import override

from counterfoil.foxpro.records.fields import Field, Value
from counterfoil.foxpro.records.record import Record
from tests.support.sage_pro_clerk import HABITS, ClerkTable, SageProClerk

EMPTY = datetime(1900, 1, 1)  # noqa: DTZ001 - the column has no zone
SYSTEM, COMPANY = "PROSYS", "PRO01"
_BLANKS: tuple[tuple[type[sa.types.TypeEngine[Any]], Value], ...] = (
    (sa.Boolean, False),
    (sa.String, ""),
    (sa.Integer, Decimal(0)),
    (sa.Numeric, Decimal(0)),
    (sa.Float, Decimal(0)),
)


class SqlSageProClerk(SageProClerk):
    """Keys into the company of a database; each row in a transaction of its own."""

    def __init__(self, engine: sa.Engine, habits: Mapping[str, Value] = HABITS) -> None:
        super().__init__(Path(), habits=habits)
        self._engine = engine

    @override
    def _counters(self, module: str) -> Iterator[ClerkTable]:
        yield self._reflected("sysdata", SYSTEM)
        if sa.inspect(self._engine).has_table(f"{module}sysd", schema=COMPANY):
            yield self._reflected(f"{module}sysd", COMPANY)

    @contextmanager
    @override
    def _table(self, name: str) -> Iterator[ClerkTable]:
        yield self._reflected(name, COMPANY)

    def _reflected(self, name: str, schema: str) -> SqlClerkTable:
        return SqlClerkTable(self._engine, name, schema)


class SqlClerkTable(ClerkTable):
    """A table of the database; NULL is shown as the blank of its type."""

    def __init__(self, engine: sa.Engine, name: str, schema: str) -> None:
        self._engine = engine
        self._table = sa.Table(name, sa.MetaData(), schema=schema, autoload_with=engine)

    @property
    @override
    def fields(self) -> Sequence[Field]:
        return [Field(column.name, "C", 1) for column in self._table.c if column.name != "id_col"]

    @override
    def records(self) -> Iterator[Record]:
        with self._engine.connect() as connection:
            found = connection.execute(sa.select(self._table).order_by("id_col")).mappings().all()
        for row in found:
            values = {column.name: _shown(column, row[column.name]) for column in self._table.c}
            yield Record(row["id_col"], deleted=False, values=values)

    @override
    def update(self, recno: int, values: Mapping[str, Value], /) -> None:
        with self._engine.begin() as connection:
            changed = {name: stored(value) for name, value in values.items() if name != "id_col"}
            connection.execute(self._table.update().where(self._table.c.id_col == recno).values(changed))

    @override
    def append(self, values: Mapping[str, Value], /) -> None:
        blanks = {column.name: _shown(column, None) for column in self._table.c if column.name != "id_col"}
        row = {name: stored(value) for name, value in {**blanks, **values}.items() if name != "id_col"}
        with self._engine.begin() as connection:
            connection.execute(self._table.insert().values(row))

    def delete(self, recno: int) -> None:
        with self._engine.begin() as connection:
            connection.execute(self._table.delete().where(self._table.c.id_col == recno))


def _shown(column: sa.Column[Any], value: Any) -> Value:
    if value is None:
        return next((blank for kind, blank in _BLANKS if isinstance(column.type, kind)), None)
    return shown(value)


def shown(value: Any) -> Value:
    """A value as FoxPro's tables show it: no blanks behind, days without a time, exact numbers."""
    match value:
        case datetime():
            return None if value == EMPTY else value.date()
        case str():
            return value.rstrip()
        case Decimal() | int() | bool() | None:
            return value
        case _:
            return Decimal(str(value))


def stored(value: Value) -> object:
    """The opposite."""
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the column has no zone
    return value

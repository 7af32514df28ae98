"""A company's tables in a database as the audit reads them: without a lock, only the columns it asks for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from counterfoil.connectors.sagepro.audit.findings import Count, Unreadable
from counterfoil.connectors.sagepro.audit.reading import READ_COLUMNS
from counterfoil.connectors.sagepro.audit.rows import MISPLACED
from counterfoil.connectors.sagepro.binding import BoundTable
from counterfoil.connectors.sagepro.database import Database
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import COLUMNS, Kind, Row, TableName
from counterfoil.connectors.sagepro.sql.server import Server
from counterfoil.connectors.sagepro.sql.tables import Bindings, plain
from counterfoil.ports.errors import ConfigurationError

Advance = Callable[[str, int, int], None]
REQUIRED = (TableName.CUSTOMERS, TableName.DOCUMENTS)
"""Tables without which there is nothing to audit."""
_AT_ONCE = 2000


@contextmanager
def open_books(profile: Profile, database: Database, advance: Advance) -> Iterator[SqlBooks]:
    """The company's tables, over connections of the audit's own.

    Raises:
        ConfigurationError: a table that every company has is missing or unfit.
        TransientError: the database does not answer.
    """
    server = Server.of(database)
    try:
        with server.reading() as connection:
            bindings = Bindings.read(connection, server.product, profile)
            yield SqlBooks(bindings, connection, advance)
    finally:
        server.close()


class SqlBooks:
    """One thread at a time. Others may write meanwhile: each table is read as it then stands."""

    def __init__(self, bindings: Bindings, connection: sa.Connection, advance: Advance) -> None:
        self._bindings = bindings
        self._connection = connection
        self._advance = advance
        self._bound: dict[TableName, BoundTable] = {}
        self._absent: dict[TableName, str] = {}
        for name in READ_COLUMNS:
            self._bind(name)
        self._stamps = {name: self._stamp(name) for name in self._bound}

    @property
    def columns(self) -> Mapping[TableName, Collection[str]]:
        return {name: frozenset(bound.shapes) for name, bound in self._bound.items()}

    @property
    def absent(self) -> Mapping[TableName, str]:
        return self._absent

    @property
    def changed(self) -> Sequence[str]:
        """Tables to which rows were added, or from which some were taken, since they were opened."""
        return [self.file(name) for name, stamp in self._stamps.items() if self._stamp(name) != stamp]

    def file(self, name: TableName) -> str:
        return self._bound[name].file

    def field(self, name: TableName, column: str) -> str:
        shape = self._bound[name].shapes.get(column)
        return shape.name if shape else column

    def count(self, table: TableName) -> Count:
        """A database keeps no second count that could differ."""
        count, _ = self._stamp(table)
        return Count(count, count)

    def rows(self, table: TableName) -> Iterator[Row | Unreadable]:
        bound, total = self._bound[table], self._stamps[table][0]
        found = self._connection.execute(self._asked(table).execution_options(yield_per=_AT_ONCE))
        names = [shape.name for shape in bound.shapes.values()]
        for done, (number, *values) in enumerate(found, start=1):
            if done % _AT_ONCE == 0 or done == total:
                self._advance(bound.file, done, total)
            yield _row(bound, number, dict(zip(names, map(plain, values), strict=True)))

    def _asked(self, name: TableName) -> sa.Select[Any]:
        table, identity = self._bindings.table(name), self._bindings.identity(name)
        columns = [table.c[shape.name] for shape in self._bound[name].shapes.values()]
        return sa.select(identity.label("row_number"), *columns).order_by(identity)

    def _stamp(self, name: TableName) -> tuple[int, int | None]:
        """How many rows there are, and the number of the last."""
        identity = self._bindings.identity(name)
        asked = sa.select(sa.func.count(), sa.func.max(identity)).select_from(self._bindings.table(name))
        count, last = tuple(self._connection.execute(asked).one())
        return count, last

    def _bind(self, name: TableName) -> None:
        try:
            bound = self._bindings.bound(name)
        except ConfigurationError as error:
            if name in REQUIRED:
                raise
            self._absent[name] = str(error)
        else:
            shapes = {ours: shape for ours, shape in bound.shapes.items() if ours in READ_COLUMNS[name]}
            self._bound[name] = replace(bound, shapes=shapes)


def _row(bound: BoundTable, number: int, fields: Mapping[str, object]) -> Row | Unreadable:
    try:
        row = bound.parse(number, fields)
    except ConfigurationError as error:
        return Unreadable(bound.name, number, str(error))
    column, shape = COLUMNS[bound.name].get("number"), bound.shapes.get("number")
    if column is None or shape is None or column.kind is not Kind.NUMBER:
        return row
    stored = str(fields[shape.name] or "").rstrip(" ")
    if stored and len(stored) != shape.width:
        return replace(row, values={**row.values, MISPLACED: stored})
    return row

"""One company's tables in a database, bound from the catalogue and found by our own names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from counterfoil.connectors.sagepro.binding import BoundTable, bind_table
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import Row, TableName
from counterfoil.connectors.sagepro.sql.catalogue import (
    WIDE,
    CatalogueColumn,
    CatalogueTable,
    read_catalogue,
)
from counterfoil.connectors.sagepro.sql.products import ROW_LOCKS, Product
from counterfoil.ports.errors import ConfigurationError

EMPTY_DATE = datetime(1900, 1, 1)  # noqa: DTZ001 - the column has no zone
"""What SQL Server shows for a date that nobody filled in (verified at one site; NULL occurs as well)."""


class Bindings:
    """What the catalogue says of the company's tables; read once, when the company is opened."""

    def __init__(self, profile: Profile, found: Mapping[str, CatalogueTable]) -> None:
        self.profile = profile
        self._found = found
        self._bound: dict[TableName, BoundTable] = {}
        self._tables: dict[TableName, sa.Table] = {}

    @classmethod
    def read(cls, connection: sa.Connection, product: Product, profile: Profile) -> Bindings:
        """Asks the catalogues of the company's database and of the system's."""
        database = profile.database
        assert database is not None, "the profile is one of the SQL Server edition"  # noqa: S101 - its validator
        own = [name.value for name in TableName if name is not TableName.SYSTEM]
        own += [name.value for name in profile.own_tables]
        found = read_catalogue(connection, product, database.company_db, own)
        system = read_catalogue(connection, product, database.system_db, [TableName.SYSTEM.value])
        return cls(profile, {**found, **system})

    def has(self, name: TableName) -> bool:
        """Whether the site has the table."""
        return name.value in self._found

    def catalogue(self, name: TableName) -> CatalogueTable:
        """Raises ConfigurationError where the table is missing or its rows bear no number."""
        found = self._found.get(name.value)
        database = self.profile.database
        if found is None:
            place = database.company_db if database else ""
            raise ConfigurationError(
                f"the database {place} has no table {name.value}: check company_db in the profile"
            )
        if not found.identity:
            raise ConfigurationError(
                f"table {found.name} has no identity column, so that its rows cannot be told apart"
            )
        return found

    def bound(self, name: TableName) -> BoundTable:
        """Our columns in the table.

        Raises:
            ConfigurationError: the table or a required column is missing or unfit.
        """
        if name not in self._bound:
            found = self.catalogue(name)
            overrides = self.profile.columns.get(name, {})
            added = self.profile.own_columns(name)
            self._bound[name] = bind_table(name, found.name, found.shapes(), overrides, added)
        return self._bound[name]

    def table(self, name: TableName) -> sa.Table:
        """The table for statements, with its identity column as the primary key."""
        if name not in self._tables:
            found = self.catalogue(name)
            columns = (
                sa.Column(each.name, type_of(each), primary_key=each.name == found.identity)
                for each in found.columns
            )
            # A trigger on the table would refuse SQL Server's OUTPUT clause; SCOPE_IDENTITY does without.
            self._tables[name] = sa.Table(
                found.name,
                sa.MetaData(),
                *columns,
                schema=found.schema,
                implicit_returning=not found.has_trigger,
            )
        return self._tables[name]

    def identity(self, name: TableName) -> sa.Column[Any]:
        return self.table(name).c[self.catalogue(name).identity]

    def column(self, name: TableName, ours: str) -> sa.Column[Any]:
        return self.table(name).c[self.bound(name).shapes[ours].name]


class SqlTables:
    """The company's tables over one connection. What `find_with_fields` gives is locked until its end."""

    def __init__(self, bindings: Bindings, connection: sa.Connection, *, locks: bool) -> None:
        self._bindings = bindings
        self._connection = connection
        self._locks = locks

    @property
    def profile(self) -> Profile:
        return self._bindings.profile

    @property
    def turn(self) -> AbstractContextManager[None]:
        """Nobody's: a database lets many search at once."""
        return nullcontext()

    def has(self, name: TableName) -> bool:
        return self._bindings.has(name)

    def is_findable(self, name: TableName, column: str) -> bool:
        """Whether the site has the table and the column, with an index or without."""
        try:
            return self.has(name) and column in self.bound(name).shapes
        except ConfigurationError:
            return False

    def bound(self, name: TableName) -> BoundTable:
        return self._bindings.bound(name)

    def find(self, name: TableName, column: str, text: str) -> Iterator[Row]:
        """The rows whose column holds the text, not locked; none where there is no such table or column.

        A blank text finds nothing.
        """
        for row, _ in self._found(name, column, text, locks=False):
            yield row

    def find_with_fields(
        self, name: TableName, column: str, text: str
    ) -> Iterator[tuple[Row, Mapping[str, Any]]]:
        """The same, each row with the site's own fields as they were read."""
        return self._found(name, column, text, locks=self._locks)

    def moved_receipts(self, customer: str, since: date) -> Iterable[Row]:
        """The customer's receipts in history from that day on; none where the site keeps no such table."""
        name = TableName.CASH_HISTORY
        if not self.has(name):
            return
        late = self._bindings.column(name, "paid_on") >= since
        for row, _ in self._found(name, "customer", customer, locks=False, also=late):
            yield row

    def _found(
        self,
        name: TableName,
        column: str,
        text: str,
        *,
        locks: bool,
        also: sa.ColumnElement[bool] | None = None,
    ) -> Iterator[tuple[Row, Mapping[str, Any]]]:
        if not text or not self.has(name):
            return
        bound = self.bound(name)
        key = bound.search_key(column, text) if column in bound.shapes else None
        if key is None:
            return
        asked = rows_of(self._bindings, name, column, key, locks=locks)
        for number, *values in self._connection.execute(asked if also is None else asked.where(also)):
            names = (shape.name for shape in bound.shapes.values())
            fields = {field: plain(value) for field, value in zip(names, values, strict=True)}
            row = bound.parse(number, fields)
            if row.text(column).upper() == text.upper():
                yield row, fields


def rows_of(bindings: Bindings, name: TableName, column: str, key: str, *, locks: bool) -> sa.Select[Any]:
    """The rows of a table whose column equals the key, in the order of their numbers."""
    table, identity = bindings.table(name), bindings.identity(name)
    wanted = bindings.column(name, column)
    columns = [table.c[shape.name] for shape in bindings.bound(name).shapes.values()]
    # Without the cast SQL Server takes a text for nvarchar and reads the whole table instead of an index.
    same = wanted == sa.cast(sa.bindparam(None, key, wanted.type), wanted.type)
    asked = sa.select(identity.label("row_number"), *columns).where(same).order_by(identity)
    return asked.with_for_update(of=table).with_hint(table, ROW_LOCKS, "mssql") if locks else asked


def plain(value: Any) -> Any:
    """A value as the rest of the connector knows it: days without a time, an empty one as None."""
    if isinstance(value, datetime):
        return None if value == EMPTY_DATE else value.date()
    return None if value == EMPTY_DATE.date() else value


def stored(value: Any, column: sa.Column[Any]) -> Any:
    """The opposite: days as the column has them, never NULL."""
    if isinstance(column.type, sa.DateTime | sa.Date) and value is None:
        value = EMPTY_DATE.date()
    if isinstance(value, date) and isinstance(column.type, sa.DateTime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the column has no zone
    return value


def type_of(column: CatalogueColumn) -> sa.types.TypeEngine[Any]:
    """The type of statements' values; that of a column which nobody asks for does not matter."""
    width = None if column.shape.width == WIDE else column.shape.width
    kinds: Mapping[str, sa.types.TypeEngine[Any]] = {
        "C": sa.CHAR(width),
        "V": sa.VARCHAR(width),
        "M": sa.Text(),
        "N": sa.Numeric(column.precision, column.scale),
        "Y": sa.Numeric(19, 4),
        "I": sa.BigInteger(),
        "B": sa.Double(),
        "D": sa.Date() if column.type == "date" else sa.DateTime(),
        "L": sa.Boolean(),
    }
    return kinds.get(column.letter, sa.types.NullType())


def missing(bindings: Bindings, names: Collection[TableName]) -> Iterator[str]:
    """Every table and column that is missing or unfit, with what to do."""
    for name in names:
        try:
            bindings.bound(name)
        except ConfigurationError as error:
            yield str(error)

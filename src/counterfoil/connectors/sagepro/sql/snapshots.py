"""A company's tables in a database as snapshots are taken of them: read-only, without a lock of ours."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from typing_extensions import override

from counterfoil.connectors.sagepro.binding import Shape
from counterfoil.connectors.sagepro.calibration.row_formats import ValueFormat
from counterfoil.connectors.sagepro.calibration.snapshot import Numbered, Source
from counterfoil.connectors.sagepro.calibration.taking import CompanyTables, Kept
from counterfoil.connectors.sagepro.database import Database
from counterfoil.connectors.sagepro.sql.cards import card_columns
from counterfoil.connectors.sagepro.sql.catalogue import LETTERS, CatalogueTable, read_catalogue
from counterfoil.connectors.sagepro.sql.ledger_tables import PREFIX
from counterfoil.connectors.sagepro.sql.server import Server
from counterfoil.connectors.sagepro.sql.tables import plain
from counterfoil.connectors.sagepro.sql.troubles import translated
from counterfoil.ports.errors import ConfigurationError

_SYSTEM = "sy"
_AT_ONCE = 2000


@contextmanager
def open_tables(database: Database) -> Iterator[CompanyTables]:
    """The tables of the company's database and the system's, over connections of their own.

    Raises:
        ConfigurationError: the database refuses.
        TransientError: it does not answer.
    """
    server = Server.of(database)
    try:
        with server.reading() as connection:
            own = read_catalogue(connection, server.product, database.company_db)
            system = read_catalogue(connection, server.product, database.system_db)
        of_system = {name: table for name, table in system.items() if name.startswith(_SYSTEM)}
        ours = {name: table for name, table in own.items() if not name.startswith(PREFIX)}
        yield DatabaseTables(server, {**of_system, **ours})
    finally:
        server.close()


class DatabaseTables(CompanyTables):
    """The tables by lower-case name."""

    def __init__(self, server: Server, found: Mapping[str, CatalogueTable]) -> None:
        self._server = server
        self._found = found

    @property
    @override
    def names(self) -> Sequence[str]:
        return sorted(self._found)

    @override
    def require_outside(self, file: Path) -> None:
        """No file lies in a database."""

    @contextmanager
    @override
    def read(self, name: str) -> Iterator[Kept]:
        table = self._found[name]
        if not table.identity:
            raise ConfigurationError("it has no identity column, so that its rows cannot be told apart")
        with translated(), self._server.reading() as connection:
            unread = frozenset(column.lower() for column in card_columns(connection, table))
            form = format_of(table, unread)
            source = Source(name=name, file=table.name, format=form, unread=tuple(sorted(unread)))
            yield source, _kept(connection, table, form)

    @override
    def structures(self, names: Collection[str]) -> Mapping[str, str]:
        return {name: format_of(table).structure for name, table in self._found.items() if name in names}


def format_of(table: CatalogueTable, unread: frozenset[str] = frozenset()) -> ValueFormat:
    """Memos are left out, as are columns of types that hold neither text nor number nor day."""
    columns = [column for column in table.columns if column.name != table.identity]
    odd = {each.name.lower() for each in columns if each.letter == "M" or each.type not in LETTERS}
    return ValueFormat(tuple(_shape(column.shape) for column in columns), unread | odd)


def _shape(shape: Shape) -> Shape:
    return Shape(shape.name.lower(), shape.type, shape.width, shape.decimals, shape.digits)


def _kept(connection: sa.Connection, table: CatalogueTable, form: ValueFormat) -> Iterator[Numbered]:
    identity: sa.ColumnClause[int] = sa.column(table.identity)
    names = [column.name for column in table.columns if column.name.lower() in form.shapes]
    columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in names]
    asked = sa.select(identity, *columns).select_from(sa.table(table.name, schema=table.schema))
    found = connection.execute(asked.order_by(identity).execution_options(yield_per=_AT_ONCE))
    for number, *values in found:
        yield number, form.encode([plain(value) for value in values])

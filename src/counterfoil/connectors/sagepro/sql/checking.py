"""Looks at one company in a database before anything is posted; nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from counterfoil.connectors.sagepro.database import Database
from counterfoil.connectors.sagepro.discovery.further import Further, look_further
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import POSTING_TABLES, TableName
from counterfoil.connectors.sagepro.sql.cards import FilledColumn, filled_columns
from counterfoil.connectors.sagepro.sql.catalogue import CatalogueTable, read_catalogue
from counterfoil.connectors.sagepro.sql.server import Server
from counterfoil.connectors.sagepro.sql.tables import Bindings, SqlTables, missing
from counterfoil.ports.errors import ConfigurationError

_LOCKABLE = (TableName.CUSTOMERS, TableName.DOCUMENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseCheck:
    """What was found."""

    problems: tuple[str, ...]
    columns: dict[TableName, tuple[str, ...]]
    accounts: frozenset[str] | None
    further: Further
    notes: tuple[str, ...]
    cards: tuple[FilledColumn, ...]
    rows: int


def check_database(profile: Profile, database: Database, rows_max: int) -> DatabaseCheck:
    """Reads the catalogue, and of the tables at most so many rows each.

    Raises:
        ConfigurationError: the database refuses.
        TransientError: it does not answer.
    """
    server = Server.of(database)
    try:
        with server.reading() as connection:
            bindings = Bindings.read(connection, server.product, profile)
            tables = read_catalogue(connection, server.product, database.company_db)
            cards, rows = _cards(connection, list(tables.values()), rows_max)
            return DatabaseCheck(
                problems=tuple(dict.fromkeys(missing(bindings, (*POSTING_TABLES, *profile.own_tables)))),
                columns=dict(_columns(bindings)),
                accounts=_accounts(connection, bindings),
                further=look_further(SqlTables(bindings, connection, locks=False)),
                notes=(*_locked(connection, bindings), *_triggers(bindings)),
                cards=tuple(cards),
                rows=rows,
            )
    finally:
        server.close()


def _columns(bindings: Bindings) -> Iterator[tuple[TableName, tuple[str, ...]]]:
    """A table that does not fit is told as a problem already."""
    for name in POSTING_TABLES:
        try:
            yield name, tuple(bindings.bound(name).shapes)
        except ConfigurationError:
            continue


def _accounts(connection: sa.Connection, bindings: Bindings) -> frozenset[str] | None:
    try:
        number = bindings.column(TableName.ACCOUNTS, "number")
    except ConfigurationError:
        return None
    return frozenset(str(text or "").strip() for (text,) in connection.execute(sa.select(number)))


def _locked(connection: sa.Connection, bindings: Bindings) -> Iterator[str]:
    for name in _LOCKABLE:
        try:
            if "lock_state" not in bindings.bound(name).shapes:
                continue
        except ConfigurationError:
            continue
        table, state = bindings.table(name), bindings.column(name, "lock_state")
        asked = sa.select(sa.func.count(), sa.func.min(bindings.identity(name))).select_from(table)
        count, first = tuple(connection.execute(asked.where(sa.func.coalesce(state, "") != "")).one())
        if count:
            yield f"{table.name}: {count} rows are marked as locked, first row {first}; postings wait"


def _triggers(bindings: Bindings) -> Iterator[str]:
    for name in POSTING_TABLES:
        if bindings.has(name) and bindings.catalogue(name).has_trigger:
            yield f"{name.value} has a trigger of the site's own: look at what it does to a new row"


def _cards(
    connection: sa.Connection, tables: Collection[CatalogueTable], rows_max: int
) -> tuple[list[FilledColumn], int]:
    found: list[FilledColumn] = []
    rows = 0
    for table in tables:
        columns, looked_at = filled_columns(connection, table, rows_max)
        found += columns
        rows += looked_at
    return found, rows

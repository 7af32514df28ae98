"""Looks at one company in a database before anything is posted; nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from counterfoil.connectors.sagepro.database import Database
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import POSTING_TABLES, TableName
from counterfoil.connectors.sagepro.sql.catalogue import CatalogueColumn, CatalogueTable, read_catalogue
from counterfoil.connectors.sagepro.sql.server import Server
from counterfoil.connectors.sagepro.sql.tables import Bindings, missing
from counterfoil.ports.errors import ConfigurationError
from counterfoil.security.card_guard import clean_object
from counterfoil.security.card_numbers import find_card_numbers

_SHORTEST = 13
"""A card number has 13 digits at least."""
_LOCKABLE = (TableName.CUSTOMERS, TableName.DOCUMENTS)


@dataclass(frozen=True, slots=True)
class FilledColumn:
    """A text column with how many of the rows that were looked at hold what looks like a card number."""

    table: str
    column: str
    count: int
    looked_at: int
    is_named_so: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseCheck:
    """What was found."""

    problems: tuple[str, ...]
    columns: dict[TableName, tuple[str, ...]]
    accounts: frozenset[str] | None
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
                problems=tuple(dict.fromkeys(missing(bindings, POSTING_TABLES))),
                columns=dict(_columns(bindings)),
                accounts=_accounts(connection, bindings),
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
        texts = [column for column in table.columns if _may_hold(column)]
        if texts:
            columns, looked_at = _counted(connection, table, texts, rows_max)
            found += columns
            rows += looked_at
    return found, rows


def _may_hold(column: CatalogueColumn) -> bool:
    return column.letter in {"C", "V"} and (column.shape.width >= _SHORTEST or _is_named_so(column.name))


def _is_named_so(name: str) -> bool:
    return name.lower() not in clean_object({name.lower(): "x"})[0]


def _counted(
    connection: sa.Connection, table: CatalogueTable, texts: Collection[CatalogueColumn], rows_max: int
) -> tuple[list[FilledColumn], int]:
    columns: list[sa.ColumnClause[str]] = [sa.column(column.name) for column in texts]
    asked = sa.select(*columns).select_from(sa.table(table.name, schema=table.schema)).limit(rows_max)
    counts: Counter[str] = Counter()
    looked_at = 0
    for row in connection.execute(asked):
        looked_at += 1
        counts.update(
            column.name
            for column, value in zip(texts, tuple(row), strict=True)
            if _holds(column, str(value or "").strip())
        )
    named = {column.name for column in texts if _is_named_so(column.name)}
    found = [
        FilledColumn(table.name, name, count, looked_at, name in named) for name, count in counts.items()
    ]
    return found, looked_at


def _holds(column: CatalogueColumn, text: str) -> bool:
    if not text:
        return False
    return _is_named_so(column.name) or any(find_card_numbers(text, everywhere=False))

"""Writes the sample company into a PostgreSQL database, where schemas stand for Sage Pro's databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa

from counterfoil.sandbox.sagepro.company import Company
from counterfoil.sandbox.sagepro.rows.values import Value
from counterfoil.sandbox.sagepro.sql.tables import COUNTERS, MIRRORS, Databases, sql_tables

EMPTY_DATE = datetime(1900, 1, 1)  # noqa: DTZ001 - the column has no zone
NULL_EVERY = 7
"""In so many rows one has NULL where the others have the empty date or blanks: both occur at sites."""
_KEYS = frozenset({"invno", "custno", "sono", "item", "sysid", "loctid", "glacnt", "scode", "icode"})

Progress = Callable[[str, int], None]


class DatabaseTakenError(Exception):
    """A schema of that name is there; a company is only ever written into new ones."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the database has a schema {name}: nothing was written. Choose other names.")
        self.name = name


class DatabaseKindError(Exception):
    """The sample company is made in PostgreSQL alone."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"the sample company cannot be made in {kind}: name a PostgreSQL database"
            " (postgresql+psycopg://...). No SQL Server was ever reached by this program"
        )


class DatabaseUnreachableError(Exception):
    """The database does not answer, or the address is none."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"{why}: name a database that you may make schemas in, with its password in PGPASSWORD"
        )


@contextmanager
def open_database(dsn: str) -> Iterator[sa.Engine]:
    """The database at an address such as ``postgresql+psycopg://user@host/name``.

    Raises:
        DatabaseUnreachableError: it is no address, or what is done there fails.
        DatabaseKindError: it is no PostgreSQL database.
    """
    try:
        url = sa.make_url(dsn)
        if url.get_backend_name() != "postgresql":
            raise DatabaseKindError(url.get_backend_name())
        engine = sa.create_engine(url, hide_parameters=True)
    except sa.exc.ArgumentError as error:
        raise DatabaseUnreachableError("this is no address of a database") from error
    try:
        yield engine
    except sa.exc.DBAPIError as error:
        raise DatabaseUnreachableError(str(error.orig).strip()) from error
    finally:
        engine.dispose()


def write_company(
    company: Company,
    engine: sa.Engine,
    databases: Databases,
    progress: Progress = lambda _table, _rows: None,
) -> None:
    """Makes everything in one transaction: after an interruption there is either all of it or nothing.

    Raises:
        DatabaseTakenError: a schema of one of the names is there already.
    """
    metadata = sa.MetaData()
    tables = list(sql_tables(company.widths, databases, metadata))
    with engine.begin() as connection:
        taken = set(sa.inspect(connection).get_schema_names())
        for name in (databases.system, databases.company):
            if name in taken:
                raise DatabaseTakenError(name)
            connection.execute(sa.schema.CreateSchema(name))
        metadata.create_all(connection)
        for source, table in tables:
            rows = list(_rows(company, source, table))
            if rows:
                connection.execute(table.insert(), rows)
            progress(table.name, len(rows))


def _rows(company: Company, source: str, table: sa.Table) -> Iterator[dict[str, object]]:
    """Live rows alone: an SQL table has none that are flagged deleted."""
    live = [row for _, row in company.live(source)]
    if table.name in MIRRORS.values():
        module = next(name for name, mirror in MIRRORS.items() if mirror == table.name)
        live = [row for row in live if str(row["sysid"]).startswith(module) and not row["pass2"]]
    for number, row in enumerate(live):
        yield {name: _stored(name, value, table, number) for name, value in row.items()}


def _stored(name: str, value: Value, table: sa.Table, number: int) -> object:
    is_date = isinstance(table.c[name].type, sa.DateTime)
    if is_date and value is None:
        return None if number % NULL_EVERY == 0 else EMPTY_DATE
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the column has no zone
    if value == "" and number % NULL_EVERY == 0 and name not in _KEYS and table.name != COUNTERS:
        return None
    return _exact(value, table.c[name].type)


def _exact(value: Value, kind: object) -> object:
    """Whole numbers go into integer columns as such."""
    return int(value) if isinstance(kind, sa.Integer) and isinstance(value, Decimal) else value

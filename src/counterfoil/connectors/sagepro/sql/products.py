"""What PostgreSQL and SQL Server do differently, as far as the connector meets it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa

from counterfoil.ports.errors import ConfigurationError

ROW_LOCKS = "WITH (UPDLOCK, HOLDLOCK, ROWLOCK)"
"""SQL Server's hint for rows that are read to be written; PostgreSQL has FOR UPDATE for it."""


class Product(Protocol):
    """One kind of database server."""

    @property
    def name(self) -> str:
        """As SQLAlchemy calls its dialect."""
        ...

    def databases(self) -> sa.TextClause:
        """The names of all databases that may hold Sage Pro's tables."""
        ...

    def catalogue(self, database: str) -> str:
        """The schema in which the standard's catalogue of one of Sage Pro's databases lies."""
        ...

    def catalogue_schema(self, database: str) -> str | None:
        """The one schema that the catalogue is to be asked for; None for all of them."""
        ...

    def schema(self, database: str, schema: str) -> str:
        """How a schema of one of Sage Pro's databases is written before a table's name."""
        ...

    def identities(self, database: str) -> sa.TextClause | None:
        """Names of tables and their identity columns; None where the standard's catalogue tells them."""
        ...

    def triggers(self, database: str) -> sa.TextClause:
        """Names of tables that have a trigger."""
        ...

    def collation(self) -> sa.TextClause | None:
        """The collation of columns for which the catalogue names none; None where it always does."""
        ...

    def wait_at_most(self, milliseconds: int) -> sa.TextClause:
        """Bounds every wait for a row of the transaction."""
        ...

    def checksum(self, columns: Sequence[sa.Column[Any]]) -> sa.ColumnElement[Any]:
        """Another value, with few exceptions, where a row of a table holds something else in the columns."""
        ...

    def take_lock(self, database: str) -> sa.TextClause:
        """Asks for a company's lock, which lasts as long as the connection; tells 1 where it was given.

        It is waited for as long as for any row, and an end of that wait may be told as an error instead.
        """
        ...


@dataclass(frozen=True, slots=True)
class Postgres:
    """PostgreSQL, where a schema stands for each of Sage Pro's databases."""

    name: str = "postgresql"

    def databases(self) -> sa.TextClause:
        return sa.text(
            "SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT LIKE 'pg\\_%'"
            " AND schema_name <> 'information_schema' ORDER BY schema_name"
        )

    def catalogue(self, database: str) -> str:
        del database
        return "information_schema"

    def catalogue_schema(self, database: str) -> str | None:
        return database

    def schema(self, database: str, schema: str) -> str:
        del database
        return schema

    def identities(self, database: str) -> None:
        del database

    def triggers(self, database: str) -> sa.TextClause:
        found = "SELECT DISTINCT event_object_table FROM information_schema.triggers"
        return sa.text(f"{found} WHERE trigger_schema = :database").bindparams(database=database)

    def collation(self) -> sa.TextClause:
        return sa.text(
            "SELECT COALESCE(datlocale, datcollate) FROM pg_database WHERE datname = current_database()"
        )

    def wait_at_most(self, milliseconds: int) -> sa.TextClause:
        return sa.text(f"SET LOCAL lock_timeout = {int(milliseconds)}")

    def checksum(self, columns: Sequence[sa.Column[Any]]) -> sa.ColumnElement[Any]:
        row = sa.cast(sa.func.row(*columns), sa.Text)
        return sa.func.sum(sa.func.hashtextextended(row, sa.literal_column("0")))

    def take_lock(self, database: str) -> sa.TextClause:
        key = int.from_bytes(hashlib.sha256(f"counterfoil {database}".encode()).digest()[:8], signed=True)
        return sa.text("SELECT 1 FROM pg_advisory_lock(:key)").bindparams(key=key)


@dataclass(frozen=True, slots=True)
class SqlServer:
    """Microsoft SQL Server; nothing of this was ever run."""

    name: str = "mssql"

    def databases(self) -> sa.TextClause:
        return sa.text("SELECT name FROM sys.databases WHERE HAS_DBACCESS(name) = 1 ORDER BY name")

    def catalogue(self, database: str) -> str:
        return f"{database}.INFORMATION_SCHEMA"

    def catalogue_schema(self, database: str) -> None:
        del database

    def schema(self, database: str, schema: str) -> str:
        return f"{database}.{schema}"

    def identities(self, database: str) -> sa.TextClause:
        quoted = _quoted(database)
        return sa.text(
            f"SELECT t.name, c.name FROM {quoted}.sys.identity_columns AS c"  # noqa: S608 - a checked name
            f" JOIN {quoted}.sys.tables AS t ON t.object_id = c.object_id"
        )

    def triggers(self, database: str) -> sa.TextClause:
        quoted = _quoted(database)
        return sa.text(
            f"SELECT DISTINCT t.name FROM {quoted}.sys.triggers AS g"  # noqa: S608 - a checked name
            f" JOIN {quoted}.sys.tables AS t ON t.object_id = g.parent_id WHERE g.is_disabled = 0"
        )

    def collation(self) -> None:
        return None

    def wait_at_most(self, milliseconds: int) -> sa.TextClause:
        return sa.text(f"SET LOCK_TIMEOUT {int(milliseconds)}")

    def checksum(self, columns: Sequence[sa.Column[Any]]) -> sa.ColumnElement[Any]:
        """Some changes that cancel each other out are not seen by it, as its documents say."""
        return sa.func.checksum_agg(sa.func.binary_checksum(*columns))

    def take_lock(self, database: str) -> sa.TextClause:
        """Its scope is the database it is asked in, and its name is compared letter by letter (inferred)."""
        return sa.text(
            f"DECLARE @given int; EXEC @given = {_quoted(database)}.sys.sp_getapplock @Resource = :name,"
            " @LockMode = 'Exclusive', @LockOwner = 'Session'; SELECT CASE WHEN @given >= 0 THEN 1 ELSE 0 END"
        ).bindparams(name=f"counterfoil {database.casefold()}")


PRODUCTS: tuple[Product, ...] = (Postgres(), SqlServer())


def product_of(dialect: str) -> Product:
    """The product by its dialect's name.

    Raises:
        ConfigurationError: it is none that Sage Pro's tables are looked for in.
    """
    for product in PRODUCTS:
        if product.name == dialect:
            return product
    raise ConfigurationError(f"{dialect} is no database that Sage Pro's tables are looked for in: name mssql")


def _quoted(name: str) -> str:
    return f"[{name}]"

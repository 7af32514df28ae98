"""A small Sage Pro company as the SQL Server edition keeps it, in a PostgreSQL database."""

from __future__ import annotations

import sqlalchemy as sa
from psycopg.conninfo import conninfo_to_dict

from counterfoil.store.database import Database


def dsn_of(database: Database) -> str:
    """The address of a test's own database, with the password in it."""
    return address_of(database).set(password=password_of(database)).render_as_string(hide_password=False)


def address_of(database: Database) -> sa.URL:
    """The address without the password."""
    parts = conninfo_to_dict(database.conninfo)
    return sa.URL.create(
        "postgresql+psycopg",
        username=str(parts["user"]),
        database=str(parts["dbname"]),
        query={"host": str(parts["host"]), "port": str(parts["port"])},
    )


def password_of(database: Database) -> str:
    return str(conninfo_to_dict(database.conninfo)["password"])

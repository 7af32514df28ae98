"""One connection pool to the hub's database, embedded or the user's own; errors come out in our words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa
from psycopg import errors as pg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from counterfoil.ports.errors import CounterfoilError
from counterfoil.store.errors import ContentionError, StorageFullError, StoreUnavailableError

SCHEMA = "counterfoil"
ENGINE_SCHEMA = "engine"
POOL_SIZE = 10
CONNECT_SECONDS = 10
SESSION_OPTIONS = f"-c search_path={SCHEMA},{ENGINE_SCHEMA} -c TimeZone=UTC"


def session_conninfo(conninfo: str) -> str:
    """The user's connection string or URL, with what every session of ours needs."""
    plain = conninfo.replace("postgresql+psycopg://", "postgresql://", 1)
    known = conninfo_to_dict(plain)
    return make_conninfo(
        plain,
        options=f"{known.get('options') or ''} {SESSION_OPTIONS}".strip(),
        connect_timeout=str(known.get("connect_timeout") or CONNECT_SECONDS),
        application_name=str(known.get("application_name") or "counterfoil"),
    )


def translate(error: sa.exc.DBAPIError) -> CounterfoilError | None:
    """What the driver's error means for the caller; None: it is the statement's own fault."""
    cause = error.orig
    if isinstance(cause, pg.DiskFull):
        return StorageFullError("the database's disk is full: free space, then it goes on by itself")
    if isinstance(cause, (pg.DeadlockDetected, pg.SerializationFailure)):
        return ContentionError("another transaction was in the way: try again")
    if isinstance(cause, psycopg.OperationalError) or error.connection_invalidated:
        return StoreUnavailableError("the database does not answer: see that its server runs")
    return None


class Database:
    """The hub's PostgreSQL, whoever runs the server."""

    def __init__(self, conninfo: str, *, pool_size: int = POOL_SIZE) -> None:
        self.conninfo = session_conninfo(conninfo)
        self.engine = sa.create_engine(
            "postgresql+psycopg://",
            creator=lambda: psycopg.connect(self.conninfo),
            pool_size=pool_size,
            max_overflow=0,
            pool_pre_ping=True,
        )

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Everything inside is committed together, or not at all.

        Raises:
            StoreUnavailableError: no answer; if it came at the end, the commit's outcome is not known.
            StorageFullError: the disk is full; nothing was committed.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except sa.exc.DBAPIError as error:
            known = translate(error)
            if known is None:
                raise
            raise known from error
        except sa.exc.TimeoutError as error:
            raise StoreUnavailableError("all connections to the database are in use") from error

    def close(self) -> None:
        self.engine.dispose()

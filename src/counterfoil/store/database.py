"""One connection pool to the hub's database, embedded or the user's own; errors come out in our words."""

from __future__ import annotations

import select
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


def translate(cause: BaseException | None, *, invalidated: bool = False) -> CounterfoilError | None:
    """What the driver's error means for the caller; None: it is the statement's own fault."""
    match cause:
        case pg.DiskFull():
            return StorageFullError("the database's disk is full: free space, then it goes on by itself")
        case pg.DeadlockDetected() | pg.SerializationFailure():
            return ContentionError("another transaction was in the way: try again")
        case psycopg.OperationalError():
            return StoreUnavailableError("the database does not answer: see that its server runs")
        case _ if invalidated:
            return StoreUnavailableError("the connection to the database broke")
        case _:
            return None


def refuse_dead(driver: psycopg.Connection, _record: object, _proxy: object) -> None:
    """A pooled connection on which something arrived while nobody used it was closed by the server.

    Looking costs microseconds; asking the server would cost a round trip each time.
    """
    readable, _, _ = select.select([driver.fileno()], [], [], 0)
    if readable:
        raise sa.exc.DisconnectionError


class Database:
    """The hub's PostgreSQL, whoever runs the server."""

    def __init__(self, conninfo: str, *, pool_size: int = POOL_SIZE) -> None:
        self.conninfo = session_conninfo(conninfo)
        self.engine = sa.create_engine(
            "postgresql+psycopg://",
            creator=lambda: psycopg.connect(self.conninfo),
            pool_size=pool_size,
            max_overflow=0,
            hide_parameters=True,  # an error's text must not carry what was to be stored
        )
        sa.event.listen(self.engine, "checkout", refuse_dead)
        self._autocommit = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Everything inside is committed together, or not at all.

        Raises:
            StoreUnavailableError: no answer; if it came at the end, the commit's outcome is not known.
            StorageFullError: the disk is full; nothing was committed.
        """
        with translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def autocommit(self) -> Iterator[sa.Connection]:
        """Every statement is committed by itself: for single statements, at a third of the round trips.

        Raises:
            StoreUnavailableError: no answer; whether a write was committed is not known.
            StorageFullError: the disk is full; nothing was committed.
        """
        with translated(), self._autocommit.connect() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def translated() -> Iterator[None]:
    """Lets the driver's errors out in our words."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        known = translate(error.orig, invalidated=error.connection_invalidated)
        if known is None:
            raise
        raise known from error
    except sa.exc.TimeoutError as error:
        raise StoreUnavailableError("all connections to the database are in use") from error
    except psycopg.Error as error:  # from the engine, which uses the driver's connection
        known = translate(error)
        if known is None:
            raise
        raise known from error

"""The server with the company's database: addresses, secrets, connections."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa

from counterfoil.connectors.sagepro.database import PASSWORD_VARIABLE, Database, without_password
from counterfoil.connectors.sagepro.sql.products import Product, product_of
from counterfoil.connectors.sagepro.sql.transport import ENCRYPTION_VARIABLE, require_encryption
from counterfoil.connectors.sagepro.sql.troubles import translated
from counterfoil.ports.errors import ConfigurationError

READERS_MAX = 4
ASK_MS_MAX = 5000
"""How long a question waits for rows that somebody writes just now."""
CLOSE_SECONDS_MAX = 30
"""How long a question that is being answered keeps the company from being let go of."""
_DRIVERS = {"mssql": "pymssql"}


class Server:
    """Opens connections; those for reading are kept, one for writing is the caller's alone."""

    def __init__(
        self,
        dsn: str,
        password_variable: str = PASSWORD_VARIABLE,
        environment: Mapping[str, str] = os.environ,
        encryption: str | None = None,
    ) -> None:
        """Connects to nothing yet.

        Raises:
            ConfigurationError: the address is none or has a password in it, its driver is not installed, or
                it leads to another machine without a checked certificate.
        """
        url = _address(dsn, environment.get(password_variable, ""))
        require_encryption(url, encryption or environment.get(ENCRYPTION_VARIABLE), environment)
        self.product: Product = product_of(url.get_backend_name())
        self._changed = threading.Condition()
        self._in_use = 0
        self._readers = _engine(url, pool_size=READERS_MAX, max_overflow=0, pool_pre_ping=True)
        self._writers = _engine(url, poolclass=sa.pool.NullPool)

    @classmethod
    def of(cls, database: Database) -> Server:
        """The server of a profile's entry."""
        return cls(database.dsn, database.password_variable, encryption=database.encryption)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that is never committed.

        Raises:
            TransientError: the database does not answer.
            ConfigurationError: it refuses.
        """
        with self._counted(), translated(), self._readers.connect() as connection:
            connection.execute(self.product.wait_at_most(ASK_MS_MAX))
            yield connection

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._changed:
            self._in_use += 1
        try:
            yield
        finally:
            with self._changed:
                self._in_use -= 1
                self._changed.notify_all()

    def connect(self) -> sa.Connection:
        """A connection of the caller's own; closing it ends the session at the server.

        Raises:
            SQLAlchemyError: the database does not answer.
        """
        return self._writers.connect()

    def close(self) -> None:
        """Lets go of every connection for reading, once what is being read is finished.

        Asking again opens them again.
        """
        with self._changed:
            self._changed.wait_for(lambda: not self._in_use, CLOSE_SECONDS_MAX)
        self._readers.dispose()


def _address(dsn: str, password: str) -> sa.URL:
    try:
        url = sa.make_url(without_password(dsn))
    except (ValueError, sa.exc.ArgumentError) as error:
        raise ConfigurationError(f"this is no address of a database that can be used: {error}") from error
    return url.set(password=password) if password else url


def _engine(url: sa.URL, **options: object) -> sa.Engine:
    create: Callable[..., sa.Engine] = sa.create_engine
    try:
        # An error's text must not carry what was to be stored.
        return create(url, hide_parameters=True, **options)
    except ModuleNotFoundError as error:
        driver = _DRIVERS.get(url.get_backend_name(), error.name)
        raise ConfigurationError(
            f"the database driver {driver} is not installed: pip install 'counterfoil[mssql]'"
        ) from error
    except sa.exc.ArgumentError as error:
        raise ConfigurationError(f"the address of the database cannot be used: {error}") from error

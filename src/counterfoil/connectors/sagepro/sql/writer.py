"""The one connection that writes a company: it holds the company's lock, and dies with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from counterfoil.connectors.sagepro.sql.server import Server
from counterfoil.connectors.sagepro.sql.troubles import Trouble, trouble_of
from counterfoil.ports.errors import ConfigurationError, TransientError

OPEN_MS_MAX = 2000
"""How long another agent that is just leaving is waited for."""
SETTLE_MS_MAX = 10_000
"""How long the server may take to end a broken connection's work: until then its commit may still come."""


class Writer:
    """One thread at a time.

    The lock is the connection's own. So nothing is ever written without it, and whoever gets it after a
    broken connection knows that the server has ended that connection's work, one way or the other.
    """

    def __init__(self, server: Server, company_db: str, settle_ms: int = SETTLE_MS_MAX) -> None:
        self._server = server
        self._company_db = company_db
        self._settle_ms = settle_ms
        self._connection: sa.Connection | None = None

    def open(self) -> None:
        """Connects and takes the company's lock.

        Raises:
            ConfigurationError: another agent holds it.
            SQLAlchemyError: the database does not answer.
        """
        if not self._take(OPEN_MS_MAX):
            raise ConfigurationError(
                f"another agent writes the company in {self._company_db} already: stop one of the two"
            )

    def renew(self) -> None:
        """Another connection in place of a broken one; what that one did is decided afterwards.

        Raises:
            TransientError: the server still works for the broken one, or another agent came in between.
            SQLAlchemyError: the database does not answer.
        """
        self.close()
        if not self._take(self._settle_ms):
            raise TransientError(
                f"the lock of {self._company_db} is held by a connection that broke, or by"
                " another agent: nothing is posted until it is free"
            )

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Everything inside is committed together, or not at all.

        Raises:
            TransientError: no connection could be had again since the last one broke.
            SQLAlchemyError: with Trouble.GONE nobody knows yet whether it was committed.
        """
        if self._connection is None:
            self.renew()
        connection = self._connection
        assert connection is not None, "renew gives a connection or raises"  # noqa: S101 - its contract
        is_settled = False
        try:
            with connection.begin():
                yield connection
            is_settled = True
        except sa.exc.DBAPIError:
            is_settled = True
            raise
        finally:
            # Whatever else breaks in here, nothing of it may stay open and be committed with the next group.
            if not is_settled:
                self.close()

    def close(self) -> None:
        """Ends the connection, and with it the lock."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _take(self, milliseconds: int) -> bool:
        connection = self._server.connect()
        try:
            with connection.begin():
                connection.execute(self._server.product.wait_at_most(milliseconds))
                given = connection.execute(self._server.product.take_lock(self._company_db)).scalar_one()
        except sa.exc.DBAPIError as error:
            connection.close()
            if trouble_of(error) is Trouble.BUSY:
                return False
            raise
        if given != 1:
            connection.close()
            return False
        self._connection = connection
        return True

"""A company's tables in a database for one question of somebody beside the agent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from counterfoil.connectors.sagepro.database import Database
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.sql.server import Server
from counterfoil.connectors.sagepro.sql.tables import Bindings, SqlTables


@contextmanager
def open_for_reading(profile: Profile, database: Database) -> Iterator[SqlTables]:
    """The company's tables, over a connection of their own that writes and locks nothing.

    Raises:
        ConfigurationError: the database refuses.
        TransientError: it does not answer.
    """
    server = Server.of(database)
    try:
        with server.reading() as connection:
            yield SqlTables(Bindings.read(connection, server.product, profile), connection, locks=False)
    finally:
        server.close()

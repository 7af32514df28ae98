"""The hub's opened database and everything that stands on it."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from counterfoil.bootstrap.bindings import require_fitting
from counterfoil.bootstrap.key_file import KeyFile
from counterfoil.config import Settings
from counterfoil.ports.breakers import CallGuard
from counterfoil.ports.clock import Clock
from counterfoil.ports.ids import IdSource, SystemIds
from counterfoil.runtime.calls import ConnectionGuard
from counterfoil.store.breakers import StoredBreakers
from counterfoil.store.connections import ConnectionRow, Connections, Secrets
from counterfoil.store.cross_references import CrossReferences
from counterfoil.store.database import Database
from counterfoil.store.deployments import Deployments
from counterfoil.store.migration import migrate
from counterfoil.store.server import EmbeddedServer
from counterfoil.store.server_clock import ServerClock


def server_folder(settings: Settings) -> Path:
    return settings.data / "postgres"


class Workspace:
    """Opened, migrated and ready for use; the embedded server is left running for the next one to adopt.

    Raises, when opened: CounterfoilError with what to do, if the server cannot run or the schema is newer.
    """

    def __init__(
        self, settings: Settings, *, clock: Clock | None = None, ids: IdSource | None = None
    ) -> None:
        self.settings = settings
        self.ids = ids or SystemIds()
        ring = KeyFile(settings.key_ring)
        self.server = None if settings.database_url else EmbeddedServer(server_folder(settings))
        if self.server is not None:
            self.server.start()
        self.database = Database(self.server.conninfo() if self.server else settings.database_url)
        migrate(self.database)
        keys = ring.open(self.database)
        self.clock = clock or ServerClock(self.database)
        self.connections = Connections(self.database, keys, self.clock)
        self.cross_references = CrossReferences(self.database, self.clock)
        self.deployments = Deployments(self.database, self.clock)

    def connect(self, row: ConnectionRow, secrets: Secrets) -> None:
        """Adds a connection or replaces the one with its id, secrets included.

        Raises:
            ConfigurationError: it would bind a sandbox gateway to live books.
        """
        self.require_fitting(row)
        self.connections.put(row, secrets)

    def require_fitting(self, row: ConnectionRow) -> None:
        """Looks at a connection, as it is to be, beside the others.

        Raises:
            ConfigurationError: it would bind a sandbox gateway to live books.
        """
        require_fitting(row, self.connections.all(row.environment))

    def ask_time(self) -> None:
        """Asks the database what time it is, where time is the database's."""
        if isinstance(self.clock, ServerClock):
            self.clock.ask()

    def guard(self, row: ConnectionRow) -> CallGuard:
        """What stands before the connection's calls, here as in every process of the hub."""
        return ConnectionGuard(row.id, row.name, StoredBreakers(self.database))

    def close(self) -> None:
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

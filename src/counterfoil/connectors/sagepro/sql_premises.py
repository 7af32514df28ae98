"""A company in a database of the SQL Server edition, with its posting ledger among its tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from typing_extensions import override

from counterfoil.connectors.sagepro.backend import Opened, OpenFeed, PostGroup, Premises, RestoreWatch
from counterfoil.connectors.sagepro.database import Database
from counterfoil.connectors.sagepro.hand_keyed import HandKeyed
from counterfoil.connectors.sagepro.own_folder import own_folder
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.sql.server import Server
from counterfoil.connectors.sagepro.sql_backend import SqlBackend
from counterfoil.connectors.sagepro.tables import Access
from counterfoil.domain.facts.fact import Fact
from counterfoil.ports.changes import ChangesAnswer
from counterfoil.ports.clock import Clock
from counterfoil.ports.errors import ConfigurationError


class SqlPremises(Premises):
    """What is not in the database lies in a folder that the profile names."""

    def __init__(self, profile: Profile, clock: Clock, _access: Access) -> None:
        """Connects to nothing yet.

        Raises:
            ConfigurationError: the address is none, or its driver is not installed.
        """
        self._profile = profile
        self._clock = clock
        self._server = Server.of(_database(profile))

    @property
    @override
    def folder(self) -> Path:
        return own_folder(self._profile)

    @property
    @override
    def lock_file(self) -> Path:
        """For this machine; the database's own lock keeps other machines away."""
        return self.folder / "writer.lock"

    @override
    def check(self) -> None:
        """Opening looks at everything, under the company's lock."""

    @override
    def open(self) -> Opened:
        backend = SqlBackend(self._profile, self._server, self._clock, HandKeyed(self.folder), self.folder)
        return Opened(backend, _NoFeed(), _NoWatch())


class _NoFeed(OpenFeed):
    @override
    def close(self) -> None:
        pass

    @override
    def changes(self, since: str | None, limit: int) -> ChangesAnswer:
        raise ConfigurationError("the change feed reads FoxPro tables alone; this edition has none yet")


class _NoWatch(RestoreWatch):
    """Ledger and books lie in one database and are put back together."""

    @property
    @override
    def why(self) -> str:
        return ""

    @override
    def look(self) -> None:
        pass

    @override
    def waiting(self) -> tuple[Fact, ...]:
        return ()

    @override
    def before(self, post: PostGroup, objection: Callable[[Fact], str]) -> PostGroup:
        return post

    @override
    def close(self) -> None:
        pass


def _database(profile: Profile) -> Database:
    assert profile.database is not None, "the preset's profile has a database"  # noqa: S101 - its validator
    return profile.database

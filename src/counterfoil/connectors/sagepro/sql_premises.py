"""A company in a database of the SQL Server edition, with its posting ledger among its tables."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from typing_extensions import override

from counterfoil.connectors.sagepro.backend import Opened, Premises
from counterfoil.connectors.sagepro.database import Database
from counterfoil.connectors.sagepro.hand_keyed import HandKeyed
from counterfoil.connectors.sagepro.own_folder import own_folder
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.sql.server import Server
from counterfoil.connectors.sagepro.sql_backend import SqlBackend
from counterfoil.connectors.sagepro.tables import Access
from counterfoil.connectors.sagepro.watch.accepted import AcceptedRows
from counterfoil.connectors.sagepro.watch.adoption import Adoption
from counterfoil.connectors.sagepro.watch.feed import Feed
from counterfoil.connectors.sagepro.watch.guard import RestoreGuard
from counterfoil.connectors.sagepro.watch.ledger_copy import LedgerCopy
from counterfoil.ports.clock import Clock


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
        site, decisions = backend.watched()
        feed = Feed(site, self.folder, self._clock)
        guard = RestoreGuard(site, LedgerCopy(self._profile, self.folder), decisions)
        adoption = Adoption(AcceptedRows(self.folder), decisions, self._now)
        return Opened(backend, feed, guard, adopting=adoption.before)

    def _now(self) -> datetime:
        return self._clock.now().astimezone(self._profile.zone)


def _database(profile: Profile) -> Database:
    assert profile.database is not None, "the preset's profile has a database"  # noqa: S101 - its validator
    return profile.database

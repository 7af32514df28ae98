"""How the product stands at one moment, as values: what rules and metrics go by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from counterfoil.store.audit_trail import Check
from counterfoil.store.figures.open_work import OpenWork
from counterfoil.store.figures.recent import Recent
from counterfoil.store.figures.signs import BreakerSign, Signs, WorkerSign

CLOSED = "closed"
ALIVE = timedelta(seconds=30)
"""A worker that said nothing for so long is taken for gone; it says so every two seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSign:
    """How a company's agent stands, as it said last."""

    environment: str
    company: str
    state: str
    """`works`, `paused`, `starting`, or in words why it does not answer."""
    waiting: int = 0
    """Postings in its lane."""
    quarantined: int = 0
    """Postings that a crash interrupted and that wait for a person."""
    held: str = ""
    """Why nothing is posted until a person decides; empty where that is not so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskSign:
    """Room on a disk of this machine."""

    name: str
    free_bytes: int
    all_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSign:
    """Credentials that end one day."""

    environment: str
    subject: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSign:
    """How far this machine's clock is ahead of another one."""

    other: str
    ahead: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything that was seen, and when."""

    at: datetime
    open_work: OpenWork
    recent: Recent
    signs: Signs
    agents: tuple[AgentSign, ...] = ()
    disks: tuple[DiskSign, ...] = ()
    ends: tuple[EndSign, ...] = ()
    clocks: tuple[ClockSign, ...] = ()
    backup_at: datetime | None = None
    """When the database was last backed up by the program itself; None: never."""
    audit: Check | None = None
    """The last look at the audit trail."""

    @property
    def breakers(self) -> list[BreakerSign]:
        """Those that are not closed."""
        return [one for one in self.signs.breakers if one.state != CLOSED]

    def place_of(self, connection: str) -> tuple[str, str]:
        """The environment and the name of a connection; of one that is gone its id alone."""
        return self.signs.places.get(connection, ("", connection))

    @property
    def workers(self) -> list[WorkerSign]:
        """Those that live, by the sign that they gave last."""
        return [one for one in self.signs.workers if is_alive(one, self.at)]


def is_alive(worker: WorkerSign, now: datetime) -> bool:
    return now - worker.heartbeat_at < ALIVE

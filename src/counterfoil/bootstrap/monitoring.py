"""Looks at the whole product again and again, and shows what was seen last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from counterfoil import __version__
from counterfoil.bootstrap.alerting import Watchman
from counterfoil.bootstrap.channels import Channels
from counterfoil.bootstrap.gateways import KIND as GATEWAY
from counterfoil.bootstrap.loops import Loop
from counterfoil.bootstrap.remote_agents import KIND as BOOKS
from counterfoil.bootstrap.surroundings import database_clock, disks, ends
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.config import Settings
from counterfoil.monitor.alerts import Alert
from counterfoil.monitor.exposition import Seen, SnapshotCollector
from counterfoil.monitor.snapshot import AgentSign, ClockSign, Snapshot, is_alive
from counterfoil.ports.errors import CounterfoilError
from counterfoil.runtime import books_polling, polling, settlement_polling
from counterfoil.store.audit_trail import last_check
from counterfoil.store.figures.open_work import read_open_work
from counterfoil.store.figures.recent import Recent, read_recent
from counterfoil.store.figures.signs import Polled, read_signs, read_workers
from counterfoil.store.last_done import BACKUP, last_done
from counterfoil.telemetry.meters import Meters

PAUSE = timedelta(seconds=15)
RECENT_EVERY = 4
"""What ended in the last 24 hours is read each minute."""


def polled(settings: Settings) -> tuple[Polled, ...]:
    """What is polled, with the longest pause of each."""
    longest = timedelta(seconds=settings.poll_seconds_max)
    return (
        Polled(kind=GATEWAY, poll=polling.CURSOR, pace=longest),
        Polled(kind=GATEWAY, poll=settlement_polling.CURSOR, pace=settlement_polling.PAUSE),
        Polled(kind=BOOKS, poll=books_polling.CURSOR, pace=longest),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What was seen around the database."""

    agents: Sequence[AgentSign] = ()
    clocks: Iterable[ClockSign] = ()


def look(workspace: Workspace, around: Around, recent: Recent | None = None) -> Snapshot:
    """How everything stands now, in one reading of the database; `recent` is taken over where given.

    Raises:
        CounterfoilError: the database does not answer.
    """
    now = workspace.clock.now()
    with workspace.database.transaction() as connection:
        work = read_open_work(connection)
        recent = recent or read_recent(connection, now)
        signs = read_signs(connection, polled(workspace.settings))
        backup_at = last_done(connection, BACKUP)
        audit = last_check(connection)
    return Snapshot(
        at=now,
        open_work=work,
        recent=recent,
        signs=signs,
        agents=tuple(around.agents),
        disks=tuple(disks(workspace)),
        ends=tuple(ends(workspace)),
        clocks=(database_clock(workspace), *around.clocks),
        backup_at=backup_at,
        audit=audit,
    )


def living_workers(workspace: Workspace) -> int:
    """How many workers gave a sign of life lately, in whatever process.

    Raises:
        CounterfoilError: the database does not answer.
    """
    now = workspace.clock.now()
    with workspace.database.autocommit() as connection:
        return sum(is_alive(one, now) for one in read_workers(connection))


class Lookout:
    """The last snapshot of this process, renewed by a loop, and what is made of each."""

    def __init__(self, workspace: Workspace, meters: Meters, around: Callable[[], Around]) -> None:
        self._workspace = workspace
        self._around = around
        self._turns = 0
        self._last: Snapshot | None = None
        self._alerts: Sequence[Alert] = ()
        self._watchman = Watchman(workspace.database, workspace.clock, Channels(workspace))
        self.loop = Loop("figures", self._turn, pause=PAUSE)
        meters.registry.register(SnapshotCollector(self.seen))

    def seen(self) -> Seen:
        return Seen(
            snapshot=self._last,
            now=self._workspace.clock.now(),
            version=__version__,
            alerts=tuple(self._alerts),
        )

    def _turn(self) -> None:
        recent = self._last.recent if self._last and self._turns % RECENT_EVERY else None
        self._turns += 1
        try:
            self._last = look(self._workspace, self._around(), recent)
        except CounterfoilError:
            self._last = None
            raise
        self._alerts = self._watchman.turn(self._last)

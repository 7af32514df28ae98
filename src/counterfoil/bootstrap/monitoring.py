"""Looks at the whole product again and again, and shows what was seen last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from counterfoil import __version__
from counterfoil.bootstrap.gateways import KIND as GATEWAY
from counterfoil.bootstrap.loops import Loop
from counterfoil.bootstrap.remote_agents import KIND as BOOKS
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.monitor.exposition import Seen, SnapshotCollector
from counterfoil.monitor.snapshot import AgentSign, Snapshot, is_alive
from counterfoil.ports.errors import CounterfoilError
from counterfoil.runtime import books_polling, polling, settlement_polling
from counterfoil.store.figures.open_work import read_open_work
from counterfoil.store.figures.recent import Recent, read_recent
from counterfoil.store.figures.signs import read_signs, read_workers
from counterfoil.telemetry.meters import Meters

PAUSE = timedelta(seconds=15)
RECENT_EVERY = 4
"""What ended in the last 24 hours is read each minute."""
POLLED = (
    (GATEWAY, polling.CURSOR),
    (GATEWAY, settlement_polling.CURSOR),
    (BOOKS, books_polling.CURSOR),
)


def look(workspace: Workspace, *, agents: Sequence[AgentSign] = (), recent: Recent | None = None) -> Snapshot:
    """How everything stands now, in one reading of the database; `recent` is taken over where given.

    Raises:
        CounterfoilError: the database does not answer.
    """
    now = workspace.clock.now()
    with workspace.database.transaction() as connection:
        return Snapshot(
            at=now,
            open_work=read_open_work(connection),
            recent=recent or read_recent(connection, now),
            signs=read_signs(connection, POLLED),
            agents=tuple(agents),
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
    """The last snapshot of this process, renewed by a loop."""

    def __init__(
        self, workspace: Workspace, meters: Meters, agents: Callable[[], Sequence[AgentSign]]
    ) -> None:
        self._workspace = workspace
        self._agents = agents
        self._turns = 0
        self._last: Snapshot | None = None
        self.loop = Loop("figures", self._turn, pause=PAUSE)
        meters.registry.register(SnapshotCollector(self.seen))

    def seen(self) -> Seen:
        return Seen(snapshot=self._last, now=self._workspace.clock.now(), version=__version__)

    def _turn(self) -> None:
        recent = self._last.recent if self._last and self._turns % RECENT_EVERY else None
        self._turns += 1
        try:
            self._last = look(self._workspace, agents=self._agents(), recent=recent)
        except CounterfoilError:
            self._last = None
            raise

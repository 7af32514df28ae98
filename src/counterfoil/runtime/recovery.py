"""Recovery: what dead workers had in hand comes back, and whatever is due without a job gets one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

import sqlalchemy as sa
import structlog

from counterfoil.runtime.engine import Engine
from counterfoil.runtime.process_identity import ProcessIdentity, host_name, is_gone
from counterfoil.runtime.redrive import Redrive
from counterfoil.store.breakers import StoredBreakers
from counterfoil.store.database import Database
from counterfoil.store.run_queue import RunQueue
from counterfoil.store.workers import WorkerRow, Workers

log = structlog.get_logger()

SWEEP_SECONDS = 2
STALLED_EVERY = 5
ADVISORY_LOCK = 0x53776565
"""Any number that is the same in all our processes."""
GRACE = timedelta(seconds=10)
"""A run due for longer than this has a job, or lost it."""


def dead_workers(
    rows: Sequence[WorkerRow], gone: Callable[[ProcessIdentity], bool] = is_gone
) -> list[WorkerRow]:
    """The workers of this host whose process has ended; a process id used again does not bring one back."""
    return [row for row in rows if gone(ProcessIdentity(row.host, row.pid, row.process_started))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one sweep brought back."""

    dead: int
    stalled: int
    due: int
    released: int
    """Runs whose connection no longer rests."""


NOTHING = Swept(dead=0, stalled=0, due=0, released=0)


class Recovery:
    """Sweeps regularly; any number of processes may do so at once."""

    def __init__(self, database: Database, engine: Engine, queue: RunQueue, workers: Workers) -> None:
        self._database = database
        self._engine = engine
        self._queue = queue
        self._workers = workers
        self._redrive = Redrive(StoredBreakers(database), queue)
        self._host = host_name()

    def sweep(self, *, stalled: bool = True) -> Swept:
        """One sweep; nothing while another process sweeps, or a job could be brought back twice."""
        with self._database.transaction() as connection:
            mine = sa.select(sa.func.pg_try_advisory_xact_lock(ADVISORY_LOCK))
            if not connection.execute(mine).scalar_one():
                return NOTHING
            swept = Swept(
                dead=self._bury_dead_workers(),
                stalled=self._engine.retry_stalled() if stalled else 0,
                due=self._queue.sweep(self._engine.carried(), GRACE),
                released=self._redrive.turn(),
            )
            self._engine.refresh_statistics(connection)
        if swept != NOTHING:
            log.info("swept", **asdict(swept))
        return swept

    def _bury_dead_workers(self) -> int:
        dead = dead_workers(self._workers.on_host(self._host))
        if not dead:
            return 0
        count = self._engine.retry_jobs_of([row.engine_worker for row in dead])
        self._workers.remove([row.id for row in dead])
        log.warning("workers_dead", workers=len(dead), jobs=count)
        return count

    def run(self, stop: threading.Event, beat: Callable[[], None] = lambda: None) -> None:
        """Sweeps until told to stop, with a sign of life each time; a database that is away is waited for."""
        count = 0
        while not stop.wait(SWEEP_SECONDS):
            try:
                beat()
                self.sweep(stalled=count % STALLED_EVERY == 0)
            except Exception as error:  # noqa: BLE001 - the sweep must live on, whatever the engine met
                log.warning("sweep_failed", error=type(error).__name__)
            count += 1

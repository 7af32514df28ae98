"""A worker process: carries runs, says that it lives, and brings back what dead ones had in hand."""

from __future__ import annotations

import contextlib
import threading

import structlog

from counterfoil.ports.clock import Clock
from counterfoil.ports.engine import Carry
from counterfoil.ports.errors import TransientError
from counterfoil.ports.ids import IdSource
from counterfoil.runtime.engine import Engine
from counterfoil.runtime.process_identity import this_process
from counterfoil.runtime.recovery import Recovery
from counterfoil.runtime.worker import Worker
from counterfoil.store.database import Database
from counterfoil.store.run_queue import RunQueue
from counterfoil.store.workers import WorkerRow, Workers
from counterfoil.telemetry.meters import Meters

log = structlog.get_logger()


class WorkerProcess:
    """One per process; any number of processes and machines share the runs."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        carry: Carry,
        *,
        clock: Clock,
        ids: IdSource,
        meters: Meters | None = None,
    ) -> None:
        self._engine = engine
        self._workers = Workers(database, clock)
        self._queue = RunQueue(database, engine.defer, clock)
        self._name = ids.new_id()
        self._worker = Worker(self._queue, carry, name=self._name, meters=meters)
        self.started = threading.Event()
        """Set when the engine takes jobs."""
        self._recovery = Recovery(database, engine, self._queue, self._workers)

    def run(self, stop: threading.Event, *, concurrency: int) -> None:
        """Works until told to stop, then lets the runs in hand come to the end of their turn."""
        sweeps = threading.Thread(
            target=self._recovery.run, args=(stop, self._beat), name="recovery", daemon=True
        )
        sweeps.start()
        self._engine.run_worker(
            self._worker.turn, concurrency=concurrency, stop=stop, on_start=self._register
        )
        sweeps.join()
        with contextlib.suppress(TransientError):  # the recovery of others finds the row as well
            self._workers.remove([self._name])
        log.info("worker_stopped", worker=self._name)

    def _beat(self) -> None:
        self._workers.beat(self._name)

    def _register(self, engine_worker: int) -> None:
        me = this_process()
        row = WorkerRow(
            id=self._name,
            engine_worker=engine_worker,
            host=me.host,
            pid=me.pid,
            process_started=me.started,
        )
        before = self._workers.register(row)
        if before is not None:
            # The engine began anew in this process, so whatever it had in hand before is in nobody's hand.
            self._engine.retry_jobs_of([before])
        self.started.set()
        log.info("worker_started", worker=self._name, pid=me.pid)

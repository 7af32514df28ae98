"""The worker of this process: takes jobs, carries runs, and brings back what dead workers left."""

from __future__ import annotations

import threading

from counterfoil.bootstrap.workspace import Workspace
from counterfoil.ports.engine import Carry
from counterfoil.runtime.engine import Engine
from counterfoil.runtime.process_identity import this_process
from counterfoil.runtime.recovery import Recovery
from counterfoil.runtime.worker import Worker
from counterfoil.store.run_queue import RunQueue
from counterfoil.store.workers import WorkerRow, Workers


class Carrying:
    """Two threads: one lets the engine carry jobs, one sweeps."""

    def __init__(self, workspace: Workspace, engine: Engine, carry: Carry) -> None:
        self._workspace = workspace
        self._engine = engine
        self._workers = Workers(workspace.database, workspace.clock)
        self._queue = RunQueue(workspace.database, engine.defer, workspace.clock)
        self._recovery = Recovery(workspace.database, engine, self._queue, self._workers)
        self._name = workspace.ids.new_id()
        self._worker = Worker(self._queue, carry, name=self._name)
        self._stop = threading.Event()
        self._started = threading.Event()
        self._threads = [
            threading.Thread(target=self._carry, name="worker", daemon=True),
            threading.Thread(target=self._recovery.run, args=(self._stop,), name="sweep", daemon=True),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Lets what is in hand end, then ends."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    @property
    def state(self) -> str:
        """A word for people: whether it works."""
        if not all(thread.is_alive() for thread in self._threads):
            return "stopped"
        return "works" if self._started.is_set() else "starting"

    def _carry(self) -> None:
        self._engine.run_worker(
            self._worker.turn,
            concurrency=self._workspace.settings.worker_concurrency,
            stop=self._stop,
            on_start=self._register,
        )

    def _register(self, engine_worker: int) -> None:
        """Notes which process works under the engine's number, so that its death is known at once."""
        process = this_process()
        self._workers.add(
            WorkerRow(
                id=self._workspace.ids.new_id(),
                engine_worker=engine_worker,
                host=process.host,
                pid=process.pid,
                process_started=process.started,
            )
        )
        self._started.set()

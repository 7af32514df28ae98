"""The worker of this process: takes jobs, carries runs, and brings back what dead workers left."""

from __future__ import annotations

import threading

from counterfoil.bootstrap.workspace import Workspace
from counterfoil.ports.engine import Carry
from counterfoil.runtime.engine import Engine
from counterfoil.runtime.worker_process import WorkerProcess
from counterfoil.telemetry.meters import Meters


class Carrying:
    """Runs the worker in a thread of its own."""

    def __init__(
        self, workspace: Workspace, engine: Engine, carry: Carry, meters: Meters | None = None
    ) -> None:
        self._process = WorkerProcess(
            workspace.database, engine, carry, clock=workspace.clock, ids=workspace.ids, meters=meters
        )
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._process.run,
            args=(self._stop,),
            kwargs={"concurrency": workspace.settings.worker_concurrency},
            name="worker",
            daemon=True,
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Lets what is in hand end, then ends."""
        self._stop.set()
        self._thread.join()

    @property
    def state(self) -> str:
        """A word for people: whether it works."""
        if not self._thread.is_alive():
            return "stopped"
        return "works" if self._process.started.is_set() else "starting"

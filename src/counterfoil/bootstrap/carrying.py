"""The worker of this process: takes jobs, carries runs, and brings back what dead workers left."""

from __future__ import annotations

import threading
from datetime import timedelta

import structlog

from counterfoil.bootstrap.loops import Loop, stop_all
from counterfoil.bootstrap.purging import purge_loop
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.ports.engine import Carry
from counterfoil.runtime.engine import Engine
from counterfoil.runtime.worker_process import WorkerProcess
from counterfoil.telemetry.meters import Meters

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

TIME_PAUSE = timedelta(seconds=10)


class Carrying:
    """Runs the worker in a thread of its own; none where workers elsewhere do the work."""

    def __init__(
        self, workspace: Workspace, engine: Engine, carry: Carry, meters: Meters | None = None
    ) -> None:
        self._concurrency = workspace.settings.worker_concurrency
        self._patience_seconds = workspace.settings.stop_seconds
        self._process = WorkerProcess(
            workspace.database, engine, carry, clock=workspace.clock, ids=workspace.ids, meters=meters
        )
        self._time = Loop("time", workspace.ask_time, pause=TIME_PAUSE)
        self._purge = purge_loop(workspace)
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._process.run,
            args=(self._stop,),
            kwargs={"concurrency": self._concurrency},
            name="worker",
            daemon=True,
        )

    def start(self) -> None:
        self._time.start()
        self._purge.start()
        if self._concurrency:
            self._thread.start()

    def stop(self) -> bool:
        """Lets what is in hand come to the end of its turn; false when something is left in hand.

        What is left ends with this process, and whoever carries runs next takes it up.
        """
        self._stop.set()
        stop_all([self._time, self._purge])
        if not self._concurrency:
            return True
        self._thread.join(self._patience_seconds)
        if self._thread.is_alive():
            log.warning("runs_left_in_hand", waited_seconds=self._patience_seconds)
            return False
        return True

    @property
    def state(self) -> str:
        """A word for people: whether it works."""
        if not self._concurrency:
            return "told to carry none"
        if not self._thread.is_alive():
            return "stopped"
        return "works" if self._process.started.is_set() else "starting"

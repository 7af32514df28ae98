"""A worker process to be killed: `python -m tests.crash.worker_program CONNINFO FOLDER`.

It notes each turn in FOLDER; the first turn of an event with the note "hang" never ends, every turn of one
with the note "kill" ends the process.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from counterfoil.ports.clock import SystemClock
from counterfoil.ports.engine import Finished, Outcome
from counterfoil.ports.ids import SystemIds
from counterfoil.ports.run_store import RunResult
from counterfoil.runtime.engine import Engine
from counterfoil.runtime.worker_process import WorkerProcess
from counterfoil.store.database import Database
from counterfoil.store.runs import StoredRuns


def main(conninfo: str, folder: Path) -> None:
    database = Database(conninfo)
    clock, ids = SystemClock(), SystemIds()
    runs = StoredRuns(database, clock, ids)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())

    def carry(run_id: str) -> Outcome:
        run = runs.read_run(run_id)
        (folder / f"{run_id}.{run.attempt}.{os.getpid()}").touch()
        if run.event.body["note"] == "hang" and run.attempt == 1:
            threading.Event().wait()
        if run.event.body["note"] == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        runs.close_run(run_id, RunResult.DONE, {})
        return Finished()

    WorkerProcess(database, Engine(database.conninfo), carry, clock=clock, ids=ids).run(stop, concurrency=2)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

"""A worker for the plain job: `python -m bench.operations.plain_worker CONNINFO`."""

from __future__ import annotations

import signal
import sys
import threading

from bench.operations.plain import interpreter
from bench.quiet import quiet
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.ids import SystemIds
from counterfoil.runtime.engine import Engine
from counterfoil.runtime.worker_process import WorkerProcess
from counterfoil.store.database import Database

CONCURRENCY = 8


def main(conninfo: str) -> None:
    quiet()
    database = Database(conninfo)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    carry = interpreter(database).carry
    WorkerProcess(database, Engine(database.conninfo), carry, clock=SystemClock(), ids=SystemIds()).run(
        stop, concurrency=CONCURRENCY
    )


if __name__ == "__main__":
    main(sys.argv[1])

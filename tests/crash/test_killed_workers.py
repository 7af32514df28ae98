from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from counterfoil.ports.clock import SystemClock
from counterfoil.ports.ids import SystemIds
from counterfoil.runtime.engine import STALLED_SECONDS, Engine
from counterfoil.runtime.worker import STRIKES_MAX
from counterfoil.store.database import Database
from counterfoil.store.inbox import Inbox
from tests import postgres
from tests.integration.store.samples import Hub, event

PAUSE = timedelta(milliseconds=50)


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with postgres.running_server() as server:
        template = postgres.make_template(server)
        with postgres.new_database(server, template) as database:
            yield database


@pytest.fixture(scope="module")
def hub(database: Database) -> Hub:
    hub = Hub(database)
    hub.inbox = Inbox(database, Engine(database.conninfo).defer, clock=SystemClock(), ids=SystemIds())
    return hub


@contextmanager
def worker(database: Database, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    program = [sys.executable, "-m", "tests.crash.worker_program", database.conninfo, str(folder)]
    process = subprocess.Popen(program, env={"PYTHONPATH": "src:."}, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(check: Callable[[], bool], seconds: int = 60) -> None:
    pause = threading.Event()
    for _ in range(timedelta(seconds=seconds) // PAUSE):
        if check():
            return
        pause.wait(PAUSE.total_seconds())
    raise TimeoutError


def ended(process: subprocess.Popen[bytes], hub: Hub, run: str) -> bool:
    return process.poll() is not None or hub.status(run) == "dead"


def test_what_a_killed_worker_had_in_hand_is_carried_at_once_by_another(
    database: Database, hub: Hub, tmp_path: Path
) -> None:
    hung = hub.accept(event(1, order_key="key/1", note="hang"), event(2, order_key="key/2", note="hang"))
    behind = hub.accept(event(3, order_key="key/1"))
    with worker(database, tmp_path) as first:
        until(lambda: len(list(tmp_path.iterdir())) == 2)
        with worker(database, tmp_path):
            first.kill()
            first.wait()
            killed = time.monotonic()
            until(lambda: {hub.status(run) for run in [*hung, *behind]} == {"done"}, STALLED_SECONDS)
    # A heartbeat would have been missed only much later.
    assert time.monotonic() - killed < STALLED_SECONDS / 2
    assert [hub.runs.read_run(run).attempt for run in [*hung, *behind]] == [2, 2, 1]


def test_a_run_that_kills_its_worker_is_set_aside(database: Database, hub: Hub, tmp_path: Path) -> None:
    (poison,) = hub.accept(event(10, note="kill"))
    good = hub.accept(*(event(number) for number in range(11, 31)))
    for _ in range(STRIKES_MAX + 1):
        with worker(database, tmp_path) as process:
            until(partial(ended, process, hub, poison))
        if hub.status(poison) == "dead":
            break
    assert hub.status(poison) == "dead"
    with worker(database, tmp_path):
        until(lambda: {hub.status(run) for run in good} == {"done"})
    assert hub.runs.read_run(poison).attempt == STRIKES_MAX + 1
    assert max(hub.runs.read_run(run).attempt for run in good) <= 2, "who was beside it once is not again"
    starts = [path for path in tmp_path.iterdir() if path.name.startswith(poison)]
    assert len(starts) == STRIKES_MAX

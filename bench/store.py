"""The hub's database: time to ready, memory, events stored and runs carried, beside its raw commit rate."""

from __future__ import annotations

import itertools
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import sqlalchemy as sa

from bench.results import Result
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.ids import SystemIds
from counterfoil.runtime.engine import Engine
from counterfoil.store import schema
from counterfoil.store.database import Database
from counterfoil.store.inbox import Inbox
from counterfoil.store.migration import migrate
from counterfoil.store.server import EmbeddedServer
from tests import postgres
from tests.integration.store.samples import Hub, event

COMMITS = 1_000
EVENTS = 3_000
CALLERS = 32
numbers = itertools.count(1)


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder, postgres.running_server() as server:
        database = Database(server.conninfo())
        migrate(database)
        hub = Hub(database)
        engine = Engine(database.conninfo)
        hub.inbox = Inbox(database, engine.defer, clock=SystemClock(), ids=SystemIds())
        hub.inbox.start()
        results = [*_readiness(), _memory(server)]
        raw = _raw_commits(server)
        results.append(Result("raw commits of one row, one connection", raw, "commits/s"))
        results += [_against(raw, name, rate) for name, rate in _intake(hub)]
        for workers in (1, 2):
            rate = _carried(hub, Path(folder), workers)
            results.append(_against(raw, f"runs of an empty flow carried, {workers} worker(s)", rate))
        hub.inbox.close()
        database.close()
        return results


def _against(raw: float, name: str, rate: float) -> Result:
    return Result(name, rate, "per s", f"{rate / raw:.2f} x raw commits")


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _readiness() -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="cf") as folder:
        server = EmbeddedServer(Path(folder) / "db")
        seconds = {"made from nothing": _timed(server.start), "adopted": _timed(server.start)}
        server.stop()
        seconds["started again"] = _timed(server.start)
        server.stop()
    return [Result(f"database ready, {name}", figure * 1000, "ms") for name, figure in seconds.items()]


def _memory(server: EmbeddedServer) -> Result:
    process = server.find_process()
    if process is None:
        raise AssertionError("the server is gone")
    shares = [one.memory_full_info().pss for one in (process, *process.children())]
    return Result("database at rest, memory of its own", sum(shares) / 2**20, "MiB")


def _raw_commits(server: EmbeddedServer) -> float:
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        connection.execute("CREATE TABLE raw (id bigint, body text)")

        def insert() -> None:
            for number in range(COMMITS):
                connection.execute("INSERT INTO raw VALUES (%s, %s)", (number, "x" * 500))

        return COMMITS / _timed(insert)


def _intake(hub: Hub) -> list[tuple[str, float]]:
    def one() -> None:
        for _ in range(EVENTS // 10):
            hub.inbox.accept(event(next(numbers), note="x" * 500))

    def many() -> None:
        with ThreadPoolExecutor(CALLERS) as callers:
            list(callers.map(lambda _: hub.inbox.accept(event(next(numbers), note="x" * 500)), range(EVENTS)))

    def backlog() -> None:
        answers = [hub.inbox.submit(event(next(numbers), note="x" * 500)) for _ in range(EVENTS)]
        for answer in answers:
            answer.result()

    return [
        ("events stored with run and job, one caller", EVENTS // 10 / _timed(one)),
        (f"events stored with run and job, {CALLERS} callers", EVENTS / _timed(many)),
        ("events stored with run and job, backlog", EVENTS / _timed(backlog)),
    ]


def _carried(hub: Hub, folder: Path, workers: int) -> float:
    """Runs a second, from the moment when every worker has carried one."""
    _drain(hub, folder, workers)
    for _ in range(EVENTS):
        hub.inbox.submit(event(next(numbers)))
    hub.inbox.accept(event(next(numbers)))
    return _drain(hub, folder, workers)


def _drain(hub: Hub, folder: Path, workers: int) -> float:
    waiting = hub.count(schema.run) - _done(hub)
    if waiting == 0:
        return 0
    program = [sys.executable, "-m", "tests.crash.worker_program", hub.database.conninfo, str(folder)]
    processes = [subprocess.Popen(program, stdout=subprocess.DEVNULL) for _ in range(workers)]  # noqa: S603 - ours
    try:
        _await(lambda: hub.count(schema.worker) >= workers and _done(hub) > 0)
        before, started = _done(hub), time.perf_counter()
        total = hub.count(schema.run)
        _await(lambda: _done(hub) == total)
        return (total - before) / (time.perf_counter() - started)
    finally:
        for process in processes:
            process.terminate()
            process.wait()


def _done(hub: Hub) -> int:
    query = sa.select(sa.func.count()).select_from(schema.run).where(schema.run.c.status == "done")
    with hub.database.autocommit() as connection:
        return int(connection.execute(query).scalar_one())


def _await(check: Callable[[], bool]) -> None:
    pause = threading.Event()
    while not check():
        pause.wait(0.05)

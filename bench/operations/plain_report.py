"""The plain job measured: accepted, carried by one and two workers, its latency, its cost, its recovery."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil
import sqlalchemy as sa

from bench.intake import free_port, latency, wait_until_listening
from bench.load import Load, post, run_load
from bench.operations.plain import PATH, new_event, prepare
from bench.operations.watch import Watch, cpu_seconds
from bench.results import Result
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.ids import SystemIds
from counterfoil.runtime.engine import Engine
from counterfoil.store.database import Database
from counterfoil.store.inbox import Inbox
from counterfoil.store.migration import migrate
from counterfoil.store.server import EmbeddedServer
from tests import postgres

REQUESTS = 6_000
CONNECTIONS = 32
BACKLOG = 3_000
PACES = ((20, 10), (50, 10))
"""Events a second, and for how many seconds."""
RUNNING = sa.text("SELECT id FROM run WHERE status = 'running'")
OPEN = sa.text("SELECT count(*) FROM run WHERE id = ANY (:runs) AND status <> 'done'")
numbers = itertools.count(1)


def run() -> Iterator[Result]:
    with postgres.running_server() as server:
        database = Database(server.conninfo())
        migrate(database)
        prepare(database)
        inbox = Inbox(database, Engine(database.conninfo).defer, clock=SystemClock(), ids=SystemIds())
        inbox.start()
        bench = Bench(server, database, inbox)
        yield from bench.accepted()
        bench.carry_away()
        for count in (1, 2):
            yield from bench.carried(count)
        for pace, seconds in PACES:
            yield from bench.paced(pace, seconds)
        yield bench.recovered()
        yield from bench.kept()
        inbox.close()
        database.close()


class Bench:
    """One database that all parts work on, one after the other."""

    def __init__(self, server: EmbeddedServer, database: Database, inbox: Inbox) -> None:
        self._database = database
        self._inbox = inbox
        self._watch = Watch(database)
        found = server.find_process()
        if found is None:
            raise AssertionError("the server is gone")
        self._server = psutil.Process(found.pid)

    def accepted(self) -> Iterator[Result]:
        loads = {mode: self._load(mode) for mode in ("noop", "ours")}
        noop, ours = loads["noop"], loads["ours"]
        yield Result("no-op endpoint", noop.per_second, "req/s", latency(noop))
        ratio = f"{ours.per_second / noop.per_second:.2f} of no-op; {latency(ours)}"
        yield Result("web hook stored with run and job", ours.per_second, "req/s", ratio)

    def carry_away(self) -> None:
        """What was accepted is carried, so that it is not counted with what comes."""
        with self._workers(2):
            self._watch.await_ended(self._watch.newest())

    def carried(self, count: int) -> Iterator[Result]:
        self._fill(BACKLOG)
        before = self._watch.ended()
        with self._workers(count) as workers:
            self._watch.await_ended(before + 200)
            begun, started = self._watch.ended(), time.perf_counter()
            here, there = cpu_seconds(workers), cpu_seconds([self._server])
            self._watch.await_ended(before + BACKLOG)
            elapsed, ended = time.perf_counter() - started, before + BACKLOG - begun
            here, there = cpu_seconds(workers) - here, cpu_seconds([self._server]) - there
        cost = f"CPU an event: worker {here / ended * 1000:.1f} ms, database {there / ended * 1000:.1f} ms"
        yield Result(f"events to two rows, {count} worker(s)", ended / elapsed, "per s", cost)

    def paced(self, pace: int, seconds: int) -> Iterator[Result]:
        with self._workers(1):
            self._fill(20)
            self._watch.await_ended(self._watch.newest())
            after = self._watch.newest()
            pause = threading.Event()
            for _ in range(pace * seconds):
                self._inbox.submit(new_event(next(numbers)))
                pause.wait(1 / pace)
            self._inbox.accept(new_event(next(numbers)))
            self._watch.await_ended(self._watch.newest())
        p50, p99 = (self._watch.latency_ms(part, after) for part in (0.5, 0.99))
        yield Result(f"stored to closed at {pace}/s", p50, "ms p50", f"{p99:.0f} ms p99")

    def recovered(self) -> Result:
        """From the kill of one of two workers until what it had in hand is done."""
        self._fill(BACKLOG)
        with self._workers(2) as workers:
            self._watch.await_ended(self._watch.newest() - BACKLOG + 400)
            workers[0].suspend()
            threading.Event().wait(0.5)  # the other one ends what it had in hand
            workers[0].kill()
            killed = time.perf_counter()
            with self._database.autocommit() as connection:
                running = list(connection.execute(RUNNING).scalars())
            self._watch.until(lambda: self._open(running) == 0)
            seconds = time.perf_counter() - killed
            self._watch.await_ended(self._watch.newest())
        rows = self._twice()
        return Result("kill -9 of a worker to its runs done", seconds, "s", f"{rows} events lost or twice")

    def kept(self) -> Iterator[Result]:
        rows, size = self._watch.kept()
        count = self._watch.newest()
        yield Result("rows kept an event", rows / count, "rows", f"of {count} events")
        yield Result("bytes kept an event, with indexes", size / count, "bytes")

    def _open(self, runs: list[str]) -> int:
        with self._database.autocommit() as connection:
            return int(connection.execute(OPEN, {"runs": runs}).scalar_one())

    def _twice(self) -> int:
        query = "SELECT (SELECT count(*) FROM inbox) - (SELECT count(*) FROM books_receipt)"
        with self._database.autocommit() as connection:
            return int(connection.execute(sa.text(query)).scalar_one())

    def _fill(self, count: int) -> None:
        for answer in [self._inbox.submit(new_event(next(numbers))) for _ in range(count)]:
            answer.result()

    @contextmanager
    def _workers(self, count: int) -> Iterator[list[psutil.Process]]:
        program = [sys.executable, "-m", "bench.operations.plain_worker", self._database.conninfo]
        started = [subprocess.Popen(program) for _ in range(count)]  # noqa: S603 - our own program
        try:
            yield [psutil.Process(process.pid) for process in started]
        finally:
            for process in started:
                process.terminate()
            for process in started:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(30)
                process.kill()

    def _load(self, mode: str) -> Load:
        port = free_port()
        arguments = [mode, str(port), self._database.conninfo]
        program = [sys.executable, "-m", "bench.operations.plain_server", *arguments]
        with subprocess.Popen(program) as server:  # noqa: S603 - our own program
            try:
                wait_until_listening(port)
                self._send(port, 200, 4)
                return self._send(port, REQUESTS, CONNECTIONS)
            finally:
                server.terminate()

    @staticmethod
    def _send(port: int, requests: int, connections: int) -> Load:
        def request(_number: int) -> bytes:
            return post(PATH, port, "text/plain", str(next(numbers)).encode())

        return run_load(port, request, requests=requests, connections=connections)

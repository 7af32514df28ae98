from __future__ import annotations

import os
import signal
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from counterfoil.ports.clock import SystemClock
from counterfoil.ports.engine import Carry, Finished, Outcome, Parked, RetryAfter
from counterfoil.ports.errors import ConfigurationError, TransientError
from counterfoil.ports.ids import SystemIds
from counterfoil.ports.run_store import RunResult
from counterfoil.runtime.engine import Engine
from counterfoil.runtime.recovery import ADVISORY_LOCK, GRACE, NOTHING, Recovery
from counterfoil.runtime.worker import STRIKES_MAX, Worker
from counterfoil.runtime.worker_process import WorkerProcess
from counterfoil.store.database import Database
from counterfoil.store.inbox import Inbox
from counterfoil.store.jobs import Job
from counterfoil.store.migration import migrate
from counterfoil.store.run_queue import RunQueue
from counterfoil.store.server import EmbeddedServer
from counterfoil.store.workers import Workers
from tests.integration.store.samples import Hub, event

BOUND_SECONDS = 60


class LiveHub(Hub):
    """The store's parts with the real engine and the machine's clock."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.engine = Engine(database.conninfo, poll=timedelta(milliseconds=50))
        self.time = SystemClock()
        self.inbox = Inbox(database, self.engine.defer, clock=self.time, ids=SystemIds())
        self.queue = RunQueue(database, self.engine.defer, self.time)
        self.recovery = Recovery(database, self.engine, self.queue, Workers(database, self.time))
        self.changed = threading.Condition()

    def done(self, run: str) -> Outcome:
        self.runs.close_run(run, RunResult.DONE, {})
        return Finished()

    @contextmanager
    def working(self, carry: Carry, *, concurrency: int = 4) -> Iterator[None]:
        """A worker in a thread; every turn's end is announced."""
        worker = Worker(self.queue, carry, name="w1", wait=lambda _tries: 0)

        def turn(run: str) -> int | None:
            try:
                return worker.turn(run)
            finally:
                with self.changed:
                    self.changed.notify_all()

        stop = threading.Event()
        thread = threading.Thread(
            target=self.engine.run_worker,
            args=(turn,),
            kwargs={"concurrency": concurrency, "stop": stop, "on_start": lambda _worker: None},
        )
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(BOUND_SECONDS)
            assert not thread.is_alive()

    def await_status(self, *runs: str, status: str = "done") -> None:
        def reached() -> bool:
            return {self.status(run) for run in runs} == {status}

        with self.changed:
            assert self.changed.wait_for(reached, BOUND_SECONDS), [self.status(run) for run in runs]

    def job_count(self) -> int:
        with self.database.autocommit() as connection:
            return connection.execute(
                sa.select(sa.func.count()).select_from(self.engine.carried().subquery())
            ).scalar_one()


@pytest.fixture
def live(database: Database) -> LiveHub:
    return LiveHub(database)


def test_a_job_exists_if_and_only_if_its_transaction_commits(live: LiveHub) -> None:
    live.accept(event(1), event(2))
    assert live.job_count() == 2
    with live.database.engine.connect() as connection:
        live.engine.defer(connection, [Job(run="undone", lock="dev/a")])
        connection.rollback()
    assert live.job_count() == 2


def test_runs_of_one_order_key_are_carried_one_after_the_other_in_order(live: LiveHub) -> None:
    running: defaultdict[str, int] = defaultdict(int)
    order: defaultdict[str, list[str]] = defaultdict(list)
    overlaps: list[str] = []
    together = threading.Barrier(3)

    def carry(run: str) -> Outcome:
        key = live.runs.read_run(run).order_key
        running[key] += 1
        if running[key] > 1:
            overlaps.append(key)
        if not order[key]:
            together.wait(BOUND_SECONDS)  # three keys at once, or this breaks
        order[key].append(run)
        running[key] -= 1
        return live.done(run)

    runs = live.accept(*(event(number, order_key=f"key/{number % 3}") for number in range(30)))
    with live.working(carry):
        live.await_status(*runs)
    assert overlaps == []
    assert {key: order[key] for key in sorted(order)} == {f"key/{rest}": runs[rest::3] for rest in range(3)}
    assert live.job_count() == 0


def test_a_short_retry_keeps_younger_runs_waiting(live: LiveHub) -> None:
    seen: list[str] = []

    def carry(run: str) -> Outcome:
        seen.append(run)
        return RetryAfter(seconds=0, why="busy") if len(seen) < 3 else live.done(run)

    first, second = live.accept(event(1, order_key="a"), event(2, order_key="a"))
    with live.working(carry):
        live.await_status(first, second)
    assert seen == [first, first, first, second]
    assert live.runs.read_run(first).attempt == 3


def test_a_parked_run_ends_its_job_and_comes_back_when_it_is_re_driven(live: LiveHub) -> None:
    ready = threading.Event()

    def carry(run: str) -> Outcome:
        return live.done(run) if ready.is_set() else Parked(until=None, why="somebody must look")

    first, second = live.accept(event(1, order_key="a"), event(2, order_key="a"))
    with live.working(carry):
        live.await_status(first, second, status="parked")
        ready.set()
        assert live.queue.redrive(first)
        live.await_status(first, second)


def test_poison_is_isolated_and_the_others_go_on(live: LiveHub) -> None:
    poison, *good = live.accept(*(event(number) for number in range(20)))

    def carry(run: str) -> Outcome:
        if run == poison:
            raise ZeroDivisionError("poison")
        return live.done(run)

    with live.working(carry):
        live.await_status(*good)
        live.await_status(poison, status="dead")
    assert live.runs.read_run(poison).attempt == STRIKES_MAX


@pytest.mark.parametrize(
    ("error", "status"), [(TransientError("away"), "done"), (ConfigurationError("no account"), "dead")]
)
def test_an_error_says_what_becomes_of_the_run(live: LiveHub, error: Exception, status: str) -> None:
    tries: list[str] = []

    def carry(run: str) -> Outcome:
        tries.append(run)
        if len(tries) <= STRIKES_MAX + 2:
            raise error
        return live.done(run)

    (run,) = live.accept(event())
    with live.working(carry):
        live.await_status(run, status=status)


def test_a_flow_that_does_not_close_its_run_is_a_dead_letter(live: LiveHub) -> None:
    (run,) = live.accept(event())
    with live.working(lambda _run: Finished()):
        live.await_status(run, status="dead")


def test_losing_every_job_loses_nothing(live: LiveHub) -> None:
    runs = live.accept(*(event(number) for number in range(10)))
    with live.database.autocommit() as connection:
        connection.execute(sa.text("DELETE FROM procrastinate_jobs"))
        connection.execute(
            sa.text("UPDATE run SET due_at = due_at - :grace"), {"grace": GRACE + timedelta(seconds=1)}
        )
    assert live.recovery.sweep().due == 10
    assert live.recovery.sweep().due == 0
    with live.working(live.done):
        live.await_status(*runs)


def test_only_one_process_sweeps_at_a_time(live: LiveHub) -> None:
    live.accept(event())
    with live.database.autocommit() as connection:
        connection.execute(sa.text("DELETE FROM procrastinate_jobs"))
        connection.execute(sa.text("UPDATE run SET due_at = due_at - interval '1 minute'"))
    with live.database.transaction() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ADVISORY_LOCK)))
        assert live.recovery.sweep() == NOTHING
    assert live.recovery.sweep().due == 1


def test_a_stored_event_is_carried_at_once(live: LiveHub) -> None:
    live.inbox.start()
    with live.working(live.done):
        live.await_status(*live.accept(event(1)))
        answer = live.inbox.accept(event(2))
        live.await_status(*getattr(answer, "runs", ()))
    live.inbox.close()


def test_statistics_follow_a_sudden_backlog(live: LiveHub) -> None:
    live.accept(*(event(number) for number in range(600)))
    with live.database.transaction() as connection:
        connection.execute(sa.text("SELECT pg_stat_force_next_flush()"))
    known = sa.text("SELECT reltuples FROM pg_class WHERE relname = 'procrastinate_jobs'")
    with live.database.transaction() as connection:
        assert live.engine.refresh_statistics(connection)
        assert connection.execute(known).scalar_one() == 600


def test_a_worker_survives_the_death_of_its_database(own_server: EmbeddedServer) -> None:
    database = Database(own_server.conninfo())
    migrate(database)
    live = LiveHub(database)
    started, go_on, stop = threading.Event(), threading.Event(), threading.Event()

    def carry(run: str) -> Outcome:
        started.set()
        go_on.wait(BOUND_SECONDS)
        return live.done(run)

    worker = WorkerProcess(database, live.engine, carry, clock=live.time, ids=SystemIds())
    thread = threading.Thread(target=worker.run, args=(stop,), kwargs={"concurrency": 2})
    runs = live.accept(*(event(number) for number in range(6)))
    thread.start()
    try:
        assert started.wait(BOUND_SECONDS)
        process = own_server.find_process()
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        own_server.start()
        go_on.set()
        await_all(live, runs)
    finally:
        stop.set()
        go_on.set()
        thread.join(BOUND_SECONDS)
        database.close()


def await_all(live: LiveHub, runs: list[str]) -> None:
    """Until all runs are done; what the dead engine had in hand comes back through the recovery."""
    pause = threading.Event()
    for _ in range(BOUND_SECONDS * 5):
        try:
            if {live.status(run) for run in runs} == {"done"}:
                return
        except TransientError:
            pass
        pause.wait(timedelta(milliseconds=200).total_seconds())
    pytest.fail(str([live.status(run) for run in runs]))


def test_a_job_of_somebody_else_hides_no_lost_run_from_the_sweep(live: LiveHub) -> None:
    (run,) = live.accept(event())
    foreign = sa.text(
        "UPDATE procrastinate_jobs SET task_name = 'other', args = '{}' WHERE args->>'run' = :run"
    )
    with live.database.transaction() as connection:
        connection.execute(foreign, {"run": run})
    assert live.queue.sweep(live.engine.carried(), timedelta(0)) == 1

"""The engine: jobs in PostgreSQL, one per run, locked by order key. Only this file names Procrastinate."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar

import procrastinate
import psycopg
import sqlalchemy as sa
import structlog
from procrastinate import exceptions, jobs, retry
from procrastinate.worker import Worker
from psycopg_pool import AsyncConnectionPool
from typing_extensions import override

from counterfoil.store.jobs import Job

log = structlog.get_logger()

Result = TypeVar("Result")

TASK = "carry"
QUEUE = "runs"
POLL = timedelta(seconds=1)
"""A freed lock and a retried job notify nobody."""
WATCH = timedelta(milliseconds=100)
HEARTBEAT_SECONDS = 5
STALLED_SECONDS = 30
ERROR_SECONDS = 5
POOL_SECONDS = 10
"""A worker that gets no connection for so long begins anew, with a new pool."""
RESTART_SECONDS_MAX = 30
STATISTICS_CHANGES = 500

CarryJob = Callable[[str], int | None]
"""Carries a run; None when the job is done, else the seconds after which the same job comes again."""

JOBS = sa.table("procrastinate_jobs", sa.column("args", sa.JSON), sa.column("status"))


class Again(Exception):  # noqa: N818 - no error: how the engine is told to bring the job again
    """The job is to come again after some seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Comeback(retry.BaseRetryStrategy):
    """Every job comes back until its run says that it is done; a job never ends in an error of its own."""

    @override
    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> retry.RetryDecision:
        seconds = exception.seconds if isinstance(exception, Again) else ERROR_SECONDS
        return retry.RetryDecision(retry_in={"seconds": seconds})


class Engine:
    """Puts jobs into the store's transactions, carries them, and brings back those of dead workers."""

    def __init__(self, conninfo: str, *, poll: timedelta = POLL) -> None:
        self._conninfo = conninfo
        self._poll = poll
        # Never opened: it only writes through connections that it is handed.
        self._deferring = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=conninfo))

    def defer(self, connection: sa.Connection, wanted: Sequence[Job]) -> None:
        """Inserts jobs into the caller's transaction, in order."""
        rows = [
            jobs.Job(
                queue=QUEUE, lock=job.lock, queueing_lock=None, task_name=TASK, task_kwargs={"run": job.run}
            )
            for job in wanted
        ]
        try:
            self._deferring.job_manager.batch_defer_jobs(rows, connection.connection.driver_connection)
        except exceptions.ConnectorException as error:
            raise error.__cause__ or error from None

    @staticmethod
    def carried() -> sa.Select[tuple[str]]:
        """The runs that have a job, as "run"."""
        run = JOBS.c.args["run"].as_string().label("run")
        ours = sa.text("task_name = :task AND status IN ('todo', 'doing')").bindparams(task=TASK)
        return sa.select(run).where(ours)

    def run_worker(
        self, carry: CarryJob, *, concurrency: int, stop: threading.Event, on_start: Callable[[int], None]
    ) -> None:
        """Carries jobs until told to stop, then lets those in hand end; survives the loss of its database."""
        failures = 0
        while not stop.is_set():
            try:
                with ThreadPoolExecutor(concurrency, thread_name_prefix="carry") as threads:
                    asyncio.run(self._work(carry, concurrency, stop, on_start, threads))
                failures = 0
            except Exception as error:  # noqa: BLE001 - the worker loop: whatever it was, work goes on
                failures += 1
                log.warning("engine_worker_failed", error=type(error).__name__, failures=failures)
            stop.wait(min(2**failures - 1, RESTART_SECONDS_MAX))

    async def _work(
        self,
        carry: CarryJob,
        concurrency: int,
        stop: threading.Event,
        on_start: Callable[[int], None],
        threads: ThreadPoolExecutor,
    ) -> None:
        asyncio.get_running_loop().set_default_executor(threads)
        asyncio.get_running_loop().set_exception_handler(note_lost_error)
        app = self._worker_app(carry)
        announced = asyncio.Event()

        async def after_announcement(job: Callable[[], Awaitable[None]], *_rest: object) -> None:
            """No job starts before it is known who carries it."""
            await announced.wait()
            await job()

        async with self._pool() as pool, app.open_async(pool):
            worker = Worker(
                app,
                queues=[QUEUE],
                concurrency=concurrency,
                fetch_job_polling_interval=self._poll.total_seconds(),
                delete_jobs="successful",
                install_signal_handlers=False,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=STALLED_SECONDS,
                worker_middleware=[after_announcement],
            )
            working = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call] # untyped there
            while not working.done():
                if worker.worker_id is not None and not announced.is_set():
                    await asyncio.to_thread(on_start, worker.worker_id)
                    announced.set()
                if stop.is_set():
                    worker.stop()  # type: ignore[no-untyped-call] # untyped there
                await asyncio.wait({working}, timeout=WATCH.total_seconds())
            await working

    def _worker_app(self, carry: CarryJob) -> procrastinate.App:
        app = self._app()

        @app.task(name=TASK, queue=QUEUE, retry=Comeback())
        def carry_run(run: str) -> None:
            seconds = carry(run)
            if seconds is not None:
                raise Again(seconds)

        return app

    @staticmethod
    def _app() -> procrastinate.App:
        return procrastinate.App(connector=procrastinate.PsycopgConnector())

    def _pool(self) -> AsyncConnectionPool:
        """Every query of the engine is one statement: committed by itself it needs a quarter of the trips."""

        async def configure(connection: psycopg.AsyncConnection) -> None:
            await connection.set_autocommit(True)

        return AsyncConnectionPool(
            self._conninfo,
            min_size=1,
            max_size=4,
            open=False,
            configure=configure,
            name="engine",
            timeout=POOL_SECONDS,
        )

    def retry_jobs_of(self, workers: Collection[int]) -> int:
        """Brings back at once what workers had in hand whose processes are known to be dead."""

        async def retry_all(app: procrastinate.App) -> int:
            manager, count = app.job_manager, 0
            for worker in workers:
                count += await retry_each(
                    app, await manager.list_jobs_async(status="doing", worker_id=worker)
                )
                await manager.unregister_worker(worker)
            return count

        return self._with_app(retry_all)

    def retry_stalled(self) -> int:
        """Brings back what workers had in hand that gave no sign of life for long."""

        async def retry_all(app: procrastinate.App) -> int:
            stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS)
            return await retry_each(app, stalled)

        return self._with_app(retry_all)

    def _with_app(self, work: Callable[[procrastinate.App], Awaitable[Result]]) -> Result:
        async def opened() -> Result:
            app = self._app()
            async with self._pool() as pool, app.open_async(pool):
                return await work(app)

        return asyncio.run(opened())

    @staticmethod
    def refresh_statistics(connection: sa.Connection) -> bool:
        """After a sudden backlog the planner must know of it, or every fetch reads the whole table."""
        changed = connection.execute(
            sa.text(
                "SELECT n_mod_since_analyze FROM pg_stat_user_tables WHERE relname = 'procrastinate_jobs'"
            )
        ).scalar_one()
        if changed < STATISTICS_CHANGES:
            return False
        connection.execute(sa.text("ANALYZE procrastinate_jobs"))
        return True


def note_lost_error(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An error that nobody waited for, such as when a job's end could not be stored; the job comes back."""
    log.warning("engine_task_failed", error=type(context.get("exception")).__name__)


async def retry_each(app: procrastinate.App, stalled: Iterable[jobs.Job]) -> int:
    """Retries the jobs that are still in hand; one that ended meanwhile needs nothing."""
    count = 0
    for job in stalled:
        try:
            await app.job_manager.retry_job(job)
            count += 1
        except exceptions.ConnectorException as error:
            if not isinstance(error.__cause__, psycopg.errors.RaiseException):
                raise
    return count

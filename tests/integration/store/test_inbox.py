from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
import sqlalchemy as sa

from counterfoil.ports.errors import TransientError
from counterfoil.store import schema
from counterfoil.store.database import Database
from counterfoil.store.errors import EventNotStorableError, StorageFullError, StoreUnavailableError
from counterfoil.store.inbox import Accepted, AlreadyAccepted
from counterfoil.store.migration import migrate
from counterfoil.store.server import EmbeddedServer
from tests.integration.store.samples import Hub, add_flow, event


def test_an_event_its_run_and_its_job_are_stored_together(hub: Hub) -> None:
    (answer,) = hub.inbox.store([event()])
    assert isinstance(answer, Accepted)
    run = hub.runs.read_run(*answer.runs)
    assert run.event.id == answer.event
    assert run.event.body["amount"] == "12345678901234567.89"
    assert [(job.run, job.lock) for job in hub.jobs.taken] == [(run.id, "dev/lineage/1")]


def test_fifty_callers_with_the_same_event_store_it_once(hub: Hub) -> None:
    hub.inbox.start()
    ready = threading.Barrier(50)

    def deliver(_number: int) -> Accepted | AlreadyAccepted:
        ready.wait(30)
        return hub.inbox.accept(event())

    with ThreadPoolExecutor(50) as callers:
        answers = list(callers.map(deliver, range(50)))
    hub.inbox.close()
    assert sum(isinstance(answer, Accepted) for answer in answers) == 1
    assert len({answer.event for answer in answers}) == 1
    assert (hub.count(schema.inbox), hub.count(schema.run), len(hub.jobs.taken)) == (1, 1, 1)


def test_a_repeat_within_one_group_and_after_a_restart_is_known(hub: Hub) -> None:
    first, repeat = hub.inbox.store([event(), event()])
    assert isinstance(first, Accepted)
    assert repeat == AlreadyAccepted(event=first.event)
    assert hub.inbox.store([event()]) == [AlreadyAccepted(event=first.event)]
    assert hub.count(schema.run) == 1


def test_runs_and_jobs_keep_the_order_of_arrival(hub: Hub) -> None:
    runs = hub.accept(*(event(number) for number in range(30, 0, -1)))
    with hub.database.autocommit() as connection:
        stored = connection.execute(sa.select(schema.run.c.id).order_by(schema.run.c.seq)).scalars().all()
    assert stored == runs == hub.jobs.runs()


def test_an_event_without_a_live_flow_is_kept_without_a_run(hub: Hub) -> None:
    (answer,) = hub.inbox.store([event(kind="batch.paid")])
    assert isinstance(answer, Accepted)
    assert answer.runs == ()
    assert (hub.count(schema.inbox), hub.count(schema.run), hub.jobs.taken) == (1, 0, [])


def test_every_flow_that_the_event_starts_gets_a_run(hub: Hub) -> None:
    add_flow(hub.database, "tell_the_clerk", "dev", trigger="payment.captured")
    add_flow(hub.database, "elsewhere", "qa")
    (answer,) = hub.inbox.store([event()])
    assert isinstance(answer, Accepted)
    assert {hub.runs.read_run(run).flow for run in answer.runs} == {"payment_to_receipt", "tell_the_clerk"}


def test_when_the_job_cannot_be_stored_nothing_is_and_everybody_hears_of_it(hub: Hub) -> None:
    hub.jobs.failure = StoreUnavailableError("the engine's table is away")
    answers = [hub.inbox.submit(event(number)) for number in range(5)]
    hub.inbox.start()
    for answer in answers:
        with pytest.raises(TransientError):
            answer.result(30)
    assert (hub.count(schema.inbox), hub.count(schema.run)) == (0, 0)
    hub.jobs.failure = None
    assert isinstance(hub.inbox.accept(event(1)), Accepted)
    hub.inbox.close()


def test_an_event_that_postgresql_cannot_hold_does_not_harm_the_others(hub: Hub) -> None:
    good, bad = hub.inbox.submit(event(1)), hub.inbox.submit(event(2, order_key="a\0b"))
    hub.inbox.start()
    assert isinstance(good.result(30), Accepted)
    with pytest.raises(EventNotStorableError):
        bad.result(30)
    hub.inbox.close()
    assert hub.count(schema.inbox) == 1


def test_an_async_handler_waits_for_the_commit(hub: Hub) -> None:
    hub.inbox.start()

    async def deliver_all() -> list[Accepted | AlreadyAccepted]:
        return await asyncio.gather(*(hub.inbox.accept_async(event(number)) for number in range(200)))

    answers = asyncio.run(deliver_all())
    hub.inbox.close()
    assert all(isinstance(answer, Accepted) for answer in answers)
    assert hub.count(schema.inbox) == 200


def kill_at_once(server: EmbeddedServer) -> None:
    """The server and every process that serves a connection, which would outlive it by a moment."""
    found = server.find_process()
    assert found is not None
    parent = psutil.Process(found.pid)
    processes = [*parent.children(recursive=True), parent]
    for process in reversed(processes):
        process.kill()
    psutil.wait_procs(processes, timeout=10)


def test_an_answer_means_that_a_power_cut_loses_nothing(own_server: EmbeddedServer) -> None:
    database = Database(own_server.conninfo())
    migrate(database)
    hub = Hub(database)
    hub.inbox.start()
    accepted = [hub.inbox.accept(event(number)) for number in range(20)]
    kill_at_once(own_server)
    with pytest.raises(StoreUnavailableError):
        hub.inbox.accept(event(99))
    own_server.start()
    assert hub.count(schema.inbox) >= len(accepted)
    assert isinstance(hub.inbox.accept(event(0)), AlreadyAccepted)
    assert isinstance(hub.inbox.accept(event(100)), Accepted)
    hub.inbox.close()
    database.close()


def test_a_full_disk_is_named_and_nothing_is_half_stored(hub: Hub) -> None:
    hub.jobs.failure = None

    def full(connection: sa.Connection, _jobs: object) -> None:
        connection.execute(
            sa.text("DO $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = 'disk_full'; END $$")
        )

    hub.inbox._defer = full
    with pytest.raises(StorageFullError, match="free space"):
        hub.inbox.store([event()])
    assert hub.count(schema.inbox) == 0


def test_characters_that_the_database_cannot_keep_are_replaced(hub: Hub) -> None:
    hub.accept(event(note="a\0b \ud83d c \U0001f600 \\u0000"))
    with hub.database.autocommit() as connection:
        body = connection.execute(sa.select(schema.inbox.c.body)).scalar_one()
    assert body["note"] == "a\ufffdb \ufffd c \U0001f600 \\u0000"


def test_an_error_of_the_database_does_not_tell_what_was_to_be_stored(hub: Hub) -> None:
    with pytest.raises(sa.exc.IntegrityError) as caught:
        hub.accept(event(note="private", connection="nobody"))
    assert "private" not in str(caught.value)

"""Breakers as rows: shared by all workers, by the database's clock, and what waits for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from counterfoil.ports.breakers import Breaker, BreakerState, Hand, Limit
from counterfoil.ports.engine import Parked
from counterfoil.ports.errors import RestingError, TransientError
from counterfoil.runtime.breaker import FAILURES_MAX, answered, closed_by_hand, failed, let_through
from counterfoil.runtime.calls import ConnectionGuard, one_turn
from counterfoil.runtime.redrive import RUNS_FIRST, Redrive
from counterfoil.store.breakers import StoredBreakers
from counterfoil.store.database import Database
from counterfoil.store.run_queue import Behind, Turn
from tests.integration.store.samples import Hub, event


def no_route(breaker: Breaker, now: datetime) -> Breaker:
    return failed(breaker, now, "no route")


def opened(hub: Hub) -> StoredBreakers:
    breakers = StoredBreakers(hub.database)
    for _ in range(FAILURES_MAX):
        breakers.change("c1", no_route)
    return breakers


HOUR = 3600
"""Longer than the test takes, on whatever machine."""


def pass_database_time(hub: Hub, seconds: int) -> None:
    """Moves the breakers instead, because nobody moves the database's clock."""
    moved = sa.text("UPDATE breaker SET since = since - :step, next_at = next_at - :step")
    with hub.database.autocommit() as connection:
        connection.execute(moved, {"step": timedelta(seconds=seconds)})


def park(hub: Hub, *runs: str) -> None:
    for run in runs:
        turn = hub.queue.begin(run, "w1")
        assert isinstance(turn, Turn)
        hub.queue.park(turn, Parked(until=None, why="c1 is away", awaits="c1"))


def test_what_was_stored_is_read_and_goes_by_the_databases_clock(hub: Hub) -> None:
    breakers = StoredBreakers(hub.database)
    assert breakers.find("c1")[0] == Breaker(connection="c1")
    limit = Limit(per_minute=60, burst=3)

    def everything(breaker: Breaker, now: datetime) -> Breaker:
        return replace(
            failed(breaker, now, "no route"), limit=limit, spent_until=now, quiet_until=now, since=now
        )

    change = breakers.change("c1", everything)
    assert StoredBreakers(hub.database).find("c1")[0] == change.after
    with hub.database.autocommit() as connection:
        now = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    assert timedelta(0) <= now - change.at < timedelta(minutes=1)


def test_failures_that_workers_meet_at_once_are_all_counted(hub: Hub) -> None:
    breakers = StoredBreakers(hub.database)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: breakers.change("c1", no_route), range(FAILURES_MAX - 1)))
    assert breakers.find("c1")[0].failures == FAILURES_MAX - 1
    assert opened(hub).find("c1")[0].state is BreakerState.OPEN


def test_openings_and_closings_are_logged_probes_are_not_and_a_person_is_named(hub: Hub) -> None:
    breakers = opened(hub)
    breakers.change("c1", let_through)
    breakers.change("c1", no_route)
    breakers.change("c1", closed_by_hand, Hand(by="Ann Lee", why="they are back"))
    told = [(entry.state, entry.by, entry.why) for entry in breakers.entries("c1", 10)]
    assert told == [("closed", "Ann Lee", "they are back"), ("open", "", "no route")]


def test_what_waits_is_counted_for_people_and_monitors(hub: Hub) -> None:
    with hub.database.autocommit() as connection:
        connection.execute(sa.text("UPDATE connection SET enabled = true"))
    park(hub, *hub.accept(event(1), event(2)))
    (row,) = opened(hub).overview()
    assert (row.name, row.breaker.state, row.breaker.why, row.waiting) == (
        "c1",
        BreakerState.OPEN,
        "no route",
        2,
    )


def test_one_probes_and_when_it_closes_what_waited_goes_on_in_order_each_key_in_order(hub: Hub) -> None:
    events = [event(number, order_key=f"key/{number % 20}") for number in range(40)]
    runs = hub.accept(*events)
    elders, younger = runs[:20], runs[20:]
    breakers = opened(hub)
    redrive = Redrive(breakers, hub.queue)
    park(hub, *elders)
    assert [hub.queue.begin(run, "w1") for run in younger] == [Behind(elder=run) for run in elders]
    hub.jobs.taken.clear()
    pass_database_time(hub, -HOUR)
    assert redrive.turn() == 0
    pass_database_time(hub, HOUR + 1)
    assert redrive.turn() == 1
    assert hub.jobs.runs() == [elders[0]]
    breakers.change("c1", let_through)
    hub.pass_time(seconds=1)
    park(hub, elders[0])
    breakers.change("c1", no_route)
    pass_database_time(hub, 2)
    assert redrive.turn() == 1
    assert hub.jobs.runs() == elders[:2]
    breakers.change("c1", answered)
    pass_database_time(hub, -HOUR)
    hub.jobs.taken.clear()
    assert redrive.turn() == RUNS_FIRST
    assert hub.jobs.runs() == [elders[0], *elders[2 : RUNS_FIRST + 1]]
    pass_database_time(hub, HOUR + 2)
    assert redrive.turn() == 20 - 1 - RUNS_FIRST
    assert hub.jobs.runs() == sorted(hub.jobs.runs(), key=elders.index)
    assert {hub.status(run) for run in younger} == {"parked"}
    assert redrive.turn() == 0


def test_a_run_that_waits_for_a_connection_without_trouble_goes_on(hub: Hub) -> None:
    (run,) = hub.accept(event())
    park(hub, run)
    assert Redrive(StoredBreakers(hub.database), hub.queue).turn() == 1
    assert hub.status(run) == "waiting"


def test_two_workers_share_one_breaker_and_one_limit(hub: Hub) -> None:
    """Each worker has a pool of connections of its own, as in a process of its own."""
    pools = [Database(hub.database.conninfo) for _ in range(2)]
    stores = [StoredBreakers(pool) for pool in pools]
    first, second = (ConnectionGuard("c1", "c1", store) for store in stores)
    limit = Limit(per_minute=1, burst=5)
    stores[0].change("c1", lambda breaker, _now: replace(breaker, limit=limit))

    def is_let_in(guard: ConnectionGuard) -> bool:
        try:
            with one_turn(), guard.calling():
                return True
        except RestingError:
            return False

    with ThreadPoolExecutor(4) as threads:
        let_in = list(threads.map(is_let_in, [first, second] * 10))
    assert let_in.count(True) == 5
    stores[1].change("c1", lambda breaker, _now: replace(breaker, limit=None))
    for _ in range(FAILURES_MAX):
        with pytest.raises(TransientError, match="no route"), first.calling():
            raise TransientError("no route", retry_after_seconds=HOUR)
        stores[1].change("c1", lambda breaker, _now: replace(breaker, quiet_until=None))
    with pytest.raises(RestingError, match="c1 is away"), second.calling():
        pytest.fail("called")
    for pool in pools:
        pool.close()

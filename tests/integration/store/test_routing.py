"""Whose books an event concerns is decided in the transaction that stores it, once per lineage."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import sqlalchemy as sa

from counterfoil.domain.identifiers import CompanyCode
from counterfoil.domain.routing import Bearings, Clue, CompanyRule
from counterfoil.ports.ids import SeededIds
from counterfoil.ports.run_store import ReviewTask, RunResult
from counterfoil.store import schema
from counterfoil.store.inbox import Accepted, AlreadyAccepted, Inbox, NewEvent
from counterfoil.store.jobs import Job
from counterfoil.store.routing import UNDECIDED, write_rules
from counterfoil.store.undecided import Undecided
from tests.integration.store.samples import Hub, event
from tests.integration.store.test_run_queue import EVERYTHING, GRACE

PATIENCE = 30
"""Seconds: longer than the test takes, on whatever machine."""


def paid(number: int, invoice: str, *, order_key: str = "") -> NewEvent:
    return replace(event(number, order_key=order_key), bearings=Bearings(invoice_reference=invoice))


def set_rules(hub: Hub, **prefixes: str) -> None:
    rules = [
        CompanyRule(clue=Clue.INVOICE_PREFIX, value=prefix, company=CompanyCode(company))
        for prefix, company in prefixes.items()
    ]
    with hub.database.autocommit() as connection:
        connection.execute(sa.update(schema.connection).values(settings=write_rules({}, rules)))


def company(hub: Hub, run: str) -> str:
    return hub.runs.read_run(run).company


def wait_for_one_that_waits(hub: Hub) -> None:
    """Until another session waits for a lock, which tells nobody."""
    waits = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
    pause = threading.Event()
    for _ in range(PATIENCE * 100):
        with hub.database.autocommit() as connection:
            if connection.execute(waits).scalar_one():
                return
        pause.wait(0.01)
    raise AssertionError("nobody waits")


def hold(hub: Hub, run: str) -> None:
    task = ReviewTask(run=run, kind="company", title="Which company?", why="no rule knows it")
    hub.runs.close_run(run, RunResult.HELD, {}, task)


def test_without_rules_everything_belongs_to_the_connection_s_company(hub: Hub) -> None:
    [run] = hub.accept(paid(1, "W-1"))
    assert company(hub, run) == "01"


def test_rules_decide_by_the_confirmed_record_and_leave_open_what_they_do_not_know(hub: Hub) -> None:
    set_rules(hub, W="02")
    first, second, unreadable = hub.accept(paid(1, "W-1"), paid(2, "X-1"), event(3))
    assert [company(hub, run) for run in (first, second, unreadable)] == ["02", UNDECIDED, UNDECIDED]


def test_a_payment_stays_with_its_company_when_two_hubs_hear_of_it_at_once(hub: Hub) -> None:
    """The second hub's group waits for the first one's commit, and goes by what was committed."""
    stored, released = threading.Event(), threading.Event()

    def hold_back(_connection: sa.Connection, _jobs: Sequence[Job]) -> None:
        stored.set()
        assert released.wait(PATIENCE)

    first = Inbox(hub.database, hold_back, clock=hub.clock, ids=SeededIds("first hub"))
    captured = paid(1, "W-1", order_key="m1/7")
    set_rules(hub, W="02")
    with ThreadPoolExecutor(2) as pool:
        begun = pool.submit(first.store, [captured])
        assert stored.wait(PATIENCE)
        set_rules(hub, W="03")
        later = pool.submit(hub.inbox.store, [captured, paid(2, "W-1", order_key="m1/7")])
        wait_for_one_that_waits(hub)
        released.set()
        [accepted] = begun.result(PATIENCE)
        known, settled = later.result(PATIENCE)
    assert isinstance(known, AlreadyAccepted)
    assert isinstance(accepted, Accepted)
    assert isinstance(settled, Accepted)
    assert [company(hub, run) for run in (*accepted.runs, *settled.runs)] == ["02", "02"]


def test_a_payment_stays_with_its_first_company_when_rules_change(hub: Hub) -> None:
    set_rules(hub, W="02")
    [captured] = hub.accept(paid(1, "W-1", order_key="m1/7"))
    set_rules(hub, W="03")
    settled, other = hub.accept(paid(2, "W-1", order_key="m1/7"), paid(3, "W-1", order_key="m1/8"))
    assert [company(hub, run) for run in (captured, settled, other)] == ["02", "02", "03"]


def test_two_events_of_a_payment_in_one_group_get_one_company(hub: Hub) -> None:
    set_rules(hub, W="02", X="03")
    runs = hub.accept(paid(1, "W-1", order_key="m1/7"), paid(2, "X-1", order_key="m1/7"))
    assert [company(hub, run) for run in runs] == ["02", "02"]


def test_a_person_s_answer_lets_the_whole_lineage_go_on(hub: Hub) -> None:
    set_rules(hub, W="02")
    first, second, other = hub.accept(
        paid(1, "X-1", order_key="m1/7"), paid(2, "X-1", order_key="m1/7"), paid(3, "X-1", order_key="m1/8")
    )
    for run in (first, other):
        hold(hub, run)
    undecided = Undecided(hub.database, hub.clock)
    assert [row.id for row in undecided.all()] == [first, other]
    assert undecided.assign(first, "01", by="Ann Lee") == 2
    assert undecided.assign(first, "02", by="Bob") == 0
    assert [company(hub, run) for run in (first, second, other)] == ["01", "01", UNDECIDED]
    assert (hub.status(first), hub.status(second), hub.status(other)) == ("parked", "waiting", "held")
    assert hub.queue.sweep(EVERYTHING, GRACE) == 1
    assert hub.status(first) == "waiting"
    assert [row.id for row in undecided.all()] == [other]
    [later] = hub.accept(paid(4, "X-1", order_key="m1/7"))
    assert company(hub, later) == "01"

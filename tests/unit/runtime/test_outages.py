"""Named failures: the agent gone for an hour, the line to it cut on the way back, a gateway that throttles.

Method: the shipped flow for payments over interpreter, guards, breakers and re-drive; an hour takes seconds.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from counterfoil.http.client import ThrottledError
from counterfoil.ports.breakers import BreakerState
from counterfoil.ports.errors import OutcomeUnknownError, TransientError
from counterfoil.runtime.breaker import FAILURES_MAX, PAUSE_SECONDS_MAX
from tests.support.outage import World

MINUTES = 60


@pytest.mark.parametrize(
    "error",
    [TransientError("no route"), OutcomeUnknownError("no complete answer")],
    ids=["gone", "answers lost"],
)
def test_the_agent_gone_for_an_hour_holds_nobody_else_and_everything_is_posted_once_in_order(
    error: TransientError,
) -> None:
    world = World()
    runs: dict[str, list[str]] = {"01": [], "02": []}
    with world.cut("01", error) as line:
        for _ in range(MINUTES):
            for company, told in runs.items():
                told.append(world.pay(company))
            world.pass_seconds(1)
            assert runs["02"][-1] in world.done_at, "the other company's payment is posted at once"
            world.pass_seconds(59)
        assert world.breakers.find("01")[0].state is BreakerState.OPEN
        assert world.awaited() == {"01": MINUTES}
        assert len(line.calls) <= FAILURES_MAX + 6 + MINUTES * 60 // PAUSE_SECONDS_MAX, (
            "nobody but a probe calls"
        )
        assert not set(runs["01"]) & set(world.done_at)
    world.pass_seconds(PAUSE_SECONDS_MAX + 20)
    assert world.breakers.find("01")[0].state is BreakerState.CLOSED
    assert set(runs["01"]) <= set(world.done_at)
    assert len(world.lines["01"].erp.ledger) == MINUTES
    unprobed = [run for run in runs["01"] if world.store.runs[run].attempt == 2]
    ends = [world.done_at[run] for run in unprobed]
    assert ends == sorted(ends), "what waited goes on in the order it came"


def test_within_an_order_key_the_order_holds_though_the_elder_alone_waits_for_the_agent() -> None:
    world = World()
    with world.cut("01", TransientError("no route")):
        runs = [world.pay("01", lineage="one") for _ in range(20)]
        world.pass_seconds(10 * MINUTES)
        assert world.done_at == {}
    world.pass_seconds(PAUSE_SECONDS_MAX + 20)
    assert world.posted["01"] == runs


def test_what_waited_does_not_rush_on_all_at_once() -> None:
    world = World()
    with world.cut("01", TransientError("no route")) as line:
        runs = [world.pay("01") for _ in range(100)]
        world.pass_seconds(5 * MINUTES)
    line.calls.clear()
    world.pass_seconds(PAUSE_SECONDS_MAX + 20)
    assert set(runs) <= set(world.done_at)
    ends = sorted(world.done_at[run] for run in runs)
    closed = ends[0]
    first = [end for end in ends if end < closed + timedelta(seconds=4)]
    assert 1 < len(first) <= 31
    assert ends[-1] <= closed + timedelta(seconds=12)


def test_a_pause_that_is_asked_for_is_kept_by_every_run() -> None:
    world = World()
    with world.cut("01", ThrottledError("throttles", retry_after_seconds=120)) as line:
        runs = [world.pay("01") for _ in range(30)]
        world.pass_seconds(1)
        assert len(line.calls) == 1
    world.pass_seconds(118)
    assert len(line.calls) == 1
    world.pass_seconds(30)
    assert set(runs) <= set(world.done_at)
    assert len(world.lines["01"].erp.ledger) == 30


def test_a_day_of_outages_does_not_make_a_run_slow_afterwards() -> None:
    world = World()
    with world.cut("01", TransientError("no route")):
        run = world.pay("01")
        world.pass_seconds(6 * 60 * MINUTES)
    world.pass_seconds(PAUSE_SECONDS_MAX + 5)
    assert run in world.done_at


def test_one_posting_that_the_agent_fails_at_holds_the_others_for_seconds_and_is_tried_ever_less() -> None:
    world = World()
    poison = world.pay("01")
    world.lines["01"].fails_at = "1000"
    started: dict[str, timedelta] = {}
    for _ in range(3 * MINUTES):
        run, told = world.pay("01"), world.clock.now()
        world.pass_seconds(10)
        started[run] = world.done_at[run] - told
    assert max(started.values()) <= timedelta(seconds=6)
    tries = world.store.runs[poison].attempt
    world.pass_seconds(60 * MINUTES)
    assert poison not in world.done_at
    assert tries < 30
    assert world.store.runs[poison].attempt - tries <= 5

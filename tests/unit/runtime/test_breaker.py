"""Steps of a breaker; the guard that takes them stands in test_calls.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.ports.breakers import Breaker, BreakerState, Limit
from counterfoil.runtime.breaker import (
    FAILURES_MAX,
    PAUSE_SECONDS_MAX,
    PROBE_SECONDS,
    answered,
    asked_to_wait,
    closed_by_hand,
    failed,
    hindered,
    let_through,
    opened_by_hand,
    refusal,
)
from counterfoil.runtime.call_limit import free_at, left, spent
from counterfoil.runtime.redrive import RUNS_FIRST, RUNS_MAX, may_go

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
NEW = Breaker(connection="shop")


def after(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


def opened() -> Breaker:
    breaker = NEW
    for _ in range(FAILURES_MAX):
        breaker = failed(breaker, NOW, "no route")
    return breaker


def test_failures_in_a_row_open_it_and_an_answer_between_them_does_not() -> None:
    breaker = NEW
    for _ in range(3):
        for _ in range(FAILURES_MAX - 1):
            breaker = failed(breaker, NOW, "no route")
        assert refusal(breaker, NOW) is None
        breaker = answered(breaker, NOW)
    assert breaker == NEW
    assert (opened().state, opened().since, opened().why) == (BreakerState.OPEN, NOW, "no route")


def test_it_is_probed_later_and_later_up_to_a_cap() -> None:
    breaker, now, pauses = opened(), NOW, []
    for _ in range(9):
        assert breaker.next_at is not None
        pauses.append(int((breaker.next_at - now).total_seconds()))
        assert refusal(breaker, breaker.next_at - timedelta(microseconds=1)) is not None
        now = breaker.next_at
        assert refusal(breaker, now) is None
        breaker = failed(let_through(breaker, now), now, "no route")
    assert pauses == [1, 2, 4, 8, 16, *[PAUSE_SECONDS_MAX] * 4]
    assert breaker.since == NOW


def test_one_probes_while_the_others_wait_and_a_lost_probe_is_made_again() -> None:
    probing = let_through(opened(), after(1))
    assert probing.state is BreakerState.PROBING
    assert refusal(probing, after(1 + PROBE_SECONDS - 1)) is not None
    assert refusal(probing, after(1 + PROBE_SECONDS)) is None


def test_an_answer_closes_it_and_the_count_begins_anew() -> None:
    closed = answered(let_through(opened(), after(1)), after(3))
    assert closed == replace(NEW, since=after(3))
    assert refusal(closed, after(3)) is None


def test_an_answer_to_a_call_from_before_closes_it_and_a_late_failure_does_not_lengthen_it() -> None:
    assert answered(opened(), after(0)).state is BreakerState.CLOSED
    assert failed(opened(), NOW, "late") == opened()


def test_a_probe_that_told_nothing_is_made_again_and_elsewhere_it_counts_as_neither() -> None:
    assert hindered(let_through(opened(), after(1)), after(2), "certificate").state is BreakerState.OPEN
    assert hindered(NEW, NOW, "certificate") == NEW


def test_who_asks_for_a_pause_gets_it_and_is_there() -> None:
    probing = let_through(opened(), after(1))
    quiet = asked_to_wait(probing, after(2), 30)
    assert (quiet.state, quiet.quiet_until) == (BreakerState.CLOSED, after(32))
    assert refusal(quiet, after(31)) is not None
    assert refusal(quiet, after(32)) is None
    assert asked_to_wait(quiet, after(3), 5).quiet_until == after(32)
    assert answered(quiet, after(4)).quiet_until == after(32)
    assert answered(quiet, after(32)).quiet_until is None


def test_a_failure_that_says_when_to_come_again_is_one_and_is_heeded() -> None:
    once = failed(NEW, NOW, "answered 503", 40)
    assert (once.failures, once.quiet_until) == (1, after(40))
    last = failed(replace(once, failures=FAILURES_MAX - 1), NOW, "answered 503", 40)
    assert (last.state, last.next_at) == (BreakerState.OPEN, after(40))


def test_opened_by_hand_it_stays_open_until_a_person_closes_it() -> None:
    held = opened_by_hand(NEW, NOW, "they migrate tonight")
    assert refusal(held, after(10**6)) is not None
    assert answered(held, after(5)) == held
    assert failed(held, after(5), "no route") == held
    assert refusal(closed_by_hand(held, after(6)), after(6)) is None
    assert may_go(held, after(10**6)) == 0


LIMITED = replace(NEW, limit=Limit(per_minute=60, burst=3))


def test_a_limit_lets_so_many_through_at_once_and_then_one_each_interval() -> None:
    breaker = LIMITED
    assert left(breaker, NOW) == 3
    for _ in range(3):
        assert free_at(breaker, NOW) == NOW
        breaker = spent(breaker, NOW)
    assert (free_at(breaker, NOW), left(breaker, NOW)) == (after(1), 0)
    assert (free_at(breaker, after(1)), left(breaker, after(1))) == (after(1), 1)
    assert left(breaker, after(10**6)) == 3
    assert (free_at(NEW, NOW), spent(NEW, NOW), left(NEW, NOW)) == (NOW, NEW, None)


@given(st.lists(st.integers(0, 5), max_size=60), st.integers(1, 600), st.integers(1, 20))
def test_no_window_sees_more_calls_than_the_limit_and_its_burst(
    gaps: list[int], per_minute: int, burst: int
) -> None:
    breaker, now = replace(NEW, limit=Limit(per_minute=per_minute, burst=burst)), NOW
    made = 0
    for gap in gaps:
        now += timedelta(seconds=gap)
        if free_at(breaker, now) <= now:
            made += 1
            breaker = spent(breaker, now)
    seconds = int((now - NOW).total_seconds())
    assert made <= burst + seconds * per_minute // 60 + 1


def test_one_goes_as_the_probe_and_after_it_more_and_more_go_on() -> None:
    breaker = opened()
    assert [may_go(breaker, after(seconds)) for seconds in (0, 1)] == [0, 1]
    probing = let_through(breaker, after(1))
    assert may_go(probing, after(2)) == 0
    closed = answered(probing, after(2))
    paces = [may_go(closed, after(2 + seconds)) for seconds in (0, 1, 2, 4, 6, 12, 600)]
    assert paces == [RUNS_FIRST, 10, 20, 40, 80, RUNS_MAX, RUNS_MAX]
    assert may_go(closed, NOW) == RUNS_FIRST, "the clock was stepped back"
    assert may_go(NEW, NOW) == RUNS_FIRST


def test_no_more_go_on_than_the_limit_lets_through() -> None:
    assert may_go(spent(LIMITED, NOW), NOW) == 2
    quiet = asked_to_wait(LIMITED, NOW, 60)
    assert (may_go(quiet, after(59)), may_go(quiet, after(60))) == (0, 3)

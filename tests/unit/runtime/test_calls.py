"""Guards of several workers over one store of breakers, at a time that stands still until it is moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from typing_extensions import override

from counterfoil.http.client import AnswerTooLongError, ThrottledError
from counterfoil.ports.breakers import Breaker, BreakerChange, BreakerState, Hand, Limit
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.errors import (
    ConfigurationError,
    CounterfoilError,
    OutcomeUnknownError,
    RestingError,
    TransientError,
)
from counterfoil.runtime.breaker import FAILURES_MAX, opened_by_hand
from counterfoil.runtime.calls import THROTTLED_SECONDS, ConnectionGuard, one_turn
from counterfoil.runtime.memory.breakers import MemoryBreakers

START = datetime(2026, 11, 28, 12, tzinfo=UTC)
AWAY = TransientError("no route")


class CountedBreakers(MemoryBreakers):
    """Counts how often the rows are looked at, and can be away."""

    looks = 0
    away: CounterfoilError | None = None

    @override
    def find(self, connection: str) -> tuple[Breaker, datetime]:
        self.looks += 1
        return super().find(connection)

    @override
    def change(
        self, connection: str, step: Callable[[Breaker, datetime], Breaker], hand: Hand | None = None
    ) -> BreakerChange:
        if self.away is not None:
            raise self.away
        return super().change(connection, step, hand)


class Shop:
    """One connection, two workers."""

    def __init__(self) -> None:
        self.clock = ManualClock(START)
        self.breakers = CountedBreakers(self.clock)
        self.error: CounterfoilError | None = None
        self.asked = 0
        self.workers = [self.guard("shop"), self.guard("shop")]

    def guard(self, connection: str) -> ConnectionGuard:
        def seconds() -> int:
            return (self.clock.now() - START) // timedelta(seconds=1)

        return ConnectionGuard(connection, connection, self.breakers, seconds)

    def ask(self, worker: int = 0) -> str:
        try:
            with self.workers[worker].calling():
                self.asked += 1
                if self.error is not None:
                    raise self.error
        except CounterfoilError as error:
            return str(error)
        return "answered"

    def pass_time(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    def break_down(self, error: CounterfoilError = AWAY) -> None:
        self.error = error
        for _ in range(FAILURES_MAX):
            assert self.ask() == str(error)

    @property
    def state(self) -> BreakerState:
        return self.breakers.find("shop")[0].state


def test_what_answers_is_asked_by_everybody_and_its_row_is_looked_at_once_a_second() -> None:
    shop = Shop()
    assert {shop.ask(number % 2) for number in range(100)} == {"answered"}
    assert (shop.asked, shop.breakers.looks) == (100, 2)
    shop.pass_time(1)
    shop.ask()
    assert shop.breakers.looks == 3


def test_what_one_worker_found_away_no_other_asks() -> None:
    shop = Shop()
    shop.break_down()
    asked = shop.asked
    assert [shop.ask(0), shop.ask(1)] == ["connection shop is away (no route); asked again in 1 s"] * 2
    assert shop.asked == asked
    shop.pass_time(1)
    shop.error = None
    assert [shop.ask(1), shop.ask(0)] == ["answered", "answered"]
    assert shop.state is BreakerState.CLOSED


def test_a_worker_that_knows_of_nothing_learns_of_it_within_a_second() -> None:
    shop = Shop()
    shop.ask(1)
    shop.break_down()
    assert shop.ask(1) == "no route"
    assert shop.ask(1).startswith("connection shop is away")


def test_other_connections_are_unaffected() -> None:
    shop = Shop()
    shop.break_down()
    with shop.guard("other").calling():
        pass
    assert shop.ask(1).startswith("connection shop is away")


def test_the_refusal_says_what_rests_and_that_nothing_was_sent() -> None:
    shop = Shop()
    shop.break_down(OutcomeUnknownError("no complete answer"))
    with pytest.raises(RestingError) as refused, shop.workers[1].calling():
        pytest.fail("asked")
    assert (refused.value.rests, refused.value.retry_after_seconds) == ("shop", 1)
    assert not isinstance(refused.value, OutcomeUnknownError)


def test_one_worker_probes_while_the_other_waits() -> None:
    shop = Shop()
    shop.break_down()
    shop.pass_time(1)
    with shop.workers[0].calling():
        assert shop.ask(1).startswith("connection shop is away")
    assert shop.ask(1) == "no route"


@pytest.mark.parametrize(("asked", "kept"), [(30, 30), (None, THROTTLED_SECONDS)])
def test_retry_after_is_kept_by_all_workers(asked: int | None, kept: int) -> None:
    shop = Shop()
    shop.error = ThrottledError("throttles", retry_after_seconds=asked)
    assert shop.ask() == "throttles"
    shop.error = None
    shop.pass_time(kept - 1)
    assert {shop.ask(0), shop.ask(1)} == {"connection shop asked for a pause; asked again in 1 s"}
    assert shop.asked == 1
    shop.pass_time(1)
    assert {shop.ask(0), shop.ask(1)} == {"answered"}


@pytest.mark.parametrize("error", [AnswerTooLongError("too long"), ConfigurationError("certificate")])
def test_what_is_there_but_does_not_serve_does_not_open_it(error: CounterfoilError) -> None:
    shop = Shop()
    shop.error = error
    assert {shop.ask() for _ in range(2 * FAILURES_MAX)} == {str(error)}
    assert shop.state is BreakerState.CLOSED


def test_what_a_person_opened_says_how_it_is_closed() -> None:
    shop = Shop()
    shop.breakers.change("shop", lambda breaker, now: opened_by_hand(breaker, now, "they migrate"))
    assert shop.ask() == (
        "connection shop is held by hand (they migrate); a person closes its breaker:"
        " counterfoil breakers close shop"
    )
    assert shop.asked == 0


def test_what_became_of_a_call_counts_though_it_cannot_be_written_down() -> None:
    shop = Shop()
    assert shop.ask() == "answered"
    shop.breakers.away = TransientError("the database does not answer")
    shop.error = AWAY
    assert shop.ask() == "no route"


def limited() -> Shop:
    shop = Shop()
    limit = Limit(per_minute=60, burst=2)
    shop.breakers.change("shop", lambda breaker, _now: Breaker(connection=breaker.connection, limit=limit))
    return shop


def turns(shop: Shop, *calls: int) -> list[list[str]]:
    """Turns of so many calls each, by both workers in turn."""
    told = []
    for number, count in enumerate(calls):
        with one_turn():
            told.append([shop.ask(number % 2) for _ in range(count)])
    return told


def test_workers_share_a_limit() -> None:
    shop = limited()
    used_up = "connection shop made as many calls as it may; asked again in 1 s"
    assert turns(shop, 1, 1, 1, 1) == [["answered"], ["answered"], [used_up], [used_up]]
    shop.pass_time(1)
    assert turns(shop, 1, 1) == [["answered"], [used_up]]
    assert shop.asked == 3


def test_a_turn_that_was_let_in_goes_to_its_end_and_those_after_it_wait_the_longer() -> None:
    shop = limited()
    used_up = "connection shop made as many calls as it may; asked again in 4 s"
    assert turns(shop, 5, 1) == [["answered"] * 5, [used_up]]
    shop.pass_time(4)
    assert turns(shop, 1) == [["answered"]]


def test_a_person_who_waits_is_not_made_to_wait_but_is_counted() -> None:
    shop = limited()
    assert [shop.ask() for _ in range(3)] == ["answered"] * 3
    assert turns(shop, 1) == [["connection shop made as many calls as it may; asked again in 2 s"]]

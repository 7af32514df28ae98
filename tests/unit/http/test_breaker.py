from __future__ import annotations

import pytest

from counterfoil.http.breaker import CAP_SECONDS, FAILURES_MAX, Breaker
from counterfoil.http.client import ThrottledError
from counterfoil.ports.errors import ConfigurationError, CounterfoilError, OutcomeUnknownError, TransientError


class Other:
    """Another system behind a breaker, at a time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100
        self.error: CounterfoilError | None = None
        self.asked = 0
        self.breaker = Breaker("https://agent.example", monotonic=lambda: self.now)

    def ask(self) -> str:
        try:
            with self.breaker.watching():
                self.asked += 1
                if self.error is not None:
                    raise self.error
        except CounterfoilError as error:
            return str(error)
        return "answered"

    def break_down(self) -> None:
        self.error = TransientError("no route")
        for _ in range(FAILURES_MAX):
            assert self.ask() == "no route"


def test_what_answers_is_asked_by_everybody() -> None:
    other = Other()
    assert {other.ask() for _ in range(50)} == {"answered"}
    assert other.asked == 50


def test_after_failures_in_a_row_nobody_asks_until_it_is_time() -> None:
    other = Other()
    other.break_down()
    asked = other.asked
    assert other.ask() == "https://agent.example is away (no route); asked again in 1 s"
    assert other.asked == asked
    other.now += 1
    assert other.ask() == "no route"
    assert other.asked == asked + 1


def test_the_refusal_says_when_to_come_again() -> None:
    other = Other()
    other.break_down()
    with pytest.raises(TransientError) as refused, other.breaker.watching():
        pytest.fail("asked")
    assert refused.value.retry_after_seconds == 1
    assert not isinstance(refused.value, OutcomeUnknownError)


def test_it_is_tried_later_and_later_up_to_a_cap() -> None:
    other = Other()
    other.break_down()
    waits = []
    for _ in range(9):
        began = other.now
        asked = other.asked
        while other.asked == asked:
            other.now += 1
            other.ask()
        waits.append(other.now - began)
    assert waits == [1, 2, 4, 8, 16, 32, CAP_SECONDS, CAP_SECONDS, CAP_SECONDS]


def test_one_caller_tries_while_the_others_wait() -> None:
    other = Other()
    other.break_down()
    other.now += 1
    with other.breaker.watching():
        assert other.ask().startswith("https://agent.example is away")
    assert other.ask() == "no route"


def test_an_answer_closes_it_and_the_count_begins_anew() -> None:
    other = Other()
    other.break_down()
    other.now += 1
    other.error = None
    assert [other.ask() for _ in range(5)] == ["answered"] * 5
    other.error = TransientError("no route")
    assert [other.ask() for _ in range(FAILURES_MAX)] == ["no route"] * FAILURES_MAX


def test_failures_with_answers_between_them_do_not_open_it() -> None:
    other = Other()
    for _ in range(10):
        other.error = TransientError("slow")
        assert other.ask() == "slow"
        other.error = None
        assert other.ask() == "answered"


@pytest.mark.parametrize("error", [ThrottledError("throttles"), ConfigurationError("certificate")])
def test_what_is_there_but_refuses_does_not_open_it(error: CounterfoilError) -> None:
    other = Other()
    other.error = error
    assert {other.ask() for _ in range(10)} == {str(error)}
    assert other.asked == 10

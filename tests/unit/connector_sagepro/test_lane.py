from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from counterfoil.connectors.sagepro.lane import GROUP_MAX, HOLD_MS_MAX, Lane
from counterfoil.connectors.sagepro.results import Result
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.ports.erp import Refused
from counterfoil.ports.errors import TransientError
from tests.support.sagepro_books import receipt

WAIT_SECONDS = 10


class Writer:
    """Stands for the backend: keeps the groups it was given, and holds the first one until told."""

    def __init__(self, *, poison: str = "", failure: TransientError | None = None) -> None:
        self.groups: list[list[str]] = []
        self.entered = threading.Event()
        self.go_on = threading.Event()
        self._poison = poison
        self._failure = failure

    def __call__(self, facts: Sequence[Fact]) -> Sequence[Result]:
        self.groups.append([fact.reference for fact in facts if isinstance(fact, ReceiptFact)])
        self.entered.set()
        assert self.go_on.wait(WAIT_SECONDS)
        if self._failure:
            raise self._failure
        if self._poison in self.groups[-1]:
            raise ZeroDivisionError
        return [Refused(key=fact.key, why="no") for fact in facts]


@contextmanager
def lane_over(post_group: Callable[[Sequence[Fact]], Sequence[Result]]) -> Iterator[Lane]:
    lane = Lane(post_group)
    try:
        yield lane
    finally:
        lane.close()


def facts(*transactions: str) -> list[Fact]:
    return [receipt("ABC", {}, "1", transaction=transaction) for transaction in transactions]


def test_what_waits_while_one_is_written_becomes_one_group() -> None:
    writer = Writer()
    with lane_over(writer) as lane:
        futures = lane.submit(facts("1"))
        assert writer.entered.wait(WAIT_SECONDS)
        for number in ("2", "3", "4"):
            futures += lane.submit(facts(number))
        writer.go_on.set()
        for future in futures:
            future.result(WAIT_SECONDS)
    assert writer.groups == [["1"], ["2", "3", "4"]]


def test_a_group_never_holds_a_key_twice_and_keeps_the_order() -> None:
    writer = Writer()
    writer.go_on.set()
    with lane_over(writer) as lane:
        for future in lane.submit(facts("1", "2", "1", "3")):
            future.result(WAIT_SECONDS)
    assert writer.groups == [["1", "2"], ["1", "3"]]


def test_a_group_is_bounded() -> None:
    writer = Writer()
    writer.go_on.set()
    with lane_over(writer) as lane:
        for future in lane.submit(facts(*map(str, range(GROUP_MAX + 5)))):
            future.result(WAIT_SECONDS)
    assert [len(group) for group in writer.groups] == [GROUP_MAX, 5]


def test_one_that_breaks_its_group_is_set_aside_and_the_rest_go_on() -> None:
    writer = Writer(poison="2")
    writer.go_on.set()
    with lane_over(writer) as lane:
        first, second, third = lane.submit(facts("1", "2", "3"))
        assert isinstance(first.result(WAIT_SECONDS), Refused)
        with pytest.raises(ZeroDivisionError):
            second.result(WAIT_SECONDS)
        assert isinstance(third.result(WAIT_SECONDS), Refused)
        assert isinstance(lane.submit(facts("4"))[0].result(WAIT_SECONDS), Refused)
    assert writer.groups == [["1", "2", "3"], ["1"], ["2"], ["3"], ["4"]]


def test_a_named_error_is_everyone_s_and_is_not_tried_one_by_one() -> None:
    writer = Writer(failure=TransientError("the disk is full"))
    writer.go_on.set()
    with lane_over(writer) as lane:
        for future in lane.submit(facts("1", "2")):
            with pytest.raises(TransientError, match="disk is full"):
                future.result(WAIT_SECONDS)
    assert writer.groups == [["1", "2"]]


def test_closing_finishes_what_is_written_and_turns_away_what_waits() -> None:
    writer = Writer()
    lane = Lane(writer)
    (written,) = lane.submit(facts("1"))
    assert writer.entered.wait(WAIT_SECONDS)
    (waiting,) = lane.submit(facts("2"))
    closing = threading.Thread(target=lane.close)
    closing.start()
    writer.go_on.set()
    closing.join(WAIT_SECONDS)
    assert isinstance(written.result(0), Refused)
    with pytest.raises(TransientError, match="nothing was written"):
        waiting.result(0)
    with pytest.raises(TransientError, match="nothing was written"):
        lane.submit(facts("3"))


def test_a_group_that_holds_the_tables_too_long_makes_the_next_smaller() -> None:
    with lane_over(Writer()) as lane:
        lane._adapt(GROUP_MAX, 4 * HOLD_MS_MAX)
        assert lane._limit == GROUP_MAX // 4
        lane._adapt(1, 100 * HOLD_MS_MAX)
        assert lane._limit == 1
        for _ in range(20):
            lane._adapt(lane._limit, 1)
        assert lane._limit == GROUP_MAX

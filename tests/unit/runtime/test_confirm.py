from __future__ import annotations

from datetime import UTC, datetime, timedelta

from counterfoil.ports.clock import ManualClock
from counterfoil.ports.errors import DecisionError, TransientError
from counterfoil.runtime import confirm
from counterfoil.runtime.confirm import Confirmed, Confirmer, MinuteLimit
from tests.support.intake import FakeGateway, MemoryEvents, MemoryHints, a_record, an_unreadable_record

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Scene:
    """One connection with its hints."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOON)
        self.gateway = FakeGateway()
        self.hints = MemoryHints(self.clock)
        self.events = MemoryEvents()
        self.confirmer = Confirmer("c", self.gateway, self.hints, self.events, self.clock)


def test_a_hint_becomes_an_event_once_the_gateways_record_was_read() -> None:
    scene = Scene()
    scene.gateway.add(a_record("17"))
    scene.hints.add("17")
    assert scene.confirmer.turn() == Confirmed(confirmed=1)
    assert list(scene.events.stored) == [a_record("17").event_key]
    assert scene.confirmer.turn() == Confirmed()


def test_a_forged_hint_is_looked_up_a_few_times_and_refused_without_an_event() -> None:
    scene = Scene()
    scene.hints.add("666")
    for _ in range(confirm.LOOKS_MAX - 1):
        assert scene.confirmer.turn() == Confirmed(postponed=1)
        assert scene.confirmer.turn() == Confirmed(), "not again before its time"
        scene.clock.advance(timedelta(hours=1))
    assert scene.confirmer.turn() == Confirmed(refused=1)
    assert scene.events.stored == {}
    assert scene.gateway.reads == confirm.LOOKS_MAX


def test_a_record_that_comes_later_than_its_push_is_found() -> None:
    scene = Scene()
    scene.hints.add("17")
    assert scene.confirmer.turn() == Confirmed(postponed=1)
    scene.gateway.add(a_record("17"))
    scene.clock.advance(timedelta(seconds=1))
    assert scene.confirmer.turn() == Confirmed(confirmed=1)


def test_a_gateway_that_is_away_postpones_without_end() -> None:
    scene = Scene()
    scene.gateway.error = TransientError("away")
    scene.hints.add("17")
    for _ in range(confirm.LOOKS_MAX * 3):
        assert scene.confirmer.turn() == Confirmed(postponed=1)
        scene.clock.advance(timedelta(hours=1))
    assert scene.hints.refused == {}


def test_looks_that_got_no_answer_count_for_nothing_and_the_first_after_them_comes_soon() -> None:
    scene = Scene()
    scene.gateway.error = TransientError("away", retry_after_seconds=30)
    scene.hints.add("17")
    for _ in range(confirm.LOOKS_MAX * 3):
        assert scene.confirmer.turn() == Confirmed(postponed=1)
        scene.clock.advance(timedelta(seconds=30))
    scene.gateway.error = None
    assert scene.confirmer.turn() == Confirmed(postponed=1), "its record may still be under way"
    scene.gateway.add(a_record("17"))
    scene.clock.advance(timedelta(seconds=1))
    assert scene.confirmer.turn() == Confirmed(confirmed=1)


def test_what_the_gateway_will_not_tell_is_refused_in_its_words() -> None:
    scene = Scene()
    scene.gateway.error = DecisionError("it is not for you")
    scene.hints.add("17")
    for _ in range(confirm.LOOKS_MAX):
        scene.confirmer.turn()
        scene.clock.advance(timedelta(hours=1))
    assert scene.hints.refused == {"h17": "it is not for you"}


def test_an_unreadable_record_is_confirmed_and_left_to_a_person() -> None:
    scene = Scene()
    scene.gateway.add(an_unreadable_record("13"))
    scene.hints.add("13")
    assert scene.confirmer.turn() == Confirmed(confirmed=1)
    assert list(scene.events.stored) == [an_unreadable_record("13").event_key]


def test_an_event_that_could_not_be_stored_leaves_the_hint_waiting() -> None:
    scene = Scene()
    scene.gateway.add(a_record("17"))
    scene.hints.add("17")
    scene.events.room = 0
    assert scene.confirmer.turn() == Confirmed(postponed=1)
    scene.events.room = 1
    scene.clock.advance(timedelta(seconds=confirm.AWAY_SECONDS))
    assert scene.confirmer.turn() == Confirmed(confirmed=1)


def test_a_flood_of_forged_hints_is_limited_per_minute() -> None:
    clock = ManualClock(NOON)
    limit = MinuteLimit(10, clock)
    assert limit.take(100) == 10
    assert limit.take(1) == 0
    clock.advance(timedelta(seconds=6))
    assert limit.take(100) == 1
    clock.advance(timedelta(hours=5))
    assert limit.take(100) == 10


def test_a_clock_that_is_set_back_neither_stops_nor_reverses_the_limit() -> None:
    clock = ManualClock(NOON)
    limit = MinuteLimit(60, clock)
    limit.take(60)
    clock.advance(-timedelta(hours=1))
    assert limit.take(5) == 0
    clock.advance(timedelta(seconds=3))
    assert limit.take(5) == 3

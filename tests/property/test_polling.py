"""Polling tells each transaction and status once, whatever the days, lags, pages, clocks and restarts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from counterfoil.domain.payment import PaymentStatus
from counterfoil.ports.clock import Clock, ManualClock
from counterfoil.ports.errors import TransientError
from counterfoil.ports.gateway import CutOffError, Told
from counterfoil.runtime.polling import Poller, PollSettings
from tests.support.intake import MemoryCursors, MemoryEvents
from tests.support.samples import usd
from tests.support.simulated_gateway import PACIFIC, SimulatedGateway

# A day before the clocks go forward, and one before they go back.
SPRING = datetime(2026, 3, 7, 20, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 31, 20, tzinfo=UTC)


@dataclass
class Ledger(MemoryEvents):
    """Counts how often each event was told as new."""

    told: Counter[str] = field(default_factory=Counter)

    @override
    def accept(self, connection: str, record: Told, source: str) -> str:
        stored = super().accept(connection, record, source)
        self.told[record.event_key] += 1
        return stored


@dataclass
class WrongClock(Clock):
    """The hub's clock: the true time and an error."""

    true: Clock
    error: timedelta = timedelta(0)

    @override
    def now(self) -> datetime:
        return self.true.now() + self.error


class World:
    """A gateway where things happen, and a hub that polls it and is restarted."""

    def __init__(self, start: datetime, lag: timedelta, cap: int) -> None:
        self.clock = ManualClock(start)
        self.hub_clock = WrongClock(self.clock)
        self.gateway = SimulatedGateway(self.clock, export_lag=lag, page_cap=cap)
        self.events = Ledger()
        self.cursors = MemoryCursors()
        self.expected: set[str] = set()
        self.restart()

    def restart(self) -> None:
        self.poller = Poller(
            "c",
            self.gateway,
            PollSettings(zone=PACIFIC),
            events=self.events,
            cursors=self.cursors,
            clock=self.hub_clock,
        )

    def poll(self) -> None:
        try:
            self.poller.turn()
        except (TransientError, CutOffError):
            self.restart()

    def note(self) -> None:
        for payment in self.gateway.all_now():
            self.expected.add(f"{payment.lineage}/{payment.kind.value}.{payment.status.value}")

    def advance(self, step: timedelta) -> None:
        self.clock.advance(step)
        self.gateway.pass_nights()
        self.note()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.integers(1, 6)),
        st.tuples(st.just("authorise"), st.integers(1, 3)),
        st.tuples(st.just("capture"), st.integers(0, 20)),
        st.tuples(st.just("void"), st.integers(0, 20)),
        st.tuples(st.just("poll"), st.integers(1, 2)),
        st.tuples(st.just("cut"), st.integers(0, 5)),
        st.tuples(st.just("minutes"), st.integers(1, 300)),
        st.tuples(st.just("days"), st.integers(1, 9)),
        st.tuples(st.just("clock"), st.integers(-3000, 3000)),
    ),
    max_size=30,
)


def pay(world: World, number: int, status: PaymentStatus = PaymentStatus.CAPTURED) -> None:
    for _ in range(number):
        world.gateway.make(usd("5.00"), status)


def cut(world: World, number: int) -> None:
    """The hub ends in the middle of a poll."""
    world.events.room = len(world.events.stored) + number
    world.poll()
    world.events.room = 1_000_000
    world.restart()


def mislead(world: World, minutes: int) -> None:
    world.hub_clock.error = timedelta(minutes=minutes)


ACTS: dict[str, Callable[[World, int], None]] = {
    "pay": pay,
    "authorise": lambda world, number: pay(world, number, PaymentStatus.AUTHORISED),
    "capture": lambda world, number: change(world, number, PaymentStatus.CAPTURED),
    "void": lambda world, number: change(world, number, PaymentStatus.VOIDED),
    "poll": lambda world, _: world.poll(),
    "cut": cut,
    "minutes": lambda world, number: world.advance(timedelta(minutes=number)),
    "days": lambda world, number: world.advance(timedelta(days=number)),
    "clock": mislead,
}


def change(world: World, place: int, to: PaymentStatus) -> None:
    numbers = list(world.gateway.history)
    if not numbers:
        return
    number = numbers[place % len(numbers)]
    status = world.gateway.now(number).status
    if status is PaymentStatus.AUTHORISED or (status is not to and status is PaymentStatus.CAPTURED):
        world.gateway.change(number, status=to)


@settings(deadline=None, max_examples=150)
@given(
    start=st.sampled_from([SPRING, AUTUMN]),
    lag_hours=st.sampled_from([0, 1, 30, 96]),
    cap=st.integers(6, 40),
    steps=STEPS,
)
def test_every_transaction_and_its_last_status_is_told_once(
    start: datetime, lag_hours: int, cap: int, steps: list[tuple[str, int]]
) -> None:
    world = World(start, timedelta(hours=lag_hours), cap)
    world.poll()
    for what, number in steps:
        ACTS[what](world, number)
        world.note()
    world.gateway.page_cap = 1_000_000
    world.hub_clock.error = timedelta(0)
    for _ in range(lag_hours // 24 + 3):
        world.advance(timedelta(days=1))
        world.poll()
    ends = {
        f"{payment.lineage}/{payment.kind.value}.{payment.status.value}"
        for payment in world.gateway.all_now()
    }
    assert ends - set(world.events.told) == set()
    assert set(world.events.told) - world.expected == set()
    assert set(world.events.told.values()) <= {1}

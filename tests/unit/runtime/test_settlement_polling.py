from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from counterfoil.domain.payment import PaymentStatus
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.errors import TransientError
from counterfoil.ports.gateway import CutOffError
from counterfoil.runtime.polling import PollSettings
from counterfoil.runtime.settlement_polling import CURSOR, SettlementPoller
from tests.support.intake import MemoryCursors, MemoryEvents
from tests.support.samples import usd
from tests.support.simulated_gateway import PACIFIC, SimulatedGateway, as_batch

NOON = datetime(2026, 11, 23, 20, tzinfo=UTC)


class Scene:
    """A gateway that closes a batch each evening, and who polls for it."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOON)
        self.gateway = SimulatedGateway(self.clock)
        self.events = MemoryEvents()
        self.cursors = MemoryCursors()
        self.poller = SettlementPoller(
            "c",
            self.gateway,
            PollSettings(zone=PACIFIC),
            events=self.events,
            cursors=self.cursors,
            clock=self.clock,
        )
        self.gateway.pass_nights()

    def night(self) -> None:
        self.clock.advance(timedelta(days=1))
        self.gateway.pass_nights()

    def closed(self) -> list[str]:
        return [key for key in self.events.stored if key.endswith("settlement.closed")]


def test_a_closed_batch_is_one_event_however_often_it_is_polled() -> None:
    scene = Scene()
    scene.gateway.make(usd("5.00"), PaymentStatus.CAPTURED)
    scene.night()
    assert scene.poller.turn().new == 2
    assert scene.poller.turn().new == 0
    assert scene.closed() == ["gateway/shop/batch/20261123/settlement.closed"]


def test_a_batch_with_other_numbers_is_one_more_event_for_each_of_them() -> None:
    scene = Scene()
    scene.gateway.make(usd("5.00"), PaymentStatus.CAPTURED)
    scene.night()
    scene.poller.turn()
    (first,) = scene.gateway.closed
    for amount in ("6.00", "7.00", "5.00"):
        scene.gateway.closed = [as_batch(replace(first.settlement, payments_total=usd(amount)))]
        scene.poller.turn()
        scene.poller.turn()
    changed = [key for key in scene.events.stored if "settlement.changed" in key]
    assert changed == [
        f"gateway/shop/batch/20261123/settlement.changed/20261124-1-{amount}-0-0"
        for amount in ("6.00", "7.00")
    ]


def test_a_number_that_comes_again_later_is_told_though_its_sums_are_the_same() -> None:
    scene = Scene()
    scene.gateway.make(usd("5.00"), PaymentStatus.CAPTURED)
    scene.night()
    scene.poller.turn()
    (first,) = scene.gateway.closed
    again = first.settlement.settled_at + timedelta(days=3)
    scene.gateway.closed = [as_batch(replace(first.settlement, settled_at=again))]
    scene.clock.advance(timedelta(days=3))
    assert scene.poller.turn().new == 1
    assert scene.closed() == [first.event_key]
    assert len(scene.events.stored) == 3


def test_a_batch_tells_of_what_settled_long_after_it_was_made() -> None:
    scene = Scene()
    number = scene.gateway.make(usd("5.00"), PaymentStatus.AUTHORISED)
    scene.clock.advance(timedelta(days=200))
    scene.gateway.pass_nights()
    scene.gateway.change(number, status=PaymentStatus.CAPTURED)
    scene.night()
    scene.poller.turn()
    assert f"gateway/shop/{number}/payment.settled" in scene.events.stored


def test_a_batch_whose_transactions_could_not_all_be_stored_is_taken_again() -> None:
    scene = Scene()
    for _ in range(3):
        scene.gateway.make(usd("5.00"), PaymentStatus.CAPTURED)
    scene.night()
    scene.events.room = 2
    with pytest.raises(TransientError):
        scene.poller.turn()
    assert scene.closed() == []
    scene.events.room = 100
    assert scene.poller.turn().new == 2
    assert len(scene.closed()) == 1


def test_a_batch_that_is_too_long_holds_up_no_other_and_is_told_of_with_every_poll() -> None:
    scene = Scene()
    for payments in (1, 3, 1):
        for _ in range(payments):
            scene.gateway.make(usd("5.00"), PaymentStatus.CAPTURED)
        scene.night()
    scene.gateway.page_cap = 2
    for _ in range(2):
        with pytest.raises(CutOffError, match="batch 20261124"):
            scene.poller.turn()
        assert len(scene.closed()) == 2
    assert scene.cursors.read("c", CURSOR) is None
    scene.gateway.page_cap = 3
    assert scene.poller.turn().new == 4


def test_after_a_pause_every_batch_since_the_last_poll_is_found() -> None:
    scene = Scene()
    scene.poller.turn()
    for _ in range(60):
        scene.gateway.make(usd("5.00"), PaymentStatus.CAPTURED)
        scene.night()
    scene.poller.turn()
    assert len(scene.closed()) == 60

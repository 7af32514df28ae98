from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

import pytest

from counterfoil.domain.own_marks import mark_invoice_id
from counterfoil.domain.payment import PaymentStatus
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.effects import EffectState
from counterfoil.ports.gateway import CutOffError
from counterfoil.runtime.gap import WORKS, GapStores, GapWatch
from counterfoil.runtime.polling import CURSOR, Poller, PollSettings
from counterfoil.runtime.write_gate import GuardedPoll
from tests.contract.effect_store_suite import a_charge, stored
from tests.support.intake import MemoryCursors, MemoryEvents
from tests.support.memory_effects import MemoryEffects
from tests.support.samples import usd
from tests.support.simulated_gateway import PACIFIC, SimulatedGateway

NOON = datetime(2026, 11, 23, 20, tzinfo=UTC)
LAG = timedelta(minutes=30)


class Scene:
    """One connection that is polled, and its gate."""

    def __init__(self, zone: tzinfo = PACIFIC, start: datetime | None = None) -> None:
        self.clock = ManualClock(NOON)
        self.gateway = SimulatedGateway(self.clock, zone=zone)
        self.effects = MemoryEffects(self.clock)
        self.cursors = MemoryCursors()
        self.events = MemoryEvents()
        settings = PollSettings(zone=PACIFIC, start=start, export_lag=LAG)
        stores = GapStores(effects=self.effects, gates=self.effects, cursors=self.cursors)
        gap = GapWatch("c1", self.gateway, settings, stores, self.clock)
        poller = Poller(
            "c1", self.gateway, settings, events=self.events, cursors=self.cursors, clock=self.clock
        )
        self.polls = GuardedPoll("c1", gap, poller, self.effects)

    def charged(self, key: str) -> None:
        """A charge of ours that the database does not know."""
        self.gateway.make(
            usd("5.00"), PaymentStatus.CAPTURED, invoice_reference=mark_invoice_id("c1", key, "1001")
        )


def test_writes_are_held_until_the_first_poll_looked_at_the_gap() -> None:
    scene = Scene()
    assert scene.polls.state.startswith("writes held")
    scene.polls.turn()
    assert scene.polls.state == WORKS


def test_after_a_restore_writes_are_held_until_what_was_charged_must_be_there() -> None:
    scene = Scene()
    scene.charged("k")
    scene.polls.turn()
    assert "restored from an older backup" in scene.polls.state
    scene.clock.advance(LAG - timedelta(seconds=1))
    scene.polls.turn()
    assert scene.polls.state != WORKS
    scene.clock.advance(timedelta(seconds=1))
    scene.polls.turn()
    assert scene.polls.state == WORKS


def test_the_gap_is_looked_at_from_before_the_last_poll_that_the_database_knows() -> None:
    scene = Scene()
    scene.charged("k")
    scene.clock.advance(timedelta(days=40))
    scene.cursors.write("c1", CURSOR, "2026-11-22")
    scene.polls.turn()
    assert scene.effects.gates["c1"].gate.gap_from == date(2026, 11, 20)
    assert scene.polls.state != WORKS


def test_the_gap_reaches_to_where_the_day_has_begun_already() -> None:
    """The zone in which the gateway counts its days is not told, and may be ahead of the connection's."""
    scene = Scene(zone=timezone(timedelta(hours=9)))
    scene.charged("k")
    scene.polls.turn()
    assert scene.effects.find_charge("c1", mark_invoice_id("c1", "k", "1001")) is not None


def test_the_gap_of_a_connection_whose_payments_are_posted_from_a_later_day_on_is_looked_at() -> None:
    scene = Scene(start=NOON + timedelta(days=9))
    scene.charged("k")
    scene.polls.turn()
    assert scene.effects.find_charge("c1", mark_invoice_id("c1", "k", "1001")) is not None


def test_a_restored_row_that_still_asks_is_told_of_the_try_that_it_does_not_know() -> None:
    """It was sent again after the backup, days after the only try that the restored row knows."""
    scene = Scene()
    invoice_id = mark_invoice_id("c1", "k", "1001")
    begun = scene.effects.begin(a_charge("k", amount=usd("5.00"), invoice_id=invoice_id))
    asking = replace(begun, state=EffectState.UNKNOWN, tries=1, sent_at=NOON - timedelta(days=3))
    stored(scene.effects.change(asking))
    scene.charged("k")
    scene.polls.turn()
    row = scene.effects.find("k")
    assert row is not None
    assert (row.state, row.carried) == (EffectState.DONE, "1001")


def test_a_day_that_does_not_fit_holds_writes_and_not_the_polls() -> None:
    scene = Scene()
    for key in ("a", "b", "c"):
        scene.charged(key)
    scene.gateway.page_cap = 2
    with pytest.raises(CutOffError):
        scene.polls.turn()
    assert "writes held: more than 2" in scene.polls.state
    assert len(scene.events.stored) == 2


def test_what_is_not_known_is_counted_for_people() -> None:
    scene = Scene()
    scene.polls.turn()
    for key, state in (("a", EffectState.UNKNOWN), ("b", EffectState.SENDING), ("c", EffectState.QUESTION)):
        row = scene.effects.begin(a_charge(key))
        stored(scene.effects.change(replace(row, state=state)))
    assert scene.polls.state == "2 sent whose outcome is asked for; 1 wait for a person's word"

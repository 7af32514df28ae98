from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from counterfoil.domain.payment import PaymentStatus, Tender
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.errors import DefectError, TransientError
from counterfoil.ports.gateway import CutOffError
from counterfoil.runtime import polling
from counterfoil.runtime.days_reader import Polled
from counterfoil.runtime.polling import Poller, PollSettings, window
from tests.support.intake import FakeGateway, MemoryCursors, MemoryEvents, a_record, an_unreadable_record
from tests.support.samples import usd
from tests.support.simulated_gateway import SimulatedGateway

# Still the evening before at the gateway.
EARLY = datetime(2026, 3, 2, 5, tzinfo=UTC)
THERE = ZoneInfo("America/Los_Angeles")


class Scene:
    """One connection that is polled."""

    def __init__(self, *, start: datetime | None = None, authorisation_life: timedelta | None = None) -> None:
        self.clock = ManualClock(EARLY)
        self.gateway = FakeGateway()
        self.events = MemoryEvents()
        self.cursors = MemoryCursors()
        self.poller = Poller(
            "c",
            self.gateway,
            PollSettings(zone=THERE, start=start, authorisation_life=authorisation_life),
            events=self.events,
            cursors=self.cursors,
            clock=self.clock,
        )


def test_the_window_is_counted_in_the_gateways_days() -> None:
    scene = Scene()
    scene.poller.turn()
    assert scene.gateway.asked == [(date(2026, 2, 27), date(2026, 3, 1))]


def test_what_a_poll_saw_before_is_no_new_event_and_a_new_status_is() -> None:
    scene = Scene()
    scene.gateway.add(a_record("17"), a_record("18"))
    assert scene.poller.turn() == Polled(read=2, new=2)
    assert scene.poller.turn() == Polled(read=2, new=0)
    scene.gateway.add(a_record("17", PaymentStatus.SETTLED))
    assert scene.poller.turn() == Polled(read=2, new=1)


TODAY = date(2026, 3, 1)
LONG_AGO = date(2025, 1, 1)


def test_the_first_poll_of_a_day_reads_back_to_what_may_still_change() -> None:
    assert window(date(2026, 2, 28), LONG_AGO, TODAY) == (TODAY - polling.LATE_CHANGE, TODAY)
    assert window(TODAY, LONG_AGO, TODAY) == (TODAY - polling.OVERLAP, TODAY)


def test_where_bank_payments_are_told_the_first_poll_of_a_day_reads_back_to_what_may_be_sent_back() -> None:
    """A payer may object to a bank payment long after a card's authorisation is over."""
    clock = ManualClock(EARLY)
    gateway = SimulatedGateway(clock)
    made = gateway.make(usd("5.00"), PaymentStatus.SETTLED, tender=Tender.ACH)
    settings = PollSettings(zone=THERE, start=EARLY - timedelta(days=2))
    events = MemoryEvents()
    poller = Poller("c", gateway, settings, events=events, cursors=MemoryCursors(), clock=clock)
    for _ in range(60):
        poller.turn()
        clock.advance(timedelta(days=1))
    gateway.change(made, status=PaymentStatus.RETURNED)
    assert poller.turn().new == 1
    assert any(key.endswith("payment.returned") for key in events.stored)


def test_no_poll_reads_to_before_what_is_of_interest() -> None:
    assert window(date(2026, 2, 28), date(2026, 2, 20), TODAY) == (date(2026, 2, 20), TODAY)


def test_after_a_pause_however_long_the_window_reaches_back_to_before_the_cursor() -> None:
    assert window(date(2026, 1, 1), LONG_AGO, TODAY) == (date(2025, 12, 30), TODAY)
    assert window(date(2020, 1, 1), date(2019, 1, 1), TODAY) == (date(2019, 12, 30), TODAY)


def test_a_cursor_from_a_clock_that_ran_ahead_hides_nothing() -> None:
    assert window(date(2027, 1, 1), LONG_AGO, TODAY) == (TODAY - polling.LATE_CHANGE, TODAY)


def test_a_late_capture_is_found_by_the_next_days_first_poll() -> None:
    scene = Scene()
    scene.gateway.add(a_record("17", PaymentStatus.AUTHORISED))
    scene.poller.turn()
    scene.clock.advance(timedelta(days=20))
    scene.gateway.add(a_record("17", PaymentStatus.CAPTURED))
    assert scene.poller.turn().new == 1
    assert scene.gateway.asked[1][0] == date(2026, 2, 27)


def test_many_days_are_read_in_parts_without_gap_or_overlap() -> None:
    scene = Scene(start=datetime(2025, 3, 1, tzinfo=UTC))
    scene.poller.turn()
    days = [
        first + timedelta(days=each)
        for first, last in scene.gateway.asked
        for each in range((last - first).days + 1)
    ]
    assert days == [date(2025, 2, 28) + timedelta(days=each) for each in range(367)]
    assert max((last - first).days + 1 for first, last in scene.gateway.asked) == polling.DAYS_MAX


def test_days_that_hold_much_are_read_one_by_one() -> None:
    assert polling.next_days(4, polling.RECORDS_AIM + 1) == 2
    assert polling.next_days(1, polling.RECORDS_AIM + 1) == 1
    assert polling.next_days(4, polling.RECORDS_AIM) == 4
    assert polling.next_days(4, 0) == polling.DAYS_MAX


def test_an_unreadable_record_becomes_an_event_once_and_keeps_no_other_back() -> None:
    scene = Scene()
    scene.gateway.add(an_unreadable_record("13"), a_record("17"))
    assert scene.poller.turn() == Polled(read=2, new=2)
    assert scene.poller.turn() == Polled(read=2, new=0)
    assert an_unreadable_record("13").event_key in scene.events.stored


def test_polls_come_faster_while_something_happens_and_slower_while_not() -> None:
    pause = polling.pause_after(Polled(read=9, new=1), polling.PAUSE_MAX)
    assert pause == polling.PAUSE_MIN
    assert polling.pause_after(Polled(read=9, new=0), pause) == 2 * polling.PAUSE_MIN
    assert polling.pause_after(Polled(read=9, new=0), polling.PAUSE_MAX) == polling.PAUSE_MAX


def test_the_cursor_stays_when_an_event_could_not_be_stored() -> None:
    scene = Scene()
    scene.cursors.write("c", polling.CURSOR, "2026-02-20")
    scene.cursors.write("c", polling.SINCE, "2026-02-18")
    scene.gateway.add(a_record("17"), a_record("18"))
    scene.events.room = 1
    with pytest.raises(TransientError):
        scene.poller.turn()
    assert scene.cursors.read("c", polling.CURSOR) == "2026-02-20"
    scene.events.room = 2
    scene.clock.advance(timedelta(days=1))
    assert scene.poller.turn().new == 1
    assert scene.gateway.asked[1][0] == date(2026, 2, 18)


def test_a_record_that_cannot_be_stored_holds_up_no_other_and_is_tried_again() -> None:
    scene = Scene()
    scene.gateway.add(*(a_record(number) for number in ("17", "18", "19")))
    scene.events.refused = {a_record("18").event_key}
    with pytest.raises(DefectError):
        scene.poller.turn()
    assert len(scene.events.stored) == 2
    scene.events.refused.clear()
    assert scene.poller.turn() == Polled(read=3, new=1)


def test_an_authorisation_that_nobody_captured_in_time_becomes_an_expired_event_once() -> None:
    scene = Scene(authorisation_life=timedelta(days=30))
    record = a_record("17", PaymentStatus.AUTHORISED)
    scene.gateway.add(record)
    scene.poller.turn()
    scene.clock.advance(record.payment.created_at + timedelta(days=30) - scene.clock.now())
    assert scene.poller.turn().new == 0
    scene.clock.advance(timedelta(seconds=1))
    assert scene.poller.turn().new == 1
    assert scene.poller.turn().new == 0
    assert list(scene.events.stored) == [record.event_key, f"{record.lineage}/payment.expired"]


def test_a_start_before_the_first_poll_is_read_from_also_when_it_is_moved_back_later() -> None:
    scene = Scene(start=datetime(2026, 2, 20, 12, tzinfo=UTC))
    scene.poller.turn()
    assert scene.gateway.asked[0][0] == date(2026, 2, 20)
    earlier = Scene(start=datetime(2026, 1, 1, 12, tzinfo=UTC))
    earlier.cursors = scene.cursors
    again = Poller(
        "c",
        earlier.gateway,
        PollSettings(zone=THERE, start=datetime(2026, 1, 1, 12, tzinfo=UTC)),
        events=scene.events,
        cursors=scene.cursors,
        clock=scene.clock,
    )
    again.turn()
    assert earlier.gateway.asked[0][0] == date(2026, 1, 1)


def test_a_day_that_does_not_fit_is_told_of_with_every_poll_and_nothing_counts_as_read_from_it_on() -> None:
    scene = Scene()
    busy = SimulatedGateway(scene.clock, zone=THERE, page_cap=2)
    poller = Poller(
        "c", busy, PollSettings(zone=THERE), events=scene.events, cursors=scene.cursors, clock=scene.clock
    )
    poller.turn()
    of_the_day = [busy.make(usd("5.00"), PaymentStatus.CAPTURED) for _ in range(3)]
    for _ in range(2):
        scene.clock.advance(timedelta(days=40))
        later = busy.make(usd("5.00"), PaymentStatus.CAPTURED)
        with pytest.raises(CutOffError, match="2026-03-01"):
            poller.turn()
        assert f"gateway/shop/{later}/payment.captured" in scene.events.stored
        assert scene.cursors.read("c", polling.CURSOR) == "2026-03-01"
    busy.page_cap = 3
    poller.turn()
    assert {f"gateway/shop/{number}/payment.captured" for number in of_the_day} <= set(scene.events.stored)

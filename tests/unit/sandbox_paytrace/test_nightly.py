"""The gateway's day, on a clock that runs, stands still or is put forward."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from counterfoil.ports.clock import ManualClock
from counterfoil.ports.ids import SeededIds
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.invariants import violations
from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.nightly import DailyJob, Nightly, next_time
from counterfoil.sandbox.paytrace.settings import PACIFIC, Settings
from counterfoil.sandbox.paytrace.virtual_clock import VirtualClock
from tests.unit.sandbox_paytrace.client import START, SandboxClient, keyed, transaction_id

CAPTURE = "/v1/transactions/authorization/capture"


def test_what_is_pending_is_settled_at_nine_in_the_evening() -> None:
    client = SandboxClient()
    sale = client.sell("1.00")
    client.later(timedelta(hours=1, minutes=55))
    assert client.record(sale)["status_code"] == "Y"
    client.later(timedelta(hours=9))
    record = client.record(sale)
    assert (record["status_code"], record["settled"]) == ("GB571", "6/3/2026 9:00:00 PM")
    assert violations(client.ledger) == []


def test_several_nights_at_once_are_done_one_after_the_other() -> None:
    client = SandboxClient()
    first = client.sell("1.00")
    client.later(timedelta(days=1))
    second = client.sell("2.00")
    client.later(timedelta(days=5))
    assert [client.record(each)["settled"] for each in (first, second)] == [
        "6/3/2026 9:00:00 PM",
        "6/4/2026 9:00:00 PM",
    ]
    assert [batch.batch_number for batch in client.ledger.batches()] == [571, 572]


def test_without_a_batch_time_settling_is_asked_for() -> None:
    client = SandboxClient(Settings(batch_time=None))
    sale = client.sell("1.00")
    client.later(timedelta(days=30))
    assert client.record(sale)["status_code"] == "Y"


def test_an_authorisation_lapses_and_is_then_neither_captured_nor_voided() -> None:
    client = SandboxClient()
    held = transaction_id(client.ok("/v1/transactions/authorization/keyed", keyed("5.00")))
    client.later(timedelta(days=10))
    assert client.record(held)["status_message"] == "Authorization Only"
    client.later(timedelta(hours=5))
    for path, code in ((CAPTURE, 113), ("/v1/transactions/void", 110)):
        assert client.call(path, {"transaction_id": held}).json()["response_code"] == code
    assert client.ledger.transactions()[0].state.value == "expired"
    assert violations(client.ledger) == []


def test_nights_that_fell_into_a_restart_are_made_up_for() -> None:
    ledger, clock, ran = Ledger.open(None, SeededIds("n")), ManualClock(START), list[datetime]()
    gateway = Gateway(ledger, clock, SeededIds("n"), Settings())
    jobs = [DailyJob(at=time(21), run=ran.append)]
    Nightly(gateway, jobs).catch_up()
    clock.advance(timedelta(days=2))
    Nightly(gateway, jobs).catch_up()
    Nightly(gateway, jobs).catch_up()
    assert ran == [datetime(2026, 6, day, 4, tzinfo=UTC) for day in (4, 5)]
    ledger.close()


def test_jobs_of_the_same_moment_all_run_and_earlier_ones_first() -> None:
    ledger, clock, ran = Ledger.open(None, SeededIds("n")), ManualClock(START), list[str]()
    gateway = Gateway(ledger, clock, SeededIds("n"), Settings())
    jobs = [
        DailyJob(at=time(1), run=lambda _: ran.append("late")),
        DailyJob(at=time(21), run=lambda _: ran.append("first")),
        DailyJob(at=time(21), run=lambda _: ran.append("second")),
    ]
    nightly = Nightly(gateway, jobs)
    nightly.catch_up()
    clock.advance(timedelta(days=1))
    nightly.catch_up()
    assert ran == ["first", "second", "late"]
    ledger.close()


@pytest.mark.parametrize(
    ("day", "at"),
    [(date(2026, 3, 8), time(2, 30)), (date(2026, 11, 1), time(1)), (date(2026, 6, 1), time(0))],
)
def test_a_time_of_day_comes_once_a_day_also_when_clocks_change(day: date, at: time) -> None:
    moment = datetime.combine(day - timedelta(days=1), time(12), PACIFIC).astimezone(UTC)
    first = next_time(at, moment, PACIFIC)
    second = next_time(at, first, PACIFIC)
    assert first.astimezone(PACIFIC).date() == day
    assert second.astimezone(PACIFIC).date() == day + timedelta(days=1)


def test_the_clock_runs_stands_and_is_put_forward() -> None:
    ledger, base = Ledger.open(None, SeededIds("c")), ManualClock(START)
    clock = VirtualClock(base, ledger.documents)
    clock.advance(timedelta(days=1))
    base.advance(timedelta(hours=1))
    assert clock.now() == START + timedelta(days=1, hours=1)
    clock.stop()
    base.advance(timedelta(hours=5))
    assert clock.now() == START + timedelta(days=1, hours=1)
    clock.advance(timedelta(minutes=1))
    assert not clock.is_running
    clock.run()
    base.advance(timedelta(minutes=1))
    assert clock.now() == START + timedelta(days=1, hours=1, minutes=2)
    assert VirtualClock(base, ledger.documents).now() == clock.now()
    with pytest.raises(ValueError, match="-1 day"):
        clock.advance(timedelta(days=-1))
    ledger.close()

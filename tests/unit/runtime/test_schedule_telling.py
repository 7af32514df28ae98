"""Whatever the moments at which somebody looks, each start is told at most once, and in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from counterfoil.flows.triggers.schedule import Missed, Overlap, ScheduleTrigger
from counterfoil.ports.clock import Clock
from counterfoil.ports.intake import CursorStore, OwnEvent, OwnEventSink, OwnEventTold
from counterfoil.runtime.schedule_telling import TOGETHER_MAX, Scheduled, ScheduleTeller

ZONES = (
    "America/New_York",
    "Europe/Vienna",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "America/Sao_Paulo",
    "UTC",
)
NIGHTS = (
    datetime(2026, 3, 8, 4, tzinfo=UTC),
    datetime(2026, 11, 1, 3, tzinfo=UTC),
    datetime(2026, 3, 28, 22, tzinfo=UTC),
    datetime(2026, 10, 24, 22, tzinfo=UTC),
    datetime(2026, 4, 4, 12, tzinfo=UTC),
    datetime(2026, 10, 3, 12, tzinfo=UTC),
)
"""Some hours before clocks change in one of the zones."""
CRONS = (
    "30 2 * * *",
    "0,30 1,2,3 * * *",
    "*/20 * * * *",
    "0 * * * *",
    "15 */2 * * *",
    "45 0-5 * * *",
    "0 7 * * 1-5",
)


class SetClock(Clock):
    """Shows what it is set to, also something earlier."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    @override
    def now(self) -> datetime:
        return self.at


@dataclass
class Kept(OwnEventSink, CursorStore):
    """An inbox that knows keys, and cursors."""

    new: list[OwnEvent] = field(default_factory=list)
    cursors: dict[tuple[str, str], str] = field(default_factory=dict)
    is_under_way: bool = False

    @override
    def tell(self, events: Sequence[OwnEvent]) -> list[OwnEventTold]:
        return [self._tell(event) for event in events]

    @override
    def read(self, connection: str, name: str) -> str | None:
        return self.cursors.get((connection, name))

    @override
    def write(self, connection: str, name: str, value: str) -> None:
        self.cursors[connection, name] = value

    def _tell(self, event: OwnEvent) -> OwnEventTold:
        is_new = event.key not in {each.key for each in self.new}
        if is_new:
            self.new.append(event)
        return OwnEventTold(event=event.key, runs=(), is_new=is_new)


def scheduled(cron: str, zone: str, since: datetime) -> Scheduled:
    return Scheduled(
        flow="nightly",
        environment="dev",
        connection="books",
        company="01",
        schedule=ScheduleTrigger(cron=cron, zone=zone),
        live_since=since,
    )


def look(kept: Kept, one: Scheduled, at: datetime) -> datetime | None:
    return ScheduleTeller(kept, kept, SetClock(at), lambda _one: kept.is_under_way).tell([one])


START = datetime(2026, 11, 26, 12, tzinfo=UTC)
DAILY = scheduled("0 7 * * *", "UTC", START)


@given(
    cron=st.sampled_from(CRONS),
    zone=st.sampled_from(ZONES),
    night=st.sampled_from(NIGHTS),
    steps=st.lists(st.integers(min_value=0, max_value=5_000), min_size=1, max_size=30),
)
def test_starts_are_told_once_and_in_order_whenever_one_looks(
    cron: str, zone: str, night: datetime, steps: list[int]
) -> None:
    kept, at, one = Kept(), night, scheduled(cron, zone, night)
    for seconds in steps:
        before, told = at, len(kept.new)
        at += timedelta(seconds=seconds)
        look(kept, one, at)
        last = one.schedule.last_within(before, at)
        assert [event.occurred_at for event in kept.new[told:]] == ([last] if last else [])
    times = [event.occurred_at for event in kept.new]
    assert times == sorted(set(times))


@settings(max_examples=20)
@given(
    cron=st.sampled_from(CRONS),
    zone=st.sampled_from(ZONES),
    night=st.sampled_from(NIGHTS),
    hours=st.integers(min_value=1, max_value=10),
)
def test_who_looks_every_minute_tells_every_start(cron: str, zone: str, night: datetime, hours: int) -> None:
    kept, one = Kept(), scheduled(cron, zone, night)
    end = night + timedelta(hours=hours)
    for minute in range(hours * 60 + 1):
        look(kept, one, night + timedelta(minutes=minute))
    expected, at = [], one.schedule.next_after(night)
    while at is not None and at <= end:
        expected.append(at)
        at = one.schedule.next_after(at)
    assert [event.occurred_at for event in kept.new] == expected


@given(
    cron=st.sampled_from(CRONS),
    zone=st.sampled_from(ZONES),
    night=st.sampled_from(NIGHTS),
    steps=st.lists(st.integers(min_value=-9_000, max_value=9_000), min_size=1, max_size=30),
)
def test_a_clock_that_is_set_back_tells_nothing_twice(
    cron: str, zone: str, night: datetime, steps: list[int]
) -> None:
    kept, at, one = Kept(), night, scheduled(cron, zone, night)
    for seconds in steps:
        at += timedelta(seconds=seconds)
        look(kept, one, at)
    keys = [event.key for event in kept.new]
    assert len(keys) == len(set(keys))


@settings(max_examples=20)
@given(shifts=st.lists(st.integers(min_value=-40, max_value=40), min_size=2, max_size=4))
def test_hubs_whose_clocks_differ_tell_each_start_once(shifts: list[int]) -> None:
    kept = Kept()
    for second in range(0, 3 * 86_400, 3_600):
        for shift in shifts:
            look(kept, DAILY, START + timedelta(seconds=second + shift))
    times = [event.occurred_at.isoformat()[:16] for event in kept.new]
    assert times == ["2026-11-27T07:00", "2026-11-28T07:00", "2026-11-29T07:00"]


def test_after_a_clock_ran_far_ahead_starts_come_at_their_times_again() -> None:
    kept = Kept()
    look(kept, DAILY, START + timedelta(days=3_000))
    assert len(kept.new) == 1, "the last that seemed missed"
    look(kept, DAILY, START)
    look(kept, DAILY, START + timedelta(days=1))
    assert kept.new[1].occurred_at == datetime(2026, 11, 27, 7, tzinfo=UTC)


def test_of_those_that_were_missed_the_last_is_told() -> None:
    kept = Kept()
    look(kept, DAILY, START + timedelta(days=5))
    (event,) = kept.new
    assert event.occurred_at == datetime(2026, 12, 1, 7, tzinfo=UTC)
    assert event.key == "schedule/dev/nightly/01/2026-12-01T07:00:00+00:00"
    assert (event.kind, event.order_key, event.company) == ("schedule.nightly", "flow/nightly/01", "01")
    assert event.body == {"due_at": "2026-12-01T07:00:00+00:00", "company": "01"}


def test_what_was_due_before_it_went_live_is_none_of_it() -> None:
    kept = Kept()
    assert look(kept, DAILY, START + timedelta(hours=1)) == datetime(2026, 11, 27, 7, tzinfo=UTC)
    assert kept.new == []
    later = scheduled("0 7 * * *", "UTC", START + timedelta(days=2))
    look(kept, DAILY, START + timedelta(days=1))
    look(kept, later, START + timedelta(days=2, hours=1))
    assert [event.occurred_at.day for event in kept.new] == [27], (
        "taken back on the 27th, live again on the 28th"
    )


def test_a_start_that_could_not_be_told_is_told_at_the_next_look() -> None:
    class Away(Kept):
        @override
        def tell(self, events: Sequence[OwnEvent]) -> list[OwnEventTold]:
            raise ConnectionError

    away = Away()
    with pytest.raises(ConnectionError):
        look(away, DAILY, START + timedelta(days=1))
    back = Kept(cursors=away.cursors)
    look(back, DAILY, START + timedelta(days=1, minutes=1))
    assert [event.occurred_at.day for event in back.new] == [27]


def daily(missed: Missed = Missed.LAST, overlap: Overlap = Overlap.AFTER) -> Scheduled:
    return replace(DAILY, schedule=replace(DAILY.schedule, missed=missed, overlap=overlap))


def days(kept: Kept) -> list[int]:
    return [event.occurred_at.day for event in kept.new]


def test_each_that_was_missed_is_made_up_for_in_order() -> None:
    kept = Kept()
    for _ in range(2):
        look(kept, daily(Missed.EACH), START + timedelta(days=4))
    assert days(kept) == [27, 28, 29, 30]


def test_of_many_that_were_missed_each_look_makes_up_for_some() -> None:
    kept, hourly = Kept(), scheduled("0 * * * *", "UTC", START)
    each = replace(hourly, schedule=replace(hourly.schedule, missed=Missed.EACH))
    for _ in range(3):
        look(kept, each, START + timedelta(hours=2 * TOGETHER_MAX + 1))
    assert [event.occurred_at for event in kept.new] == [
        START + timedelta(hours=number) for number in range(1, 2 * TOGETHER_MAX + 2)
    ]


@pytest.mark.parametrize(("minutes", "told"), [(4, [27]), (6, [])])
def test_where_none_is_made_up_for_what_is_late_is_passed_over(minutes: int, told: list[int]) -> None:
    kept = Kept()
    look(kept, daily(Missed.NONE), START.replace(hour=7) + timedelta(days=1, minutes=minutes))
    assert days(kept) == told
    look(kept, daily(Missed.NONE), START.replace(hour=7) + timedelta(days=3))
    assert days(kept) == [*told, 29], "the next that is in time is told"


def test_a_start_is_left_out_while_a_run_is_under_way() -> None:
    kept, skipping = Kept(), daily(Missed.EACH, Overlap.SKIP)
    look(kept, skipping, START + timedelta(days=2))
    assert days(kept) == [27], "one at a time"
    kept.is_under_way = True
    look(kept, skipping, START + timedelta(days=3))
    kept.is_under_way = False
    look(kept, skipping, START + timedelta(days=4))
    assert days(kept) == [27, 30]
    assert kept.cursors["books", skipping.left_out] == "2026-11-29T07:00:00+00:00"


def test_starts_that_may_overlap_are_lineages_of_their_own() -> None:
    kept = Kept(is_under_way=True)
    for number in range(1, 3):
        look(kept, daily(overlap=Overlap.BESIDE), START + timedelta(days=number))
    assert [event.order_key for event in kept.new] == [
        "flow/nightly/01/2026-11-27T07:00:00+00:00",
        "flow/nightly/01/2026-11-28T07:00:00+00:00",
    ]

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from counterfoil.connectors.paytrace.checking import Verdict, judge_clock, judge_zone

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
PACIFIC = ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("ahead", "verdict", "words"),
    [
        (timedelta(seconds=60), Verdict.WORKS, "60 s from"),
        (timedelta(seconds=61), Verdict.FAILS, "61 s ahead of"),
        (-timedelta(seconds=61), Verdict.FAILS, "61 s behind"),
    ],
)
def test_a_clock_more_than_a_minute_off_fails(ahead: timedelta, verdict: Verdict, words: str) -> None:
    check = judge_clock(NOW - ahead, NOW)
    assert check.verdict is verdict
    assert words in check.detail


def test_without_a_date_the_clock_is_unknown() -> None:
    assert judge_clock(None, NOW).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("age", "verdict"),
    [
        (timedelta(0), Verdict.WORKS),
        (timedelta(minutes=15), Verdict.WORKS),
        (timedelta(minutes=16), Verdict.UNKNOWN),
        (-timedelta(minutes=5), Verdict.WORKS),
        (-timedelta(minutes=59), Verdict.FAILS),
    ],
)
def test_a_record_from_the_future_disproves_the_zone_and_a_fresh_one_proves_it(
    age: timedelta, verdict: Verdict
) -> None:
    assert judge_zone(NOW - age, NOW, PACIFIC).verdict is verdict


def test_no_record_at_all_says_nothing_of_the_zone() -> None:
    assert judge_zone(None, NOW, PACIFIC).verdict is Verdict.UNKNOWN

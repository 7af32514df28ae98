from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.flows.triggers.cron import CronError, last_time, next_time, normal_form, require_cron

NEW_YORK = ZoneInfo("America/New_York")


def starts(cron: str, zone: str, first: str, days: int = 1) -> list[str]:
    """The times of some days by the clock of the zone, with the offset that tells equal ones apart."""
    own = ZoneInfo(zone)
    at = datetime.fromisoformat(first).replace(tzinfo=own).astimezone(UTC) - timedelta(seconds=1)
    end = at + timedelta(days=days)
    found = []
    while (following := next_time(cron, own, at)) is not None and following < end:
        found.append(f"{following.astimezone(own):%d %H:%M %z}")
        at = following
    return found


def test_a_time_is_one_of_its_zone() -> None:
    after = datetime(2026, 11, 27, 13, tzinfo=UTC)
    assert next_time("30 7 * * 1-5", NEW_YORK, after) == datetime(2026, 11, 30, 12, 30, tzinfo=UTC)
    assert next_time("30 7 * * 1-5", NEW_YORK, after - timedelta(hours=1)) == after - timedelta(minutes=30)


@pytest.mark.parametrize(
    ("cron", "found"),
    [
        ("30 2 * * *", ["08 03:00 -0400"]),
        ("*/15 2 * * *", ["08 03:00 -0400"]),
        ("0,30 2,3 * * *", ["08 03:00 -0400", "08 03:30 -0400"]),
        ("0 */2 * * *", ["08 00:00 -0500", "08 03:00 -0400", "08 04:00 -0400"]),
        ("0 * * * *", ["08 00:00 -0500", "08 01:00 -0500", "08 03:00 -0400", "08 04:00 -0400"]),
    ],
)
def test_an_hour_that_daylight_saving_time_leaves_out_counts_once(cron: str, found: list[str]) -> None:
    assert starts(cron, "America/New_York", "2026-03-08T00:00:00")[: len(found)] == found


@pytest.mark.parametrize(
    ("cron", "found"),
    [
        ("30 1 * * *", ["01 01:30 -0400"]),
        ("*/30 1 * * *", ["01 01:00 -0400", "01 01:30 -0400"]),
        ("0 1,2 * * *", ["01 01:00 -0400", "01 02:00 -0500"]),
    ],
)
def test_an_hour_that_comes_twice_counts_once(cron: str, found: list[str]) -> None:
    assert starts(cron, "America/New_York", "2026-11-01T00:00:00") == found


def test_where_every_hour_counts_the_one_that_comes_twice_is_two() -> None:
    found = starts("0 * * * *", "America/New_York", "2026-11-01T00:00:00")
    assert found[1:3] == ["01 01:00 -0400", "01 01:00 -0500"]
    assert starts("0 */1 * * *", "America/New_York", "2026-11-01T00:00:00") == found


def test_in_the_hour_that_comes_twice_what_was_told_is_not_told_again() -> None:
    told = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK).astimezone(UTC)
    for later in range(0, 90, 10):
        found = next_time("30 1 * * *", NEW_YORK, told + timedelta(minutes=later))
        assert found == datetime(2026, 11, 2, 6, 30, tzinfo=UTC)


def test_half_an_hour_of_daylight_saving_time_is_known_too() -> None:
    assert starts("15 2 * * *", "Australia/Lord_Howe", "2026-10-04T00:00:00") == ["04 02:30 +1100"]
    assert starts("45 1 * * *", "Australia/Lord_Howe", "2026-04-05T00:00:00") == ["05 01:45 +1100"]


def test_of_many_that_passed_the_last_is_found() -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    until = datetime(2026, 11, 28, 12, tzinfo=UTC)
    assert last_time("30 7 * * *", NEW_YORK, since, until) == datetime(2026, 11, 27, 12, 30, tzinfo=UTC)
    assert last_time("* * * * *", NEW_YORK, since, until) == until
    assert last_time("0 0 29 2 *", NEW_YORK, since, until) is None
    assert last_time("0 0 1 1 *", NEW_YORK, since - timedelta(days=400), until) == datetime(
        2026, 1, 1, 5, tzinfo=UTC
    )
    assert last_time("0 0 * * *", NEW_YORK, until, until - timedelta(days=3)) is None


@pytest.mark.parametrize(
    ("cron", "why"),
    [
        ("30 7 * *", "5 fields, minute, hour, day of the month, month, day of the week, not 4"),
        ("0 30 7 * * 1", "not 6, and never seconds"),
        ("60 7 * * *", "'60' is no minute: 0 to 59"),
        ("0 24 * * *", "'24' is no hour: 0 to 23"),
        ("0 7 0 * *", "'0' is no day of the month"),
        ("0 7 * 13 *", "'13' is no month"),
        ("0 7 * * MOO", "'MOO' is no day of the week"),
        ("*/0 7 * * *", "'*/0' is no minute"),
        ("0 7 5-1 * *", "'5-1' is no day of the month"),
        ("0 7 30 2 *", "'0 7 30 2 *' never comes"),
        ("0 7 31 4,6,9,11 *", "never comes"),
    ],
)
def test_a_text_that_says_no_time_is_told(cron: str, why: str) -> None:
    with pytest.raises(CronError) as found:
        require_cron(cron)
    assert why in str(found.value)


@pytest.mark.parametrize(
    "cron", ["0 0 29 2 *", "*/5 8-18 * * MON-FRI", "0 6 L * *", "0 6 LW * *", "0 6 * * 5#1"]
)
def test_what_says_a_time_is_taken(cron: str) -> None:
    require_cron(cron)


def test_the_same_fields_have_one_form() -> None:
    assert normal_form("  0  7 *  * mon ") == "0 7 * * MON"


def look_at(cron: str) -> None:
    """What says a time comes, and is found again; anything else is told."""
    try:
        require_cron(cron)
    except CronError:
        return
    after = datetime(2026, 11, 27, 13, tzinfo=UTC)
    following = next_time(cron, NEW_YORK, after)
    assert following is not None
    assert following > after
    assert last_time(cron, NEW_YORK, after, following) == following


@given(st.text(alphabet="0159*/-,L#WFRI ", max_size=30))
def test_any_text_says_a_time_or_is_told(text: str) -> None:
    look_at(normal_form(text))


WORDS = ("*", "*/7", "5", "1-3", "L", "LW", "5#5", "FRI", "5L", "30", "2", "1,29/9")


@given(st.lists(st.sampled_from(WORDS), min_size=5, max_size=5))
def test_whatever_is_taken_comes(parts: list[str]) -> None:
    look_at(" ".join(parts))

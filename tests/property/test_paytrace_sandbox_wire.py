from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.sandbox.paytrace.amounts import parse_cents, render_number
from counterfoil.sandbox.paytrace.cards import brand_of, mask_numbers
from counterfoil.sandbox.paytrace.settings import PACIFIC
from counterfoil.sandbox.paytrace.stamps import day_bounds, parse_date, render_stamp

CENTS = st.integers(min_value=0, max_value=99_999_999_999)
STAMP = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d{2}):(\d{2}) (AM|PM)")


@given(CENTS)
def test_an_amount_written_is_read_back(cents: int) -> None:
    number = render_number(cents)
    assert parse_cents(number) == cents
    assert parse_cents(str(number)) == cents
    assert parse_cents(f"{Decimal(cents).scaleb(-2)}") == cents


@given(st.decimals(allow_nan=True, allow_infinity=True) | st.text(max_size=20))
def test_whatever_is_read_as_an_amount_is_exactly_it(value: Decimal | str) -> None:
    cents = parse_cents(value)
    if cents is not None:
        assert Decimal(cents).scaleb(-2) == Decimal(value)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds
def test_a_stamp_tells_the_local_time_to_the_second(moment: datetime) -> None:
    match = STAMP.fullmatch(render_stamp(moment, PACIFIC))
    assert match is not None
    month, day, year, hour, minute, second = (int(part) for part in match.groups()[:6])
    local = moment.astimezone(PACIFIC)
    assert (year, month, day, minute, second) == (
        local.year,
        local.month,
        local.day,
        local.minute,
        local.second,
    )
    assert hour % 12 + (12 if match.group(7) == "PM" else 0) == local.hour


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(min_value=0, max_value=400))
def test_every_moment_belongs_to_exactly_one_day(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    start, end = day_bounds(first, last, PACIFIC)
    next_start, _ = day_bounds(last + timedelta(days=1), last + timedelta(days=1), PACIFIC)
    assert end == next_start
    assert start.astimezone(PACIFIC).date() == first
    assert (end - timedelta(seconds=1)).astimezone(PACIFIC).date() == last


@given(st.dates())
def test_a_date_written_is_read_back(day: date) -> None:
    assert parse_date(f"{day.month}/{day.day}/{day.year:04}") == day


@given(st.text(alphabet="0123456789 -x", max_size=60))
def test_masked_text_holds_no_card_number(text: str) -> None:
    masked = mask_numbers(text)
    assert mask_numbers(masked) == masked
    assert not any(brand_of(run) for run in re.findall(r"[0-9]+", masked))

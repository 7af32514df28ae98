from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from counterfoil.sandbox.sagepro.dice import Dice
from counterfoil.sandbox.sagepro.periods import Calendar, month_back


def test_the_generator_is_the_published_splitmix64() -> None:
    dice = Dice(1234567)
    assert [dice.below(1 << 64) for _ in range(3)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


def test_draws_stay_in_their_bounds_and_reach_them() -> None:
    dice = Dice(1)
    assert {dice.between(3, 5) for _ in range(100)} == {3, 4, 5}
    assert {dice.amount(99, 101) for _ in range(100)} == {Decimal("0.99"), Decimal("1.00"), Decimal("1.01")}
    assert sorted(dice.shuffled(range(10))) == list(range(10))


def test_days_are_working_days_where_there_are_any() -> None:
    dice = Dice(1)
    days = {dice.day(date(2026, 11, 20), date(2026, 11, 24)) for _ in range(100)}
    assert days == {date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)}
    assert dice.day(date(2026, 11, 21), date(2026, 11, 21)) == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("as_of", "start"),
    [
        (date(2026, 11, 20), date(2026, 10, 1)),
        (date(2026, 11, 21), date(2026, 11, 1)),
        (date(2026, 1, 1), date(2025, 12, 1)),
    ],
)
def test_a_month_is_closed_twenty_days_after_its_end(as_of: date, start: date) -> None:
    calendar = Calendar(as_of)
    assert calendar.period_start == start
    assert calendar.is_closed(calendar.last_closed_day)
    assert not calendar.is_closed(start)


def test_months_are_counted_across_years() -> None:
    assert month_back(date(2026, 1, 31), 1) == date(2025, 12, 1)
    assert month_back(date(2026, 11, 23), 24) == date(2024, 11, 1)

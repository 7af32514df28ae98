from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from counterfoil.domain.money import Money, MoneyError, exponent, split, total

USD, EUR = Money.of("1.00", "USD"), Money.of("1.00", "EUR")


@pytest.mark.parametrize(
    "operation",
    [
        lambda: USD + EUR,
        lambda: USD - EUR,
        lambda: USD < EUR,
        lambda: USD >= EUR,
        lambda: total([USD, EUR], "USD"),
    ],
)
def test_two_currencies_never_meet(operation: Callable[[], object]) -> None:
    with pytest.raises(MoneyError, match="USD and EUR"):
        operation()


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "-sNaN", "", "1,20", "1e400", "1e-400", "9" * 20, "0e99"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(MoneyError):
        Money.of(text, "USD")


@pytest.mark.parametrize("currency", ["usd", "US", "USDT", "", "US1", "USD\n"])
def test_what_is_no_currency_is_refused(currency: str) -> None:
    with pytest.raises(MoneyError, match="currency"):
        Money.of(1, currency)


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.005", "USD", "0.01"),
        ("-0.005", "USD", "-0.01"),
        ("0.5", "JPY", "1"),
        ("120.4", "JPY", "120"),
        ("1.0005", "KWD", "1.001"),
        ("2.675", "EUR", "2.68"),
    ],
)
def test_halves_round_away_from_zero_at_the_minor_unit(amount: str, currency: str, rounded: str) -> None:
    assert Money.of(amount, currency).rounded() == Money.of(rounded, currency)


@pytest.mark.parametrize(
    ("amount", "currency", "payable"),
    [
        ("1.00", "USD", True),
        ("1.001", "USD", False),
        ("1.5", "JPY", False),
        ("1.001", "KWD", True),
        ("1E+2", "USD", True),
    ],
)
def test_only_whole_minor_units_are_payable(amount: str, currency: str, *, payable: bool) -> None:
    assert Money.of(amount, currency).is_whole_minor_units is payable


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money.of("1234.5", "USD"), "1,234.50 USD"),
        (Money.of("-0.125", "USD"), "-0.125 USD"),
        (Money.of("5000", "JPY"), "5,000 JPY"),
        (Money.of("1", "KWD"), "1.000 KWD"),
    ],
)
def test_money_reads_as_people_write_it(money: Money, text: str) -> None:
    assert str(money) == text


def test_minor_units_follow_the_currency() -> None:
    assert [exponent(currency) for currency in ("USD", "JPY", "KWD")] == [2, 0, 3]


def test_spare_minor_units_go_to_the_largest_remainder_then_to_the_earlier_part() -> None:
    thirds = split(Money.of("10.00", "USD"), [Decimal(1)] * 3)
    assert [str(part.amount) for part in thirds] == ["3.34", "3.33", "3.33"]
    uneven = split(Money.of("100", "JPY"), [Decimal(1), Decimal(2), Decimal(4)])
    assert [int(part.amount) for part in uneven] == [14, 29, 57]


@pytest.mark.parametrize(
    ("whole", "weights"),
    [("0.001", [1]), ("1.00", []), ("1.00", [0, 0]), ("1.00", [2, -1])],
)
def test_a_split_that_makes_no_sense_is_refused(whole: str, weights: list[int]) -> None:
    with pytest.raises(MoneyError, match="split"):
        split(Money.of(whole, "USD"), [Decimal(weight) for weight in weights])

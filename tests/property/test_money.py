from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.money import Money, exponent, split, total
from tests.support.strategies import payable

amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=4)
weights = st.lists(st.decimals(min_value=0, max_value=10**6, places=6), min_size=1, max_size=8).filter(any)


@given(payable(least=-(10**9), most=10**14), weights)
def test_a_split_adds_up_to_the_whole_in_payable_parts(whole: Money, shares: list[Decimal]) -> None:
    parts = split(whole, shares)
    assert total(parts, whole.currency) == whole
    assert all(part.is_whole_minor_units for part in parts)


@given(payable(most=10**12), weights)
def test_no_part_of_a_split_is_a_minor_unit_away_from_its_exact_share(
    whole: Money, shares: list[Decimal]
) -> None:
    unit = Decimal(1).scaleb(-exponent(whole.currency))
    for part, weight in zip(split(whole, shares), shares, strict=True):
        assert abs(part.amount - whole.amount * weight / sum(shares)) < unit


@given(payable(), weights)
def test_a_part_without_weight_gets_nothing(whole: Money, shares: list[Decimal]) -> None:
    assert split(whole, [*shares, Decimal(0)])[-1].is_zero


@given(amounts, st.sampled_from(["USD", "JPY", "KWD"]))
def test_rounding_is_payable_near_and_symmetric(amount: Decimal, currency: str) -> None:
    money = Money(amount, currency)
    rounded = money.rounded()
    assert rounded.is_whole_minor_units
    assert abs((rounded - money).amount) * 2 <= Decimal(1).scaleb(-exponent(currency))
    assert (-money).rounded() == -rounded


@given(amounts, amounts)
def test_sums_are_exact(first: Decimal, second: Decimal) -> None:
    one, two = Money(first, "USD"), Money(second, "USD")
    assert one + two - two == one
    assert total([one, two, -one], "USD") == two

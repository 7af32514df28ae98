from __future__ import annotations

import operator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.money import Money
from counterfoil.flows.conditions.condition import Condition, ConditionError
from counterfoil.flows.records import listed
from counterfoil.ports import encoding
from counterfoil.runtime.result_records import PAYMENT
from tests.support.samples import a_payment

FIELDS = {"payment": dict(listed(PAYMENT))}
TESTS = {
    "at_least": operator.ge,
    "at_most": operator.le,
    "less_than": operator.lt,
    "more_than": operator.gt,
}
amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


@pytest.mark.parametrize("name", TESTS)
@given(amounts, amounts)
def test_amounts_compare_as_decimals_do(name: str, one: Decimal, other: Decimal) -> None:
    condition = Condition(f'payment.amount.{name}(money("{other} USD"))', FIELDS)
    body = encoding.encode(a_payment(str(one)))
    assert condition.holds({"payment": body}) is TESTS[name](one, other)


@given(amounts, st.integers(0, 2))
def test_equal_amounts_are_equal_however_they_are_written(amount: object, zeros: int) -> None:
    written = f"{amount}{'0' * zeros} USD"
    assert Money.of(written.split(" ", maxsplit=1)[0], "USD") == Money.of(str(amount), "USD")
    condition = Condition(f'payment.amount == money("{written}")', FIELDS)
    assert condition.holds({"payment": encoding.encode(a_payment(str(amount)))})


@given(st.text(max_size=40))
def test_any_text_is_a_condition_or_is_refused_with_words(text: str) -> None:
    try:
        Condition(text, FIELDS)
    except ConditionError as error:
        told = str(error)
    else:
        told = "a condition"
    assert told


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=20))
def test_what_a_record_holds_is_never_read_as_a_condition(text: str) -> None:
    """A text of the record equals a literal only where it is that text."""
    condition = Condition('payment.vendor_status == "Approved"', FIELDS)
    assert condition.holds({"payment": {"vendor_status": text}}) is (text == "Approved")

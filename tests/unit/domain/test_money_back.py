from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.domain.facts.credit_memo import CreditLine
from counterfoil.domain.facts.keys import FactError
from counterfoil.domain.facts.refund import RefundMeaning
from counterfoil.ports.encoding import FACT
from tests.support.outgoing import credit_memo, line, parts, refund
from tests.support.sagepro_books import receipt, usd

PAID = receipt("ABC", {"1001": "100"})
REFUND = refund(PAID, {"1001": "30"})
WITH_MEMO = refund(PAID, {"1001": "30"}, RefundMeaning.CREDIT_MEMO, tax="2")
MEMO = credit_memo("ABC", "22", tax="2")


@pytest.mark.parametrize(
    "change",
    [
        {"parts": parts({"1001": "29.99"})},
        {"parts": ()},
        {"parts": (*parts({"1001": "15"}), *parts({"1001": "15"}))},
        {"parts": parts({"1001": "40", "1002": "-10"})},
        {"amount": usd("-30"), "parts": parts({"1001": "-30"})},
        {"amount": usd("0.001"), "parts": parts({"1001": "0.001"})},
        {"reason": ""},
        {"lines": (line(usd("30")),)},
        {"tax": usd("1")},
        {"meaning": RefundMeaning.CREDIT_MEMO},
    ],
)
def test_a_refund_that_contradicts_itself_cannot_be_built(change: dict[str, Any]) -> None:
    with pytest.raises(FactError, match="paytrace/m1/4053999/refund#1"):
        replace(REFUND, **change)


@pytest.mark.parametrize(
    "change",
    [
        {"lines": (line(usd("28.01")),)},
        {"tax": usd("2.01")},
        {"parts": parts({"1001": "10", "1002": "20"})},
    ],
)
def test_the_memo_of_a_refund_says_what_the_refund_says(change: dict[str, Any]) -> None:
    with pytest.raises(FactError, match="refund#1"):
        replace(WITH_MEMO, **change)


@pytest.mark.parametrize(
    "change",
    [
        {"lines": ()},
        {"lines": (line(usd("-10")), line(usd("30")))},
        {"tax": usd("-1"), "lines": (line(usd("23")),)},
        {"amount": usd("0"), "lines": (), "tax": usd("0")},
        {"reason": ""},
    ],
)
def test_a_credit_memo_that_contradicts_itself_cannot_be_built(change: dict[str, Any]) -> None:
    with pytest.raises(FactError, match="shop/s1/R77/credit_memo#1"):
        replace(MEMO, **change)


def test_a_line_is_quantity_times_price_in_payable_money() -> None:
    bolts = CreditLine(item="BOLT", description="Bolt", price=usd("0.3333"), quantity=Decimal(5))
    assert bolts.amount == usd("1.67")


def test_a_repeat_says_the_same_whatever_documents_it_concerned() -> None:
    assert replace(REFUND, parts=parts({"1002": "30"})).digest == REFUND.digest
    assert WITH_MEMO.digest != REFUND.digest
    assert replace(REFUND, payment=receipt("ABC", {}, "9", transaction="7").key).digest != REFUND.digest
    assert replace(MEMO, tax=usd("1"), lines=(line(usd("21")),)).digest != MEMO.digest


def test_facts_travel_by_their_words() -> None:
    for fact in (REFUND, WITH_MEMO, MEMO):
        assert FACT.decode(FACT.encode(fact)) == fact

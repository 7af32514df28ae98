"""Posting kinds, as people name them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterfoil.connectors.sagepro.kinds import (
    kinds,
    kinds_of,
    kinds_of_word,
    reversal_of,
    taken_back,
    word_of,
)
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.identifiers import OrderNumber
from counterfoil.ports.encoding import FACT
from tests.support.outgoing import chargeback, refund, reversal
from tests.support.receivables import identifying, surcharged
from tests.support.sagepro_books import receipt, usd


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (receipt("ABC", {"1001": "60"}), {"receipt on invoices"}),
        (receipt("ABC", {}, "60"), {"payment on account"}),
        (receipt("ABC", {"1001": "60"}, "5"), {"overpayment"}),
        (replace(receipt("ABC", {}, "60"), deposit_on=OrderNumber("501")), {"deposit on an order"}),
        (identifying(receipt("ABC", {"1001": "60"})), {"identification of a receipt"}),
        (
            surcharged(receipt("ABC", {"1001": "60"}, "5"), "1"),
            {"overpayment", "receipt with surcharge"},
        ),
    ],
)
def test_receipts_are_of_the_kind_that_is_special_about_them(fact: ReceiptFact, expected: set[str]) -> None:
    assert set(kinds_of(fact)) == expected


def test_money_back_with_a_surcharge_is_a_kind_of_its_own() -> None:
    paid = receipt("ABC", {"1001": "60"})
    back, disputed = refund(paid, {"1001": "60"}), chargeback(paid, {"1001": "60"})
    assert kinds_of(back) == ("refund that re-opens an invoice",)
    assert kinds_of(disputed) == ("chargeback",)
    back = replace(back, amount=usd("61"), surcharge=usd("1"))
    disputed = replace(disputed, amount=usd("61"), surcharge=usd("1"))
    assert kinds_of(back) == ("refund that re-opens an invoice with surcharge",)
    assert kinds_of(disputed) == ("chargeback with surcharge",)


def test_a_reversal_is_of_the_kinds_of_what_it_takes_back() -> None:
    paid = surcharged(receipt("ABC", {"1001": "60"}, "5"), "1")
    expected = {"reversal of overpayment", "reversal of receipt with surcharge"}
    assert set(kinds_of(reversal(paid), paid)) == expected
    assert not kinds_of(reversal(paid)), "without what it takes back, nothing tells its kind"
    assert expected <= set(kinds_of_word("reversal"))


def test_what_is_final_has_no_reversal() -> None:
    words = ("customer", "delivery_address", "reversal")
    final = {reversal_of(kind) for word in words for kind in kinds_of_word(word)}
    assert not final & set(kinds())
    assert {taken_back(kind) for kind in kinds_of_word("reversal")} < set(kinds())


def test_every_fact_has_a_kind_and_every_kind_a_fact() -> None:
    assert {word_of(kind) for kind in kinds()} == set(FACT.members)
    assert len(set(kinds())) == len(kinds())
    assert all(kinds_of_word(word) for word in FACT.members)

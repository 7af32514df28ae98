from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from counterfoil.domain.facts.keys import Effect, FactError, PostingKey
from counterfoil.domain.facts.receipt import Application, ReceiptFact
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, TransactionId
from counterfoil.domain.money import Money, MoneyError
from counterfoil.domain.payment import Tender


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


def application(amount: str, assumed_open: str = "100.00", invoice: str = "1001") -> Application:
    return Application(invoice=InvoiceNumber(invoice), amount=usd(amount), assumed_open=usd(assumed_open))


FACT = ReceiptFact(
    key=PostingKey("gateway/shop/105968", Effect.RECEIPT),
    customer=CustomerNumber("ABC"),
    received_on=date(2026, 11, 2),
    amount=usd("100.00"),
    tender=Tender.CARD,
    reference=TransactionId("105968"),
    applications=(application("60.00"),),
    on_account=usd("40.00"),
    reason="overpaid",
)


@pytest.mark.parametrize(
    "change",
    [
        {"on_account": usd("39.99")},
        {"amount": usd("0.00"), "applications": (), "on_account": usd("0.00")},
        {"amount": usd("1.001"), "applications": (), "on_account": usd("1.001")},
        {"applications": (application("140.00", "140.00"),), "on_account": usd("-40.00")},
        {"applications": (application("60.00", "59.99"),)},
        {"applications": (application("30.00"), application("30.00"))},
        {"reason": ""},
    ],
)
def test_a_fact_that_contradicts_itself_cannot_be_built(change: dict[str, Any]) -> None:
    with pytest.raises(FactError, match="gateway/shop/105968/receipt#1"):
        replace(FACT, **change)


def test_a_fact_in_two_currencies_cannot_be_built() -> None:
    with pytest.raises(MoneyError, match="EUR"):
        replace(FACT, on_account=Money.of("40.00", "EUR"))


def test_how_it_was_applied_does_not_change_the_digest() -> None:
    elsewhere = replace(FACT, applications=(), on_account=usd("100"), reason="invoice paid meanwhile")
    assert elsewhere.digest == FACT.digest


@pytest.mark.parametrize(
    "change",
    [
        {"customer": CustomerNumber("XYZ")},
        {"received_on": date(2026, 11, 3)},
        {"tender": Tender.ACH},
        {"reference": TransactionId("105969")},
        {"amount": usd("100.01"), "on_account": usd("40.01")},
    ],
)
def test_what_was_received_changes_the_digest(change: dict[str, Any]) -> None:
    assert replace(FACT, **change).digest != FACT.digest


def test_the_digest_does_not_depend_on_how_digits_are_written() -> None:
    assert replace(FACT, amount=usd("100"), on_account=usd("40.0")).digest == FACT.digest


def test_a_key_reads_back_from_its_text() -> None:
    key = PostingKey("gateway/shop/105968", Effect.RECEIPT, 2)
    assert str(key) == "gateway/shop/105968/receipt#2"
    assert PostingKey.parse(str(key)) == key


@pytest.mark.parametrize("text", ["", "a/b/receipt", "a/b/gift#1", "a/b/receipt#x"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(FactError, match="posting key"):
        PostingKey.parse(text)

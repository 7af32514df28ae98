from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.identifiers import CustomerNumber, TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender
from counterfoil.ports import encoding
from counterfoil.ports.erp import Busy, PostingAnswer
from counterfoil.ports.errors import EncodingError

FACT = ReceiptFact(
    key=PostingKey("gateway/shop/105968", Effect.RECEIPT),
    customer=CustomerNumber("ABC"),
    received_on=date(2026, 11, 2),
    amount=Money.of("120.00", "USD"),
    tender=Tender.CARD,
    reference=TransactionId("105968"),
    on_account=Money.of("120.00", "USD"),
    reason="no invoice number was given",
)
JSON: dict[str, Any] = {
    "type": "receipt",
    "key": {"lineage": "gateway/shop/105968", "effect": "receipt", "generation": 1},
    "customer": "ABC",
    "received_on": "2026-11-02",
    "amount": {"amount": "120.00", "currency": "USD"},
    "tender": "card",
    "reference": "105968",
    "applications": [],
    "on_account": {"amount": "120.00", "currency": "USD"},
    "reason": "no invoice number was given",
    "surcharge": None,
    "deposit_on": None,
    "batched_on": None,
    "identification": None,
}


def test_the_wire_format_of_a_receipt_is_pinned() -> None:
    assert encoding.FACT.encode(FACT) == JSON
    assert encoding.FACT.decode(JSON) == FACT


def test_a_field_with_a_default_may_be_absent() -> None:
    optional = {"applications", "surcharge", "deposit_on", "batched_on", "identification"}
    shorter = {name: value for name, value in JSON.items() if name not in optional}
    assert encoding.FACT.decode(shorter) == FACT


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"discount": "5.00"}, "unknown field 'discount'"),
        ({"amount": {"amount": "120.00", "currency": "USD", "rate": "1"}}, r"amount: unknown field 'rate'"),
        ({"amount": {"amount": 120, "currency": "USD"}}, r"amount\.amount: int where str belongs"),
        ({"amount": {"amount": "NaN", "currency": "USD"}}, "finite"),
        ({"amount": {"amount": "1E+400", "currency": "USD"}}, "digits"),
        ({"amount": {"amount": "120.00", "currency": "usd"}}, "currency"),
        ({"amount": {"amount": "100.00", "currency": "USD"}}, "120.00 USD is not 100.00 USD"),
        ({"key": {"lineage": "x", "effect": "gift", "generation": 1}}, "gift"),
        ({"received_on": "11/02/2026"}, "date"),
        ({"customer": None}, "customer"),
        ({"reason": "half a character \ud800"}, "surrogate"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(EncodingError, match=complaint):
        encoding.FACT.decode(JSON | change)


@pytest.mark.parametrize("body", [{}, {"type": "gift"}, {"type": ["receipt"]}, [], None, "receipt"])
def test_an_unknown_kind_is_refused(body: object) -> None:
    with pytest.raises(EncodingError, match="not one of receipt"):
        encoding.FACT.decode(body)


def test_an_answer_carries_its_word() -> None:
    answer: PostingAnswer = Busy(key=FACT.key, what="the ledger")
    assert encoding.POSTING_ANSWER.encode(answer)["type"] == "busy"

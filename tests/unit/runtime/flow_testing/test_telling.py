"""What a test writes of a domain value is read as the same value."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml

from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.receipt import Application, ReceiptFact
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, TransactionId
from counterfoil.domain.payment import Tender
from counterfoil.flows.document import read_document
from counterfoil.runtime.flow_testing.reading import read_value
from counterfoil.runtime.flow_testing.telling import tell
from tests.support.samples import a_payment, an_invoice, an_order, usd

RECEIPT = ReceiptFact(
    key=PostingKey("gateway/shop/1", Effect.RECEIPT),
    customer=CustomerNumber("ABC"),
    received_on=date(2026, 11, 3),
    amount=usd("50.00"),
    tender=Tender.CARD,
    reference=TransactionId("1"),
    applications=(
        Application(invoice=InvoiceNumber("1001"), amount=usd("30.00"), assumed_open=usd("30.00")),
    ),
    on_account=usd("20.00"),
    reason="more was paid",
)


def written(value: object) -> Any:
    text = yaml.safe_dump({"value": tell(value)})
    return read_document(text).fields(("value",))["value"]


@pytest.mark.parametrize(
    "value", [a_payment(surcharge=usd("1.25"), payer_name="no"), an_invoice(), an_order()]
)
def test_a_written_value_is_read_as_it_was(value: object) -> None:
    assert read_value(type(value), written(value)) == value


def test_a_written_fact_says_its_word_and_is_read_as_it_was() -> None:
    tree = tell(RECEIPT)
    assert tree.pop("fact") == "receipt"
    part = read_document(yaml.safe_dump(tree))
    assert read_value(ReceiptFact, part) == RECEIPT


def test_what_is_empty_is_not_written() -> None:
    assert "surcharge" not in tell(RECEIPT)
    assert tell({"a": "", "b": None, "c": False, "d": [], "e": 0}) == {"e": "0"}

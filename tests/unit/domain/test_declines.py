from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from counterfoil.domain.declines import Unnoted, decide_note, is_declined, is_paid_since, told_of
from counterfoil.domain.facts.note import NotedStatus, PaymentNoteFact
from counterfoil.domain.identification import Named
from counterfoil.domain.identifiers import CustomerNumber, TransactionId
from counterfoil.domain.payment import PaymentKind, PaymentStatus
from tests.support.samples import a_payment, an_invoice, an_order

DECLINED = a_payment(status=PaymentStatus.FAILED, vendor_status="No funds")
ON_INVOICE = Named(reference="1001", invoices=(an_invoice("1001"),))


def test_a_decline_is_noted_on_the_one_open_document_that_it_names() -> None:
    note = decide_note(DECLINED, ON_INVOICE, None)
    assert isinstance(note, PaymentNoteFact)
    assert (note.target, note.status) == ("invoice 1001", NotedStatus.FAILED)
    assert note.key.origin == DECLINED.lineage
    on_order = decide_note(DECLINED, Named(orders=(an_order("5521"),)), CustomerNumber("ABC"))
    assert isinstance(on_order, PaymentNoteFact)
    assert on_order.target == "order 5521"


@pytest.mark.parametrize(
    ("named", "customer", "why"),
    [
        (Named(), "ABC", "names no document"),
        (Named(invoices=(an_invoice("1001"), an_invoice("1002"))), None, "names 2 documents"),
        (ON_INVOICE, "XYZ", "the stored payment method is XYZ's, the document is ABC's"),
        (Named(invoices=(an_invoice("1001", "0.00"),)), None, "nothing is open"),
        (Named(invoices=(an_invoice("1001", void=True),)), None, "nothing is open"),
    ],
)
def test_what_is_not_clear_is_noted_nowhere(named: Named, customer: str | None, why: str) -> None:
    unnoted = decide_note(DECLINED, named, CustomerNumber(customer) if customer else None)
    assert isinstance(unnoted, Unnoted)
    assert why in unnoted.why


def test_only_a_payment_that_failed_was_declined() -> None:
    assert is_declined(DECLINED)
    assert not is_declined(replace(DECLINED, status=PaymentStatus.VOIDED))
    assert not is_declined(replace(DECLINED, kind=PaymentKind.REFUND))


def test_a_later_payment_of_the_document_that_brought_money_outdoes_the_decline() -> None:
    later = DECLINED.created_at + timedelta(minutes=5)
    paid = a_payment(transaction=TransactionId("9"), created_at=later)
    assert is_paid_since(DECLINED, [paid])
    for other in (
        replace(paid, status=PaymentStatus.FAILED),
        replace(paid, created_at=DECLINED.created_at - timedelta(minutes=5)),
        replace(paid, kind=PaymentKind.REFUND),
        replace(paid, transaction=DECLINED.transaction),
    ):
        assert not is_paid_since(DECLINED, [other])


def test_a_clerk_reads_what_was_tried() -> None:
    assert told_of(DECLINED, ON_INVOICE, None) == (
        "a payment of 120.00 USD for invoice 1001 of customer ABC was declined (the gateway says: No funds)"
    )
    assert told_of(replace(DECLINED, vendor_status=""), Named(), CustomerNumber("ABC")) == (
        "a payment of 120.00 USD of customer ABC was declined"
    )

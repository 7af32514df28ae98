"""The entries that postings leave on documents, as a clerk sees them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundFact
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber
from counterfoil.domain.invoice import ReceiptEntry
from counterfoil.domain.money import Money


def entries_of(fact: Fact, document: InvoiceNumber) -> Iterator[ReceiptEntry]:
    """What a receipt or a refund left on the document."""
    match fact:
        case ReceiptFact():
            for part in fact.applications:
                if part.invoice == document:
                    yield _entry(document, fact.customer, fact.received_on, part.amount, fact.reference)
        case RefundFact():
            for back in fact.parts:
                if back.document == document:
                    yield _entry(document, fact.customer, fact.refunded_on, -back.amount, fact.reference)
        case _:
            return


def _entry(
    document: InvoiceNumber, customer: CustomerNumber, on: date, amount: Money, reference: str
) -> ReceiptEntry:
    return ReceiptEntry(
        document=document,
        customer=customer,
        paid_on=on,
        amount=amount,
        discount=Money.zero(amount.currency),
        reference=reference,
        entered_by="",
    )

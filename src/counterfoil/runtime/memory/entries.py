"""What postings leave on documents, as a clerk sees it: entries, and how much less is open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from counterfoil.domain.facts.credit_application import CreditApplicationFact
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.receipt import Application, ReceiptFact
from counterfoil.domain.facts.refund import RefundFact
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber
from counterfoil.domain.invoice import ReceiptEntry
from counterfoil.domain.money import Money

Setting = ReceiptFact | CreditApplicationFact
"""Money or a credit set against invoices."""


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


def taken_back(fact: Fact, on: date, document: InvoiceNumber) -> Iterator[ReceiptEntry]:
    """What the reversal of a fact left on the document."""
    for entry in entries_of(fact, document):
        yield replace(entry, amount=-entry.amount, paid_on=on)


def lowered_by(fact: Fact) -> list[tuple[InvoiceNumber, Money]]:
    """By how much less is open on each item; credits are negative, so that a used one rises."""
    applications: tuple[Application, ...] = fact.applications if isinstance(fact, Setting) else ()
    lowered = [(part.invoice, part.settled) for part in applications]
    if isinstance(fact, CreditApplicationFact):
        lowered.append((fact.credit, -fact.amount))
    if isinstance(fact, RefundFact):
        lowered += [(part.document, -part.amount) for part in fact.parts]
    return lowered

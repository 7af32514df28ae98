"""What postings leave on documents, as a clerk sees it: entries, and how much less is open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from counterfoil.domain.facts.chargeback import ChargebackFact, ChargebackOutcomeFact, DisputeOutcome
from counterfoil.domain.facts.credit_application import CreditApplicationFact
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.receipt import Application, ReceiptFact
from counterfoil.domain.facts.refund import RefundFact
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.domain.invoice import ReceiptEntry
from counterfoil.domain.money import Money
from counterfoil.runtime.memory.disputes import Ledger, opened_by

Setting = ReceiptFact | CreditApplicationFact
"""Money or a credit set against invoices."""


def entries_of(fact: Fact, document: InvoiceNumber, ledger: Ledger) -> Iterator[ReceiptEntry]:
    """What a receipt, a refund or a stage of a dispute left on the document."""
    return (entry for entry in _left_by(fact, ledger) if entry.document == document)


def _left_by(fact: Fact, ledger: Ledger) -> list[ReceiptEntry]:
    if isinstance(fact, ReversalFact):
        undone = _left_by(ledger[fact.reverses].fact, ledger)
        return [replace(entry, amount=-entry.amount, paid_on=fact.reversed_on) for entry in undone]
    if isinstance(fact, ChargebackOutcomeFact):
        return list(_of_win(fact, opened_by(fact, ledger)))
    return list(_of_money(fact))


def _of_money(fact: Fact) -> Iterator[ReceiptEntry]:
    match fact:
        case ReceiptFact():
            parts = ((part.invoice, part.amount) for part in fact.applications)
            yield from (_entry(number, fact, fact.received_on, amount) for number, amount in parts)
        case RefundFact():
            yield from (_entry(each.document, fact, fact.refunded_on, -each.amount) for each in fact.parts)
        case ChargebackFact():
            yield from (_entry(each.document, fact, fact.opened_on, -each.amount) for each in fact.parts)
        case _:
            return


def _of_win(fact: ChargebackOutcomeFact, opened: ChargebackFact | None) -> Iterator[ReceiptEntry]:
    if opened is not None and fact.outcome is DisputeOutcome.WON:
        for part in opened.parts:
            yield _entry(part.document, opened, fact.decided_on, part.amount)


def _entry(
    document: InvoiceNumber, fact: ReceiptFact | RefundFact | ChargebackFact, on: date, amount: Money
) -> ReceiptEntry:
    return ReceiptEntry(
        document=document,
        customer=fact.customer,
        paid_on=on,
        amount=amount,
        discount=Money.zero(amount.currency),
        reference=fact.reference,
        entered_by="",
    )


def lowered_by(fact: Fact) -> list[tuple[InvoiceNumber, Money]]:
    """By how much less is open on each item; credits are negative, so that a used one rises."""
    applications: tuple[Application, ...] = fact.applications if isinstance(fact, Setting) else ()
    lowered = [(part.invoice, part.settled) for part in applications]
    if isinstance(fact, CreditApplicationFact):
        lowered.append((fact.credit, -fact.amount))
    if isinstance(fact, RefundFact):
        lowered += [(part.document, -part.amount) for part in fact.parts]
    return lowered

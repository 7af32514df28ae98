"""The rows of a receipt: applied to invoices, the rest as an open credit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from counterfoil.connectors.sagepro.mapping import Document
from counterfoil.connectors.sagepro.operations import Append, Operation, Plan
from counterfoil.connectors.sagepro.posting.adjustments import adjustment_objections, adjustment_rows
from counterfoil.connectors.sagepro.posting.by_hand import answer_by_hand
from counterfoil.connectors.sagepro.posting.deposit import deposit_objections
from counterfoil.connectors.sagepro.posting.desk import OPEN_CREDITS, Answer, Desk
from counterfoil.connectors.sagepro.posting.objections import (
    Objections,
    account_objections,
    application_objections,
    batch_objections,
    customer_objections,
    marker_objections,
    money_objections,
)
from counterfoil.connectors.sagepro.posting.open_credit import account_of, credit_document, credit_line
from counterfoil.connectors.sagepro.posting.outside import Outside
from counterfoil.connectors.sagepro.posting.rows import (
    CASH_LINE,
    INCOME_LINE,
    RECEIVABLE_LINE,
    ZERO,
    Sheet,
)
from counterfoil.connectors.sagepro.posting.unidentified import identification_objections, identified
from counterfoil.connectors.sagepro.records import CustomerRecord, Row, TableName
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.identifiers import InvoiceNumber

_Documents = Mapping[InvoiceNumber, tuple[Document, ...]]


def plan_receipt(fact: ReceiptFact, desk: Desk) -> Answer:
    """The rows of a receipt, or why there are none."""
    for refusal in identification_objections(fact, desk):
        return refusal
    by_hand = answer_by_hand(fact, desk)
    if isinstance(by_hand, Plan):
        return _linked(fact, by_hand, desk)
    if by_hand is not None:
        return by_hand
    customers = desk.books.customers(fact.customer)
    documents = {part.invoice: desk.books.documents(part.invoice) for part in fact.applications}
    number = desk.draw(OPEN_CREDITS) if fact.on_account.is_positive else ""
    for objection in _objections(fact, desk, customers, documents):
        return objection
    sheet = Sheet(
        customer=customers[0],
        marker=desk.marker(fact.key, fact.reference),
        day=_day(fact, desk),
        terms=desk.terms,
    )
    moved = identified(fact.identification, sheet.day, sheet.marker, desk) if fact.identification else ()
    operations = (*moved, *_operations(fact, sheet, documents, number))
    return Plan(key=fact.key, document=number or sheet.marker, operations=operations)


def _linked(fact: ReceiptFact, link: Plan, desk: Desk) -> Plan:
    """The receipt keyed by hand is the payment; money that stands as unidentified goes out of the books."""
    if fact.identification is None:
        return link
    marker = desk.marker(fact.key, fact.reference)
    return replace(link, operations=tuple(identified(fact.identification, _day(fact, desk), marker, desk)))


def _day(fact: ReceiptFact, desk: Desk) -> date:
    """Money that moves bears the day on which somebody said whose it is."""
    if fact.identification is not None:
        return desk.terms.posting_date(fact.identification.identified_on)
    return desk.terms.posting_date(fact.received_on, fact.batched_on)


def _objections(
    fact: ReceiptFact, desk: Desk, customers: tuple[CustomerRecord, ...], documents: _Documents
) -> Objections:
    profile = desk.profile
    yield from money_objections(fact.key, fact.amount, fact.tender, profile)
    if fact.identification is None:
        yield from batch_objections(fact.key, fact.batched_on, profile)
    yield from marker_objections(fact.key, fact.reference, desk)
    yield from customer_objections(fact.key, fact.customer, customers, profile)
    if fact.surcharge is not None:
        yield from account_objections(fact.key, "surcharge", profile.accounts.surcharge)
    if fact.deposit_on is not None:
        yield from deposit_objections(fact.key, fact.customer, fact.deposit_on, customers[0], desk)
    for part in fact.applications:
        yield from application_objections(fact.key, fact.customer, part, documents[part.invoice], profile)
        (document,) = documents[part.invoice]
        yield from adjustment_objections(fact.key, part, document, fact.received_on, desk)


def _operations(fact: ReceiptFact, sheet: Sheet, documents: _Documents, number: str) -> Iterator[Operation]:
    clearing = sheet.profile.accounts.clearing[fact.tender]
    for part in fact.applications:
        (document,) = documents[part.invoice]
        discount = part.discount.amount if part.discount else ZERO
        yield from _received(sheet, document.record.row, clearing, part.amount.amount, discount)
        yield from adjustment_rows(sheet, document, part)
        yield from sheet.pay(document, part.amount.amount, part.adjustments.amount)
    if fact.on_account.is_positive:
        yield from _on_account(fact, sheet, clearing, number)
    if fact.surcharge is not None:
        yield from _surcharge(sheet, clearing, fact.surcharge.amount)
    adjustments = sum((part.adjustments.amount for part in fact.applications), ZERO)
    yield from sheet.credit_customer(fact.for_customer.amount, adjustments)


def _on_account(fact: ReceiptFact, sheet: Sheet, clearing: str, number: str) -> Iterator[Operation]:
    amount = fact.on_account.amount
    document = credit_document(sheet, number, amount, fact.deposit_on or "")
    words = "OVER PAY" if fact.applications else "ON ACCOUNT"
    yield credit_line(sheet, number, amount, "DEPOSIT" if fact.deposit_on else words)
    yield from _received(sheet, document, clearing, amount)
    yield Append(table=TableName.DOCUMENTS, values=document.values)


def _received(
    sheet: Sheet, document: Row, clearing: str, amount: Decimal, discount: Decimal = ZERO
) -> Iterator[Operation]:
    yield sheet.cash(document, amount, clearing, discount=discount)
    yield sheet.distribution(document, CASH_LINE, clearing, amount)
    yield sheet.distribution(document, RECEIVABLE_LINE, account_of(document, sheet), -amount)


def _surcharge(sheet: Sheet, clearing: str, amount: Decimal) -> Iterator[Operation]:
    """Money that pays no invoice and is nobody's credit."""
    outside = Outside(marker=sheet.marker, day=sheet.day, terms=sheet.terms)
    yield outside.cash(amount, clearing)
    yield outside.distribution(CASH_LINE, clearing, amount)
    yield outside.distribution(INCOME_LINE, sheet.profile.accounts.surcharge, -amount)

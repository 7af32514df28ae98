"""A credit set against invoices: rows on both documents that cancel out; no money moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from counterfoil.connectors.sagepro.mapping import Document, to_invoice
from counterfoil.connectors.sagepro.operations import Operation, Plan
from counterfoil.connectors.sagepro.posting.desk import Answer, Desk
from counterfoil.connectors.sagepro.posting.objections import (
    Objections,
    account_objections,
    application_objections,
    code_faults,
    currency_objections,
    customer_objections,
    marker_objections,
    screen_objections,
    shelf_faults,
)
from counterfoil.connectors.sagepro.posting.open_credit import account_of, deposit_account, is_deposit
from counterfoil.connectors.sagepro.posting.rows import RECEIVABLE_LINE, Sheet
from counterfoil.connectors.sagepro.records import CustomerRecord
from counterfoil.domain.facts.credit_application import CreditApplicationFact
from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.ports.erp import Changed, Refused

_Documents = Mapping[InvoiceNumber, tuple[Document, ...]]


def plan_credit_application(fact: CreditApplicationFact, desk: Desk) -> Answer:
    """The rows on the credit and on its invoices, or why there are none."""
    customers = desk.books.customers(fact.customer)
    numbers = (fact.credit, *(part.invoice for part in fact.applications))
    documents = {number: desk.books.documents(number) for number in numbers}
    for objection in _objections(fact, desk, customers, documents):
        return objection
    sheet = Sheet(
        customer=customers[0],
        marker=desk.marker(fact.key, fact.reference),
        day=desk.terms.posting_date(fact.applied_on),
        terms=desk.terms,
    )
    return Plan(key=fact.key, document=fact.credit, operations=tuple(_operations(fact, sheet, documents)))


def _objections(
    fact: CreditApplicationFact, desk: Desk, customers: tuple[CustomerRecord, ...], documents: _Documents
) -> Objections:
    yield from currency_objections(fact.key, fact.amount, desk.profile)
    yield from marker_objections(fact.key, fact.reference, desk)
    yield from customer_objections(fact.key, fact.customer, customers, desk.profile)
    yield from _credit_objections(fact, desk, documents[fact.credit])
    (credit,) = documents[fact.credit]
    for part in fact.applications:
        found = documents[part.invoice]
        yield from application_objections(fact.key, fact.customer, part, found, desk.profile)
        yield from _deposit_objections(fact, desk, customers[0], credit, found[0])


def _credit_objections(
    fact: CreditApplicationFact, desk: Desk, documents: tuple[Document, ...]
) -> Objections:
    """The credit is there once, live, the customer's own, and holds at least as much as is applied."""
    key, name, profile = fact.key, f"credit {fact.credit}", desk.profile
    if not documents:
        yield Changed(key=key, current=(), why=f"{name} is no longer in the books")
        return
    if len(documents) > 1:
        why = f"{name} stands {len(documents)} times in the books: mend this in Sage Pro"
        yield Refused(key=key, why=why)
    document = documents[0]
    yield from screen_objections(key, name, document)
    item = to_invoice(document, profile)
    if item.customer != fact.customer:
        why = f"{name} belongs to customer {item.customer}, not {fact.customer}"
        yield Changed(key=key, current=(item,), why=why)
    if item.void:
        yield Changed(key=key, current=(item,), why=f"{name} was voided")
    if -document.record.balance < fact.amount.amount:
        why = f"{name} has {-item.open} left, {fact.amount} should be applied"
        yield Changed(key=key, current=(item,), why=why)
    kinds = (*profile.codes.open_credit, *profile.codes.credit_memo)
    codes = code_faults(document.record, kinds, "open_credit or credit_memo", profile)
    for why in (*shelf_faults(document), *codes):
        yield Refused(key=key, why=f"{name} {why}")


def _deposit_objections(
    fact: CreditApplicationFact, desk: Desk, customer: CustomerRecord, credit: Document, invoice: Document
) -> Iterator[Refused]:
    """A deposit is owed until its own order is invoiced; it pays no other invoice."""
    order = credit.record.order
    if not is_deposit(credit.record.row, desk.profile):
        return
    yield from account_objections(fact.key, "deposits", deposit_account(customer, desk.profile))
    if invoice.record.order != order:
        why = (
            f"credit {fact.credit} is a deposit on order {order}, of which invoice {invoice.record.number} is"
            " not: reverse the deposit's receipt and post it anew"
        )
        yield Refused(key=fact.key, why=why)


def _operations(fact: CreditApplicationFact, sheet: Sheet, documents: _Documents) -> Iterator[Operation]:
    (credit,) = documents[fact.credit]
    held = credit.record.row
    for part in fact.applications:
        (document,) = documents[part.invoice]
        invoice, amount = document.record.row, part.amount.amount
        yield sheet.cash(invoice, amount, "", applied_to=fact.credit)
        yield sheet.cash(held, -amount, "", applied_to=part.invoice)
        yield sheet.distribution(invoice, RECEIVABLE_LINE, sheet.receivable, -amount)
        yield sheet.distribution(held, RECEIVABLE_LINE, account_of(held, sheet), amount)
    for part in fact.applications:
        yield from sheet.pay(documents[part.invoice][0], part.amount.amount)
    yield from sheet.pay(credit, -fact.amount.amount)

"""The rows of a refund, by its meaning."""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.connectors.sagepro.operations import Operation, Plan
from counterfoil.connectors.sagepro.posting.credit_memo import (
    Memo,
    corrected_objections,
    head,
    memo_objections,
    memo_row,
    memo_rows,
    sold_on,
)
from counterfoil.connectors.sagepro.posting.desk import CREDIT_MEMOS, Answer, Desk
from counterfoil.connectors.sagepro.posting.money_back import (
    Documents,
    disputes_of,
    documents_of,
    give_back,
    kind_objections,
    moved,
    part_objections,
    payment_objections,
    surcharge_back,
    surcharge_objections,
)
from counterfoil.connectors.sagepro.posting.objections import (
    Objections,
    customer_objections,
    marker_objections,
    money_objections,
)
from counterfoil.connectors.sagepro.posting.rows import Sheet
from counterfoil.connectors.sagepro.records import CustomerRecord
from counterfoil.domain.facts.refund import RefundFact, RefundMeaning
from counterfoil.ports.erp import Refused


def plan_refund(fact: RefundFact, desk: Desk) -> Answer:
    """The rows of a refund, or why there are none."""
    customers = desk.books.customers(fact.customer)
    documents = documents_of(fact.parts, desk)
    with_memo = fact.meaning is RefundMeaning.CREDIT_MEMO
    number = desk.draw(CREDIT_MEMOS) if with_memo else ""
    for objection in _objections(fact, desk, customers, documents):
        return objection
    sheet = Sheet(
        customer=customers[0],
        marker=desk.marker(fact.key, fact.reference),
        day=desk.terms.posting_date(fact.refunded_on),
        terms=desk.terms,
    )
    memo = _memo(fact, number, desk) if with_memo else None
    rows = _paid_out(memo, fact, sheet) if memo else _back(fact, sheet, documents)
    return Plan(key=fact.key, document=number or sheet.marker, operations=tuple(rows))


def _objections(
    fact: RefundFact, desk: Desk, customers: tuple[CustomerRecord, ...], documents: Documents
) -> Objections:
    profile = desk.profile
    yield from money_objections(fact.key, fact.amount, fact.tender, profile)
    yield from marker_objections(fact.key, fact.reference, desk)
    yield from customer_objections(fact.key, fact.customer, customers, profile)
    yield from payment_objections(fact.key, fact.payment, fact.customer, fact.amount, desk)
    yield from surcharge_objections(fact.key, fact.payment, fact.surcharge, desk)
    for dispute in disputes_of(fact.payment, desk):
        if not fact.confirmed_by:
            why = (
                f"{dispute.summary} of this payment stands: do not refund it as well, and post the refund"
                " only once a person confirms it"
            )
            yield Refused(key=fact.key, why=why)
    if fact.meaning is RefundMeaning.CREDIT_MEMO:
        number = fact.parts[0].document
        yield from memo_objections(fact.key, fact.tax, customers[0], desk)
        yield from corrected_objections(fact.key, fact.customer, number, documents[number], desk)
        return
    of_credit = fact.meaning is RefundMeaning.OPEN_CREDIT
    code, kinds = (
        ("open_credit", profile.codes.open_credit) if of_credit else ("invoice", profile.codes.invoice)
    )
    for part in fact.parts:
        found = documents[part.document]
        yield from part_objections(fact.key, fact.customer, part, found, desk)
        yield from kind_objections(fact.key, found[0], code, kinds, desk)


def _back(fact: RefundFact, sheet: Sheet, documents: Documents) -> Iterator[Operation]:
    clearing = sheet.profile.accounts.clearing[fact.tender]
    for part in fact.parts:
        yield from give_back(sheet, documents[part.document][0], part.amount.amount, clearing)
    yield from surcharge_back(sheet, fact.surcharge, clearing)
    yield sheet.change_balance(fact.for_documents.amount)


def _memo(fact: RefundFact, number: str, desk: Desk) -> Memo:
    (part,) = fact.parts
    invoice = desk.books.documents(part.document)[0]
    return Memo(
        number=number,
        amount=fact.for_documents,
        tax=fact.tax,
        lines=fact.lines,
        invoice=invoice,
        sold=sold_on(invoice, desk),
        paid_out=fact.for_documents.amount,
    )


def _paid_out(memo: Memo, fact: RefundFact, sheet: Sheet) -> Iterator[Operation]:
    """A credit memo and the money for it: the customer owes what was owed before."""
    clearing = sheet.profile.accounts.clearing[fact.tender]
    yield from memo_rows(sheet, memo)
    yield from moved(sheet, memo_row(sheet, memo), -memo.paid_out, clearing)
    yield from surcharge_back(sheet, fact.surcharge, clearing)
    yield head(sheet, memo)

"""Money that goes back: what it rests on, what must hold of its documents, and its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from counterfoil.connectors.sagepro.mapping import Document, to_invoice
from counterfoil.connectors.sagepro.operations import Add, Operation
from counterfoil.connectors.sagepro.posting.desk import Desk
from counterfoil.connectors.sagepro.posting.objections import (
    Objections,
    account_objections,
    code_faults,
    screen_objections,
    shelf_faults,
)
from counterfoil.connectors.sagepro.posting.open_credit import account_of
from counterfoil.connectors.sagepro.posting.outside import Outside
from counterfoil.connectors.sagepro.posting.rows import CASH_LINE, INCOME_LINE, RECEIVABLE_LINE, Sheet
from counterfoil.connectors.sagepro.records import Row
from counterfoil.domain.facts.chargeback import ChargebackFact, ChargebackOutcomeFact, DisputeOutcome
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.facts.money_back import Part
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundFact
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber
from counterfoil.domain.money import Money, total
from counterfoil.ports.erp import Changed, Refused

Documents = Mapping[InvoiceNumber, tuple[Document, ...]]


def documents_of(parts: tuple[Part, ...], desk: Desk) -> Documents:
    return {part.document: desk.books.documents(part.document) for part in parts}


def payment_objections(
    key: PostingKey, payment: PostingKey, customer: CustomerNumber, amount: Money, desk: Desk
) -> Iterator[Refused]:
    """The receipt stands in the ledger, is the customer's, and has that much left to go back."""
    entry = desk.entry(payment)
    if entry is None:
        yield Refused(key=key, why=f"{payment} does not stand in the posting ledger: post the receipt first")
        return
    if desk.entry(payment.reversal) is not None:
        yield Refused(key=key, why=f"{payment} was taken back, so that none of its money can go back again")
    receipt = entry.fact
    if not isinstance(receipt, ReceiptFact):
        yield Refused(key=key, why=f"{payment} is {receipt.summary}, no receipt whose money could go back")
        return
    if receipt.customer != customer:
        why = f"{payment} is a receipt from customer {receipt.customer}, not {customer}"
        yield Refused(key=key, why=why)
    gone = gone_back(payment, amount.currency, desk)
    if amount.currency == receipt.amount.currency and gone + amount > receipt.amount:
        why = (
            f"{payment} brought {receipt.amount} and {gone} of it went back already: {amount} more is not"
            " possible, look at the refunds and chargebacks of this payment"
        )
        yield Refused(key=key, why=why)


def gone_back(payment: PostingKey, currency: str, desk: Desk) -> Money:
    """What of a receipt was refunded or taken back by the customer's bank so far."""
    return total((fact.amount for fact in _gone(payment, desk)), currency)


def _gone(payment: PostingKey, desk: Desk) -> Iterator[RefundFact | ChargebackFact]:
    """What took money of a receipt, without chargebacks that were won."""
    for entry in desk.standing(payment):
        fact = entry.fact
        if isinstance(fact, RefundFact) or (isinstance(fact, ChargebackFact) and not _is_won(fact.key, desk)):
            yield fact


def _is_won(chargeback: PostingKey, desk: Desk) -> bool:
    ends = (entry.fact for entry in desk.standing(chargeback))
    return any(isinstance(end, ChargebackOutcomeFact) and end.outcome is DisputeOutcome.WON for end in ends)


def disputes_of(payment: PostingKey, desk: Desk) -> Iterator[ChargebackFact]:
    """Chargebacks of a receipt that were not won."""
    return (fact for fact in _gone(payment, desk) if isinstance(fact, ChargebackFact))


def part_objections(
    key: PostingKey, customer: CustomerNumber, part: Part, documents: tuple[Document, ...], desk: Desk
) -> Objections:
    """The invoice or open credit is there once, live, the customer's own, and holds that much money."""
    name = f"document {part.document}"
    if not documents:
        yield Changed(key=key, current=(), why=f"{name} is no longer in the books")
        return
    if len(documents) > 1:
        why = f"{name} stands {len(documents)} times in the books: mend this in Sage Pro"
        yield Refused(key=key, why=why)
    document = documents[0]
    yield from screen_objections(key, name, document)
    yield from _movements(key, customer, part, document, desk)
    yield from (Refused(key=key, why=f"{name} {why}") for why in shelf_faults(document))


def kind_objections(
    key: PostingKey, document: Document, code: str, kinds: tuple[str, ...], desk: Desk
) -> Iterator[Refused]:
    """The document is of the right type; `code` names the profile's list."""
    number = document.record.number
    faults = code_faults(document.record, kinds, code, desk.profile)
    yield from (Refused(key=key, why=f"document {number} {why}") for why in faults)


def _movements(
    key: PostingKey, customer: CustomerNumber, part: Part, document: Document, desk: Desk
) -> Iterator[Changed]:
    item = to_invoice(document, desk.profile)
    name = f"document {item.number}"
    if item.customer != customer:
        why = f"{name} belongs to customer {item.customer}, not {customer}"
        yield Changed(key=key, current=(item,), why=why)
    elif item.void:
        yield Changed(key=key, current=(item,), why=f"{name} was voided")
    elif held_by(document) < part.amount.amount:
        held = Money(held_by(document), item.open.currency)
        why = f"{name} holds {held}, {part.amount} should go back"
        yield Changed(key=key, current=(item,), why=why)


def held_by(document: Document) -> Decimal:
    """The money that a document holds: what is left of a credit, what was paid of an invoice."""
    record = document.record
    if record.total < 0:
        return -record.balance
    return record.total - record.balance - record.row.money("discount")


def give_back(sheet: Sheet, document: Document, amount: Decimal, account: str) -> Iterator[Operation]:
    """Money that a document holds goes back; the day of its last payment stays."""
    yield from moved(sheet, document.record.row, -amount, account)
    yield from (one for one in sheet.pay(document, -amount) if isinstance(one, Add))


def moved(sheet: Sheet, document: Row, amount: Decimal, account: str) -> Iterator[Operation]:
    """Money that came in for a document through an account; negative where it went out."""
    yield sheet.cash(document, amount, account)
    yield sheet.distribution(document, CASH_LINE, account, amount)
    yield sheet.distribution(document, RECEIVABLE_LINE, account_of(document, sheet), -amount)


def surcharge_objections(
    key: PostingKey, payment: PostingKey, surcharge: Money | None, desk: Desk
) -> Iterator[Refused]:
    """The receipt brought that much on top, and it did not go back already."""
    if surcharge is None:
        return
    yield from account_objections(key, "surcharge", desk.profile.accounts.surcharge)
    entry = desk.entry(payment)
    receipt = entry.fact if entry else None
    brought = receipt.surcharge if isinstance(receipt, ReceiptFact) else None
    parts = (fact.surcharge for fact in _gone(payment, desk))
    gone = total((part for part in parts if part is not None), surcharge.currency)
    if brought is None or gone + surcharge > brought:
        why = f"{payment} brought {brought or 'nothing'} on top, and {gone} of it went back already"
        yield Refused(key=key, why=f"{why}: {surcharge} more is not possible")


def surcharge_back(sheet: Sheet, surcharge: Money | None, clearing: str) -> Iterator[Operation]:
    """What was charged on top goes back, as it came: outside the customer's account."""
    if surcharge is None:
        return
    outside = Outside(marker=sheet.marker, day=sheet.day, terms=sheet.terms)
    yield outside.cash(-surcharge.amount, clearing)
    yield outside.distribution(CASH_LINE, clearing, -surcharge.amount)
    yield outside.distribution(INCOME_LINE, sheet.profile.accounts.surcharge, surcharge.amount)

"""Sage Pro records read into domain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import CustomerRecord, DocumentRecord, Row
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, OrderNumber
from counterfoil.domain.invoice import Customer, Invoice, ItemKind, Order, ReceiptEntry, Shelf
from counterfoil.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document with the rows that hold it: in the current table, in history, or in both."""

    current: DocumentRecord | None
    history: DocumentRecord | None

    @property
    def record(self) -> DocumentRecord:
        """The row that tells how the document stands: the current one where there is one."""
        record = self.current or self.history
        assert record is not None, "a document has at least one row"  # noqa: S101 - an invariant of the class
        return record

    @property
    def records(self) -> tuple[DocumentRecord, ...]:
        """Every row that must be written when the document changes."""
        return tuple(record for record in (self.current, self.history) if record is not None)

    @property
    def shelf(self) -> Shelf:
        if self.current is None:
            return Shelf.HISTORY
        return Shelf.CURRENT if self.history is None else Shelf.BOTH


def pair_documents(
    current: Sequence[DocumentRecord], history: Sequence[DocumentRecord]
) -> tuple[Document, ...]:
    """Rows of both tables as documents, each once; a document in both tables is one document."""
    left = list(history)
    documents = []
    for record in current:
        twin = next((other for other in left if _are_twins(record, other)), None)
        if twin is not None:
            left.remove(twin)
        documents.append(Document(current=record, history=twin))
    return (*documents, *(Document(current=None, history=record) for record in left))


def to_invoice(document: Document, profile: Profile) -> Invoice:
    """The document as an item of receivables; amounts in the currency of the row."""
    record = document.record
    currency = record.currency or profile.currency
    invoiced_on = record.invoiced_on
    return Invoice(
        number=InvoiceNumber(record.number),
        customer=CustomerNumber(record.customer),
        kind=_item_kind(record, profile),
        shelf=document.shelf,
        invoiced_on=invoiced_on,
        due_on=None if invoiced_on is None else invoiced_on + timedelta(days=record.net_days),
        total=Money(record.total, currency),
        open=Money(record.balance, currency),
        void=record.status in profile.codes.void,
        order=OrderNumber(record.order) if record.order else None,
        purchase_order=record.purchase_order,
        discount=None if record.discounted_until is None else discount_of(record, currency),
        discount_until=record.discounted_until,
    )


def to_customer(record: CustomerRecord, profile: Profile) -> Customer:
    return Customer(
        number=CustomerNumber(record.number),
        name=record.name,
        balance=Money(record.balance, profile.currency),
    )


def to_receipt_entry(row: Row, profile: Profile) -> ReceiptEntry:
    currency = row.text("currency") or profile.currency
    return ReceiptEntry(
        document=InvoiceNumber(row.text("number")),
        customer=CustomerNumber(row.text("customer")),
        paid_on=row.day("paid_on"),
        amount=Money(row.money("paid"), currency),
        discount=Money(row.money("discount"), currency),
        reference=row.text("reference"),
        entered_by=row.text("user") or row.text("added_by"),
    )


def to_order(row: Row) -> Order:
    return Order(
        number=OrderNumber(row.text("number")),
        customer=CustomerNumber(row.text("customer")),
        purchase_order=row.text("purchase_order"),
    )


def discount_of(record: DocumentRecord, currency: str) -> Money:
    """What the terms still grant on an invoice: their share of its total, less what was taken already."""
    granted = Money(record.total * record.discount_percent / 100, currency).rounded()
    return max(Money.zero(currency), granted - Money(record.row.money("discount"), currency))


def _are_twins(current: DocumentRecord, history: DocumentRecord) -> bool:
    if (current.number, current.customer) != (history.number, history.customer):
        return False
    if "twin" in current.row.values:
        return current.is_twin
    return current.invoiced_on == history.invoiced_on


def _item_kind(record: DocumentRecord, profile: Profile) -> ItemKind:
    """What the type code says; a code that the profile does not know is judged by its sign."""
    if record.kind in profile.codes.open_credit:
        return ItemKind.OPEN_CREDIT
    if record.kind in profile.codes.credit_memo:
        return ItemKind.CREDIT_MEMO
    return ItemKind.CREDIT_MEMO if record.total < 0 else ItemKind.INVOICE

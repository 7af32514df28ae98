"""What the books say: customers, documents and orders, found through the indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from counterfoil.connectors.sagepro.mapping import (
    Document,
    pair_documents,
    to_invoice,
    to_order,
    to_receipt_entry,
)
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import CustomerRecord, DocumentRecord, Row, TableName
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, OrderNumber
from counterfoil.domain.invoice import Invoice, Order, ReceiptEntry
from counterfoil.ports.erp import References

Find = Callable[[TableName, str, str], Iterator[Row]]
"""The live rows of a table whose column holds a text."""
Moved = Callable[[str, date], Iterable[Row]]
"""A customer's receipts that were moved to history, from a day on."""

_PAST = date.min


class Books:
    """One look at the books, through whatever finds their rows."""

    def __init__(self, profile: Profile, find: Find) -> None:
        self._profile = profile
        self.find = find

    def customers(self, number: str) -> tuple[CustomerRecord, ...]:
        return tuple(CustomerRecord.of(row) for row in self.find(TableName.CUSTOMERS, "number", number))

    def documents(self, number: str) -> tuple[Document, ...]:
        """Everything that bears the number, current before history, each document once."""
        return pair_documents(
            self._records(TableName.DOCUMENTS, "number", number),
            self._records(TableName.DOCUMENT_HISTORY, "number", number),
        )

    def invoices_of_order(self, order: str) -> tuple[Document, ...]:
        """The invoices of the current table that came from an order."""
        kinds = self._profile.codes.invoice
        numbers = {
            record.number
            for record in self._records(TableName.DOCUMENTS, "order", order)
            if record.kind in kinds
        }
        found = (document for number in sorted(numbers) for document in self.documents(number))
        return tuple(document for document in found if document.record.order == order)

    def open_items(self, customer: CustomerNumber) -> tuple[Invoice, ...]:
        """The items of the current table with something open, oldest first.

        What stands open in history only is found by its number; Sage Pro's own balance leaves it out.
        """
        records = self._records(TableName.DOCUMENTS, "customer", customer)
        numbers = sorted({record.number for record in records if record.balance})
        items = (
            to_invoice(document, self._profile)
            for number in numbers
            for document in self.documents(number)
            if document.current is not None and document.record.customer == customer
        )
        open_ = (item for item in items if not item.open.is_zero and not item.void)
        return tuple(sorted(open_, key=lambda item: (item.invoiced_on or _PAST, item.number)))

    def references(self, reference: str) -> References:
        """Documents and orders that bear the reference as their number.

        Where nothing does, it may be the customer's own purchase order number, as long as only one
        customer used it.
        """
        invoices = tuple(to_invoice(document, self._profile) for document in self.documents(reference))
        orders = self._orders(reference)
        if not invoices and not orders:
            orders = self._orders_by_purchase(reference)
        return References(invoices=invoices, orders=orders)

    def receipts(self, document: InvoiceNumber) -> tuple[ReceiptEntry, ...]:
        """What was received on the document, oldest first."""
        rows = self.find(TableName.CASH, "number", document)
        found = (to_receipt_entry(row, self._profile) for row in rows)
        return tuple(sorted(found, key=lambda entry: entry.paid_on or _PAST))

    def _orders(self, number: str) -> tuple[Order, ...]:
        """The order itself, or, where only its invoices are left, what they tell of it."""
        rows = [to_order(row) for row in self.find(TableName.ORDERS, "number", number)]
        searches = (TableName.LINES, TableName.LINE_HISTORY, TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY)
        for table in searches:
            if rows:
                break
            rows = [_order_of(row) for row in self.find(table, "order", number)]
        return tuple(dict.fromkeys(rows))

    def _orders_by_purchase(self, purchase_order: str) -> tuple[Order, ...]:
        rows = [to_order(row) for row in self.find(TableName.ORDERS, "purchase_order", purchase_order)]
        documents = self.find(TableName.DOCUMENTS, "purchase_order", purchase_order)
        rows += [_order_of(row) for row in documents if row.text("order")]
        one_customer = len({order.customer for order in rows}) == 1
        return tuple({order.number: order for order in rows}.values()) if one_customer else ()

    def _records(self, table: TableName, column: str, text: str) -> list[DocumentRecord]:
        return [DocumentRecord.of(row) for row in self.find(table, column, text)]


def _order_of(row: Row) -> Order:
    """The order that a document or one of its lines came from."""
    return Order(number=OrderNumber(row.text("order")), customer=CustomerNumber(row.text("customer")))

"""What is read of a company's books, whatever keeps them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager

from counterfoil.connectors.sagepro.mapping import to_customer
from counterfoil.connectors.sagepro.reading import Books
from counterfoil.connectors.sagepro.stock_reading import Tables, find_item, find_stock
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, ItemNumber
from counterfoil.domain.invoice import Customer, Invoice, ReceiptEntry
from counterfoil.domain.stock import Item, StockLevel
from counterfoil.ports.erp import References


class Looking(ABC):
    """Answers the questions of the Erp port from the tables that `reading` lends."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[Tables]:
        """The tables as they stand, for one look."""

    def find_references(self, reference: str) -> References:
        with self.reading() as tables:
            return _books(tables).references(reference)

    def find_customer(self, number: CustomerNumber) -> Customer | None:
        with self.reading() as tables:
            customers = _books(tables).customers(number)
            return to_customer(customers[0], tables.profile) if customers else None

    def find_open_items(self, customer: CustomerNumber) -> tuple[Invoice, ...]:
        with self.reading() as tables:
            return _books(tables).open_items(customer)

    def find_receipts(self, document: InvoiceNumber) -> tuple[ReceiptEntry, ...]:
        with self.reading() as tables:
            return _books(tables).receipts(document)

    def find_item(self, number: ItemNumber) -> Item | None:
        with self.reading() as tables:
            return find_item(tables, number)

    def find_stock(self, number: ItemNumber) -> tuple[StockLevel, ...]:
        with self.reading() as tables:
            return find_stock(tables, number)


def _books(tables: Tables) -> Books:
    return Books(tables.profile, tables.find)

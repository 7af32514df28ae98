"""Open items of receivables: invoices, credits and the orders they came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, OrderNumber
from counterfoil.domain.money import Money


class ItemKind(Enum):
    """What an item of receivables is."""

    INVOICE = "invoice"
    CREDIT_MEMO = "credit_memo"
    OPEN_CREDIT = "open_credit"
    """Received money that no invoice took: a payment on account."""


class Shelf(Enum):
    """Where the ERP keeps the item."""

    CURRENT = "current"
    HISTORY = "history"
    BOTH = "both"
    """In the current and in the history table at once; both must be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An item of receivables with what is still open on it; credits are negative."""

    number: InvoiceNumber
    customer: CustomerNumber
    kind: ItemKind
    shelf: Shelf
    invoiced_on: date | None
    due_on: date | None
    total: Money
    open: Money
    void: bool = False
    order: OrderNumber | None = None
    purchase_order: str = ""
    discount: Money | None = None
    """What the terms let the customer keep by paying until the day below; None where they grant nothing."""
    discount_until: date | None = None

    @property
    def is_payable(self) -> bool:
        """Whether a receipt may be applied: a live plain invoice with something open."""
        return self.kind is ItemKind.INVOICE and not self.void and self.open.is_positive


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptEntry:
    """A receipt as it stands in the ERP on one document; negative where money went back."""

    document: InvoiceNumber
    customer: CustomerNumber
    paid_on: date | None
    amount: Money
    discount: Money
    reference: str
    entered_by: str
    """Our own user where Counterfoil posted it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A sales order, as far as receipts need it."""

    number: OrderNumber
    customer: CustomerNumber
    purchase_order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer of the ERP, as far as receipts need it."""

    number: CustomerNumber
    name: str
    balance: Money

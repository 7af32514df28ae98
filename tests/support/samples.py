from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from counterfoil.domain.identifiers import (
    CustomerNumber,
    InvoiceNumber,
    MerchantId,
    OrderNumber,
    TransactionId,
)
from counterfoil.domain.invoice import Invoice, ItemKind, Order, Shelf
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus, Tender


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


def a_payment(amount: str = "120.00", **changes: Any) -> Payment:
    values: dict[str, Any] = {
        "merchant": MerchantId("gateway/shop"),
        "transaction": TransactionId("105968"),
        "kind": PaymentKind.PAYMENT,
        "status": PaymentStatus.CAPTURED,
        "tender": Tender.CARD,
        "amount": usd(amount),
        "created_at": datetime(2026, 11, 3, 2, 30, tzinfo=UTC),
    }
    return Payment(**(values | changes))


def an_invoice(number: str = "1001", open_amount: str = "120.00", **changes: Any) -> Invoice:
    values: dict[str, Any] = {
        "number": InvoiceNumber(number),
        "customer": CustomerNumber("ABC"),
        "kind": ItemKind.INVOICE,
        "shelf": Shelf.CURRENT,
        "invoiced_on": date(2026, 10, 1),
        "due_on": date(2026, 10, 31),
        "total": usd("120.00"),
        "open": usd(open_amount),
    }
    return Invoice(**(values | changes))


def an_order(number: str = "5521", customer: str = "ABC") -> Order:
    return Order(number=OrderNumber(number), customer=CustomerNumber(customer))

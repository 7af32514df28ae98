"""Payments as the gateway's interface writes them, card data too; the connector's pure core reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus
from tests.support.simulated_gateway import PACIFIC

CARD = "4111111111111111"
"""Nothing that is stored may hold it."""

_STATUS: Mapping[PaymentStatus, tuple[str, str]] = {
    PaymentStatus.PENDING: ("?", ""),
    PaymentStatus.AUTHORISED: ("N", "AUTHORIZATION ONLY"),
    PaymentStatus.CAPTURED: ("Y", "PENDING SETTLEMENT"),
    PaymentStatus.SETTLED: ("GB105", "SETTLED"),
    PaymentStatus.FAILED: ("N", "DECLINED"),
    PaymentStatus.VOIDED: ("N", "VOIDED"),
}


def wire_record(payment: Payment) -> Mapping[str, object]:
    """A card payment or its refund, as v1 exports it."""
    code, message = _STATUS[payment.status]
    is_refund = payment.kind is PaymentKind.REFUND
    return {
        "transaction_id": payment.transaction,
        "transaction_type": "REFUND" if is_refund else "SALE",
        "amount": f"{payment.amount.amount:.2f}",
        "status_code": code,
        "status_message": message,
        "invoice_id": payment.invoice_reference,
        "customer_reference_id": payment.order_reference,
        "customer_id": payment.vault_customer,
        "billing_address": {"name": payment.payer_name},
        "credit_card": {"masked_number": f"xxxxxxxxxxxx{payment.last_four}", "number": CARD},
        "csc": "123",
        "created": {"at": _stamp(payment.created_at)},
        "settled": _stamp(payment.settled_at) if payment.settled_at else "",
    }


def _stamp(at: datetime) -> str:
    """Local time to the second, without a zone."""
    local = at.astimezone(PACIFIC)
    return f"{local.month}/{local.day}/{local.year} {local:%I:%M:%S %p}"

"""The key for the hosted fields, invoices with a pay link, receipts of bank payments."""

from __future__ import annotations

import msgspec

from counterfoil.connectors.paytrace.ways import Certainty, Use, posted
from counterfoil.connectors.paytrace.wire_v3.answers import Payload
from counterfoil.connectors.paytrace.wire_v3.charges import dollars, optional
from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.hosted import PayLinkRequest

CLIENT_KEY = posted(Use.CLIENT_KEY, "/v3/payment-fields/token", Certainty.VERIFIED, "Shopware plugin")
PAY_LINK = posted(Use.PAY_LINK, "/v3/invoice", Certainty.VERIFIED, "vendor spec 3.2.26; answer assumed")
CHECK_RECEIPT = posted(Use.CHECK_RECEIPT, "/v3/checks/email/receipt", Certainty.VERIFIED, "vendor spec")


class ClientKeyAnswer(msgspec.Struct, frozen=True):
    """The key (verified)."""

    client_key: str = msgspec.field(name="clientKey")


class InvoiceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The invoice that was made (assumed names)."""

    invoice_id: str | None = None
    id: str | None = None
    link: str | None = None
    url: str | None = None


def invoice(request: PayLinkRequest, merchant: int) -> Payload:
    """An invoice by e-mail, its amount and number fixed (verified keys, but for `email`, assumed)."""
    expires = request.expires_on.isoformat() if request.expires_on else ""
    return {
        "merchant_id": merchant,
        "transaction_type": "SALE",
        "invoice_number": request.invoice_id,
        "is_invoice_number_editable": False,
        "invoice_amount": dollars(request.amount),
        "is_amount_editable": False,
        "email": request.email,
        "email_required": True,
        **optional("expire_at", expires),
        **optional("terms_conditions_link", request.terms_url),
        **optional("payment_approved_link", request.approved_url),
        **optional("payment_declined_link", request.declined_url),
        **optional("silent_post", request.silent_post_url),
    }


def check_receipt(transaction: TransactionId, email: str) -> Payload:
    return {"to": [email], "ach_transaction_id": transaction}

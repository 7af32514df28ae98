"""The key for the hosted fields, and receipts by e-mail."""

from __future__ import annotations

import msgspec

from counterfoil.connectors.paytrace.ways import Certainty, Use, posted
from counterfoil.connectors.paytrace.wire_v1.answers import Payload

CLIENT_KEY = posted(
    Use.CLIENT_KEY, "/v1/payment_fields/token/create", Certainty.VERIFIED, "invoiceninja, a NetSuite script"
)
RECEIPT = posted(Use.RECEIPT, "/v1/transactions/email_receipt", Certainty.VERIFIED, "vendor help 2015")
CHECK_RECEIPT = posted(
    Use.CHECK_RECEIPT,
    "/v1/transactions/email_receipt",
    Certainty.ASSUMED,
    "the older name~value call takes a check's id as well",
)


class ClientKeyAnswer(msgspec.Struct, frozen=True):
    """The key alone, without the usual `success` (verified)."""

    client_key: str = msgspec.field(name="clientKey")


def receipt(transaction: str, email: str) -> Payload:
    return {"transaction_id": transaction, "email": email}


def check_receipt(number: str, email: str) -> Payload:
    return {"check_transaction_id": number, "email": email}

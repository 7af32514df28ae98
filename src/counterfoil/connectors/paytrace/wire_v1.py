"""PayTrace's v1 JSON as sent and received: key by key as recorded, numbers and strings taken alike.

Verified: the answers in the recorded files. The exported record is verified against the vendor's help page
of 2016, the meaning of its status words against an independent client's reading of the vendor's schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

import msgspec

from counterfoil.http.exact_json import MalformedJsonError, decode_exact_object

EXPORT_BY_ID = "/v1/transactions/export/by_id"
EXPORT_BY_DATE_RANGE = "/v1/transactions/export/by_date_range"
SALE_BY_CUSTOMER = "/v1/transactions/sale/by_customer"

# Codes of `response_code` (verified).
APPROVED = 101
NOT_APPROVED = 102
APPROVED_THEN_VOIDED = 103

# Codes of the `errors` map (verified).
ERROR_TRANSACTION_UNKNOWN = "58"
ERROR_PERMISSION = "981"
ERROR_LOG_IN = "998"

Payload = dict[str, object]
AnyStruct = TypeVar("AnyStruct", bound=msgspec.Struct)


class TokenAnswer(msgspec.Struct, frozen=True):
    """A granted token."""

    access_token: str
    expires_in: int = 7200
    """Seconds; 7200 is documented (2016) and stands in where it is not sent."""


class TokenProblem(msgspec.Struct, frozen=True):
    """Why no token was granted, or why one was not taken."""

    error: str
    error_description: str = ""


class CallAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What every call answers; `success` decides, the code alone does not (1 stands for both)."""

    success: bool
    response_code: int = 0
    status_message: str | None = None
    transaction_id: str | None = None
    approval_message: str | None = None
    errors: dict[str, list[str] | str] | None = None

    @property
    def reasons(self) -> str:
        """All error texts in one line, or the status where there are none."""
        texts = (text if isinstance(text, str) else " ".join(text) for text in (self.errors or {}).values())
        return " ".join(texts).strip() or (self.status_message or "").strip()


class ExportAnswer(CallAnswer, frozen=True, kw_only=True):
    """Exported records, each still as sent."""

    transactions: list[dict[str, object]] | None = None


class CreditCard(msgspec.Struct, frozen=True):
    """What the export tells of a card."""

    masked_number: str | None = None


class Address(msgspec.Struct, frozen=True):
    """The part of an address that is read here."""

    name: str | None = None


class Created(msgspec.Struct, frozen=True):
    """When the transaction was made."""

    at: str


class TransactionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One exported transaction, as far as it is read."""

    transaction_id: str
    transaction_type: str | None = None
    amount: Decimal
    currency: str | None = None
    status_code: str | None = None
    status_message: str | None = None
    response_code: str | None = None
    invoice_id: str | None = None
    customer_reference_id: str | None = None
    customer_id: str | None = None
    approval_code: str | None = None
    credit_card: CreditCard | None = None
    check: dict[str, object] | None = None
    billing_address: Address | None = None
    created: Created
    settled: str | None = None


def read(kind: type[AnyStruct], content: bytes) -> AnyStruct | None:
    """An answer of the given shape, or None for anything else."""
    try:
        return convert(kind, decode_exact_object(content))
    except (MalformedJsonError, msgspec.ValidationError):
        return None


def convert(kind: type[AnyStruct], body: Mapping[str, object]) -> AnyStruct:
    """A decoded object in the given shape; numbers may be strings of digits.

    Raises:
        msgspec.ValidationError: the shape is another.
    """
    return msgspec.convert(body, kind, strict=False)


def export_by_id(transaction: str) -> Payload:
    return {"transaction_id": transaction}


def export_by_date_range(first: date, last: date) -> Payload:
    return {"start_date": f"{first:%m/%d/%Y}", "end_date": f"{last:%m/%d/%Y}"}


def sale_by_customer(amount: Decimal, customer: str, invoice: str) -> Payload:
    """The amount goes as a string of digits: it must arrive as it was decided."""
    return {"amount": f"{amount:.2f}", "customer_id": customer, "invoice_id": invoice}

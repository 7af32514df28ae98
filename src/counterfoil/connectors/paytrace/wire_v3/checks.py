"""Bank payments of a stored customer. V3 documents no call to hold, void or refund one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from enum import Enum

import msgspec

from counterfoil.connectors.paytrace.ways import Certainty, Use, Way, posted
from counterfoil.connectors.paytrace.wire_v3.answers import Payload
from counterfoil.connectors.paytrace.wire_v3.charges import dollars, optional
from counterfoil.ports.instructions import Charge, StoredPayer

PAYMENT = posted(Use.CHECK_SALE, "/v3/checks/payment", Certainty.VERIFIED, "vendor spec, Shopware plugin")
BY_ID = Way(Use.CHECK_BY_ID, "GET", "/v3/checks/transactions/{id}", Certainty.VERIFIED, "vendor spec")
BY_KEY = Way(
    Use.CHECK_BY_KEY,
    "GET",
    "/v3/checks/transactions/idempotency-keys/{key}",
    Certainty.VERIFIED,
    "vendor spec, Shopware plugin",
)
BY_DATE = Way(Use.CHECKS_BY_DATE, "GET", "/v3/checks/transactions", Certainty.VERIFIED, "vendor spec")
_A_DAY = timedelta(days=1)

PAGE = 30
"""The most that one call lists (verified)."""


class Status(Enum):
    """Where a bank payment stands: the documented words (verified), and whatever else."""

    INITIATED = "INITIATED"
    ACCEPTED = "ACCEPTED"
    VOIDED = "VOIDED"
    ORIGINATED = "ORIGINATED"
    SETTLED = "SETTLED"
    PARTIALLY_SETTLED = "PARTIALLY_SETTLED"
    ERROR = "ERROR"
    DECLINED = "DECLINED"
    NSF_DECLINED = "NSF_DECLINED"
    REJECTED = "REJECTED"
    FAILED = "FAILED"
    VERIFYING = "VERIFYING"
    RETURNED = "RETURNED"
    TECHNICAL_ERROR = "TECHNICAL_ERROR"
    OTHER = ""

    @classmethod
    def read(cls, written: str | None) -> Status:
        try:
            return cls((written or "").strip().upper())
        except ValueError:
            return cls.OTHER


class Type(Enum):
    """What a bank payment does: the words of card records and this API's own (assumed).

    What the documented numbers 1 to 4 mean is not known.
    """

    PAYMENT = "PAYMENT"
    SALE = "SALE"
    REFUND = "REFUND"
    OTHER = ""

    @classmethod
    def read(cls, written: str | None) -> Type:
        try:
            return cls((written or "").strip().upper())
        except ValueError:
            return cls.OTHER


class CheckRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One bank payment as far as it is read.

    Names: those that an independent client reads, else after the documented filters (assumed).
    """

    transaction_id: str | None = None
    id: str | None = None
    amount: Decimal
    transaction_status: str | None = None
    status: str | None = None
    transaction_type: str | None = None
    invoice_number: str | None = None
    customer_reference_id: str | None = None
    customer_id: str | None = None
    customer_label: str | None = None
    billing_name: str | None = None
    created_at: str | None = None
    processed_at: str | None = None
    settled_at: str | None = None
    return_code: str | None = None
    return_reason: str | None = None


class KeyedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """By what the answer to a bank payment, or the look-up by its key, is checked; all of it assumed."""

    amount: Decimal | None = None
    invoice_number: str | None = None
    success: bool | None = None
    response_code: int | None = None


def payment(instruction: Charge, payer: StoredPayer, merchant: int, entry_class: str) -> Payload:
    """The invoice id is the idempotency key as well: all tries of one charge carry the same."""
    return {
        "merchant_id": merchant,
        "std_entry_class": entry_class,
        "amount": dollars(instruction.amount),
        "idempotency_key": instruction.invoice_id,
        "is_aof": True,
        "customer_id": number(payer.reference),
        "invoice_number": instruction.invoice_id,
        **optional("customer_reference_id", instruction.order_reference),
    }


def page(merchant: int, first: date, last: date, offset: int) -> dict[str, str]:
    """One page of the days and of one more on either side: in which zone the times are meant is not known."""
    return {
        "merchant_id": str(merchant),
        "start_date": f"{(first - _A_DAY).isoformat()}T00:00:00",
        "end_date": f"{(last + _A_DAY).isoformat()}T23:59:59",
        "limit": str(PAGE),
        "offset": str(offset),
    }


def number(reference: str) -> int | str:
    """A vault customer's number as a number (verified); what is none is sent as it is, and refused there."""
    return int(reference) if reference.isascii() and reference.isdecimal() else reference

"""Card transactions: one, by date, and the lists of what can still be done with them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum

import msgspec

from counterfoil.connectors.paytrace.ways import Certainty, Use, Way, posted
from counterfoil.connectors.paytrace.wire_v3.answers import Payload

ONE = Way(Use.EXPORT_BY_ID, "GET", "/v3/card/transaction/{transaction_id}", Certainty.VERIFIED, "vendor spec")
BY_DATE = posted(Use.EXPORT_BY_DATE, "/v3/transactions/export/by-date", Certainty.VERIFIED, "vendor spec")
CAPTURABLE, VOIDABLE, REFUNDABLE = (
    Way(use, "GET", f"/v3/card/transactions/{word}/{{merchant_id}}", Certainty.VERIFIED, "vendor spec")
    for use, word in (
        (Use.LIST_CAPTURABLE, "capturable"),
        (Use.LIST_VOIDABLE, "voidable"),
        (Use.LIST_REFUNDABLE, "refundable"),
    )
)
LISTS = (CAPTURABLE, VOIDABLE, REFUNDABLE)
"""In the order of a transaction's life, so that one that moves on while they are read is found later."""
PAGE = 50
"""The most that one call lists (verified)."""


class Status(Enum):
    """Where a card transaction stands; the vocabulary is not documented.

    The long words are those that an independent client knows (inferred). What it takes for good without
    telling an authorisation from a capture, such as ``APPROVED`` and ``A``, stays unclear here.
    """

    AUTHORIZED = "AUTHORIZED"
    CAPTURED = "CAPTURED"
    SETTLED = "SETTLED"
    VOIDED = "VOIDED"
    DECLINED = "DECLINED"
    OTHER = ""

    @classmethod
    def read(cls, written: str | None) -> Status:
        try:
            return cls((written or "").strip().upper())
        except ValueError:
            return cls.OTHER


class Created(msgspec.Struct, frozen=True):
    """When the transaction was made."""

    at: str


class Surcharge(msgspec.Struct, frozen=True):
    """What was added for paying by card (assumed names)."""

    surcharge_amount: Decimal | None = None


class CardRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One card transaction, as far as it is read.

    Names: those that an independent client reads, else those of the older export in this API's spelling.
    """

    transaction_id: str | None = None
    id: str | None = None
    transaction_type: str | None = None
    status: str | None = None
    status_code: str | None = None
    status_message: str | None = None
    response_code: str | None = None
    settle_amount: Decimal | None = None
    amount: Decimal | None = None
    requested_amount: Decimal | None = None
    surcharge_info: Surcharge | None = None
    card_masked: str | None = None
    approval_code: str | None = None
    invoice_number: str | None = None
    customer_reference_id: str | None = None
    customer_id: str | None = None
    billing_name: str | None = None
    created: Created | None = None
    created_at: str | None = None
    settled: str | None = None
    settled_at: str | None = None


def by_date(merchant: int, first: date, last: date) -> Payload:
    """Days as the export takes them (verified); it may lag behind (verified)."""
    return {"merchant_id": merchant, "start_date": day(first), "end_date": day(last)}


def page(first: date, last: date, offset: int) -> dict[str, str]:
    return {"date_from": day(first), "date_to": day(last), "limit": str(PAGE), "offset": str(offset)}


def day(moment: date) -> str:
    return f"{moment:%m/%d/%Y}"

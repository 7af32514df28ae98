"""Exported transactions, and the calls that export them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from counterfoil.connectors.paytrace.ways import Certainty, Use, posted
from counterfoil.connectors.paytrace.wire_v1.answers import CallAnswer, Payload

EXPORT_BY_ID = posted(
    Use.EXPORT_BY_ID, "/v1/transactions/export/by_id", Certainty.VERIFIED, "vendor help 2016, mantle-paytrace"
)
EXPORT_BY_DATE_RANGE = posted(
    Use.EXPORT_BY_DATE,
    "/v1/transactions/export/by_date_range",
    Certainty.VERIFIED,
    "vendor help 2016, pipedream",
)


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

    transaction_id: str | None = None
    check_transaction_id: str | None = None
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


def export_by_id(transaction: str) -> Payload:
    return {"transaction_id": transaction}


def export_by_date_range(first: date, last: date) -> Payload:
    return {"start_date": day(first), "end_date": day(last)}


def day(moment: date) -> str:
    """A day as v1 takes it (verified)."""
    return f"{moment:%m/%d/%Y}"

"""From an exported record to a payment in domain words; whatever is not clearly known is pending."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from enum import Enum
from typing import assert_never

import msgspec

from counterfoil.connectors.paytrace import wire_v1
from counterfoil.domain.identifiers import MerchantId, TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus, Tender
from counterfoil.ports.errors import DecisionError

# There is no currency field and the vendor serves the United States alone (inferred).
CURRENCY = "USD"
_AMOUNT_DIGITS_MAX = 10
_CENTS_PLACES = 2

_TRANSACTION = re.compile(r"[0-9]{1,20}")
_BATCH = re.compile(r"GB[0-9]+")
_STAMP = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4}) +(\d{1,2}):(\d{2})(?::(\d{2}))? *([AP])M", re.ASCII | re.IGNORECASE
)
_LAST_FOUR = re.compile(r"[0-9]{4}$")


class StatusCode(Enum):
    """What the record's `status_code` says."""

    SETTLED = "settled"
    """``GB`` with the batch's number, or ``Settled`` (verified)."""
    TO_BE_SETTLED = "to be settled"
    """``Y``: settles that evening (verified)."""
    NOT_TO_BE_SETTLED = "not to be settled"
    """``N``: voided, declined or only authorised; the message tells which (verified)."""
    OTHER = "other"


class NotSettling(Enum):
    """Why a record with ``N`` does not settle, read from its message."""

    AUTHORISATION_ONLY = "authorisation only"
    VOIDED = "voided"
    DECLINED = "declined"
    OTHER = "other"


class TransactionType(Enum):
    """What the record's `transaction_type` says."""

    SALE = "SALE"
    AUTHORIZATION = "AUTHORIZATION"
    """Also of a captured authorisation (inferred)."""
    REFUND = "REFUND"
    OTHER = ""
    """Store-and-forward and whatever else is not known to move money."""

    @classmethod
    def read(cls, written: str | None) -> TransactionType:
        try:
            return cls((written or "").strip().upper())
        except ValueError:
            return cls.OTHER


def map_record(body: Mapping[str, object], merchant: MerchantId, zone: tzinfo) -> Payment:
    """The payment that a record tells of.

    Raises:
        DecisionError: the record cannot be read; a person must look at it in PayTrace.
    """
    record = _read(body)
    transaction = read_transaction(record.transaction_id)
    if transaction is None:
        raise DecisionError("its transaction id is no number")
    kind = TransactionType.read(record.transaction_type)
    return Payment(
        merchant=merchant,
        transaction=transaction,
        kind=PaymentKind.REFUND if kind is TransactionType.REFUND else PaymentKind.PAYMENT,
        status=map_status(record),
        tender=Tender.ACH if record.check and not record.credit_card else Tender.CARD,
        amount=_read_amount(record),
        created_at=_read_created(record, zone),
        settled_at=read_stamp(record.settled or "", zone),
        invoice_reference=_plain(record.invoice_id),
        order_reference=_plain(record.customer_reference_id),
        vault_customer=_plain(record.customer_id),
        payer_name=_plain(record.billing_address.name if record.billing_address else None),
        last_four=_last_four(record),
        approval_code=_plain(record.approval_code),
        vendor_status=f"{_plain(record.status_code)} {_plain(record.status_message)}".strip(),
    )


def map_status(record: wire_v1.TransactionRecord) -> PaymentStatus:
    """Where the transaction stands; only what is certainly money becomes money."""
    # Approved and then voided by the merchant's address or code check: verified for the answer to a sale,
    # inferred for a record.
    if _plain(record.response_code) == str(wire_v1.APPROVED_THEN_VOIDED):
        return PaymentStatus.VOIDED
    match read_status_code(record.status_code):
        case StatusCode.SETTLED:
            return _if_known_type(record, PaymentStatus.SETTLED)
        case StatusCode.TO_BE_SETTLED:
            return _if_known_type(record, PaymentStatus.CAPTURED)
        case StatusCode.NOT_TO_BE_SETTLED:
            return _map_not_settling(read_not_settling(record.status_message))
        case StatusCode.OTHER:
            return PaymentStatus.PENDING


def read_status_code(written: str | None) -> StatusCode:
    code = _plain(written).upper()
    if _BATCH.fullmatch(code) or code == "SETTLED":
        return StatusCode.SETTLED
    if code == "Y":
        return StatusCode.TO_BE_SETTLED
    return StatusCode.NOT_TO_BE_SETTLED if code == "N" else StatusCode.OTHER


def read_not_settling(message: str | None) -> NotSettling:
    """Words inside the message (inferred by an independent client from the vendor's schema)."""
    text = " ".join(_plain(message).upper().split())
    if "VOID" in text:
        return NotSettling.VOIDED
    if "DECL" in text:
        return NotSettling.DECLINED
    return NotSettling.AUTHORISATION_ONLY if text == "AUTHORIZATION ONLY" else NotSettling.OTHER


def read_transaction(written: str) -> TransactionId | None:
    """A transaction's number as digits, or None for anything else."""
    text = written.strip()
    return TransactionId(text) if _TRANSACTION.fullmatch(text) else None


def read_stamp(written: str, zone: tzinfo) -> datetime | None:
    """A time as PayTrace writes it, ``4/10/2015 4:06:30 PM``, which names no zone, in UTC.

    The hour that comes twice when summer time ends is taken for the first of the two, and a time that the
    clocks skip in spring for the moment as long after the skip began: a choice, not a fact of the vendor.
    """
    match = _STAMP.fullmatch(written.strip())
    if match is None:
        return None
    month, day, year, hour, minute = (int(part) for part in match.groups()[:5])
    second = int(match[6] or 0)
    if not 1 <= hour <= 12:  # noqa: PLR2004 - hours of a half day
        return None
    hour = hour % 12 + (12 if match[7].upper() == "P" else 0)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone, fold=0).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _read(body: Mapping[str, object]) -> wire_v1.TransactionRecord:
    try:
        return wire_v1.convert(wire_v1.TransactionRecord, body)
    except msgspec.ValidationError as error:
        raise DecisionError(f"it has another shape than known: {error}") from error


def _read_amount(record: wire_v1.TransactionRecord) -> Money:
    amount = record.amount
    currency = _plain(record.currency).upper() or CURRENCY
    if currency != CURRENCY:
        raise DecisionError(f"its currency is {currency}; PayTrace is known to take {CURRENCY} only")
    if not amount.is_finite() or amount.adjusted() >= _AMOUNT_DIGITS_MAX or _places(amount) > _CENTS_PLACES:
        raise DecisionError("its amount is not dollars and cents")
    if amount < 0:
        raise DecisionError("its amount is negative")
    return Money(amount.quantize(Decimal("0.01")), CURRENCY)


def _places(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _read_created(record: wire_v1.TransactionRecord, zone: tzinfo) -> datetime:
    moment = read_stamp(record.created.at, zone)
    if moment is None:
        raise DecisionError("its time cannot be read")
    return moment


def _map_not_settling(word: NotSettling) -> PaymentStatus:
    match word:
        case NotSettling.AUTHORISATION_ONLY:
            return PaymentStatus.AUTHORISED
        case NotSettling.VOIDED:
            return PaymentStatus.VOIDED
        case NotSettling.DECLINED:
            return PaymentStatus.FAILED
        case NotSettling.OTHER:
            return PaymentStatus.PENDING
        case _:
            assert_never(word)


def _if_known_type(record: wire_v1.TransactionRecord, status: PaymentStatus) -> PaymentStatus:
    match TransactionType.read(record.transaction_type):
        case TransactionType.SALE | TransactionType.AUTHORIZATION | TransactionType.REFUND:
            return status
        case TransactionType.OTHER:
            return PaymentStatus.PENDING


def _last_four(record: wire_v1.TransactionRecord) -> str:
    found = _LAST_FOUR.search(_plain(record.credit_card.masked_number if record.credit_card else None))
    return found.group() if found else ""


def _plain(text: str | None) -> str:
    return (text or "").strip()

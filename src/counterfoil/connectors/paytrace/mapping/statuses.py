"""Where an exported transaction stands; what is not clearly known is pending, its words kept."""

from __future__ import annotations

import re
from enum import Enum
from typing import assert_never

from counterfoil.connectors.paytrace.wire_v1.answers import (
    APPROVED_THEN_VOIDED,
    CHECK_NOT_PROCESSED,
    NOT_APPROVED,
    TRIED,
)
from counterfoil.domain.payment import PaymentKind, PaymentStatus

# A refused void or refund does not unmake the payment that it was for.
_NOT_MONEY = frozenset(map(str, {NOT_APPROVED, CHECK_NOT_PROCESSED, *TRIED}))
_BATCH = re.compile(r"GB([0-9]+)")


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
    RETURNED = "returned"
    """Of a bank payment (assumed word)."""
    OTHER = "other"


class TransactionType(Enum):
    """What the record's `transaction_type` says."""

    SALE = "SALE"
    AUTHORIZATION = "AUTHORIZATION"
    """Also of a captured authorisation (inferred)."""
    HOLD = "HOLD"
    """Of a bank payment (assumed)."""
    REFUND = "REFUND"
    OTHER = ""
    """Store-and-forward and whatever else is not known to move money."""

    @classmethod
    def read(cls, written: str | None) -> TransactionType:
        try:
            return cls((written or "").strip().upper())
        except ValueError:
            return cls.OTHER

    @property
    def kind(self) -> PaymentKind:
        return PaymentKind.REFUND if self is TransactionType.REFUND else PaymentKind.PAYMENT


def read_status(kind: TransactionType, code: str | None, message: str | None) -> PaymentStatus:
    """Only what is certainly money becomes money."""
    match read_status_code(code):
        case StatusCode.SETTLED:
            return _if_known(kind, PaymentStatus.SETTLED)
        case StatusCode.TO_BE_SETTLED:
            return _if_known(kind, PaymentStatus.CAPTURED)
        case StatusCode.NOT_TO_BE_SETTLED:
            return _map_not_settling(read_not_settling(message))
        case StatusCode.OTHER:
            return PaymentStatus.PENDING


def with_code(status: PaymentStatus, response_code: str | None) -> PaymentStatus:
    """A record's status beside its response code: what the two do not agree on is no money.

    Approved and then voided by the merchant's address or code check: verified for the answer to a sale,
    inferred for a record, as are the other codes.
    """
    code = plain(response_code)
    if code == str(APPROVED_THEN_VOIDED):
        return PaymentStatus.VOIDED
    claims_money = status in {PaymentStatus.AUTHORISED, PaymentStatus.CAPTURED, PaymentStatus.SETTLED}
    return PaymentStatus.PENDING if claims_money and code in _NOT_MONEY else status


def read_status_code(written: str | None) -> StatusCode:
    code = plain(written).upper()
    if _BATCH.fullmatch(code) or code == "SETTLED":
        return StatusCode.SETTLED
    if code == "Y":
        return StatusCode.TO_BE_SETTLED
    return StatusCode.NOT_TO_BE_SETTLED if code == "N" else StatusCode.OTHER


def read_not_settling(message: str | None) -> NotSettling:
    """Words inside the message (inferred by an independent client from the vendor's schema)."""
    text = " ".join(plain(message).upper().split())
    if "VOID" in text:
        return NotSettling.VOIDED
    if "DECL" in text:
        return NotSettling.DECLINED
    if "RETURN" in text:
        return NotSettling.RETURNED
    return NotSettling.AUTHORISATION_ONLY if text == "AUTHORIZATION ONLY" else NotSettling.OTHER


def plain(text: str | None) -> str:
    return (text or "").strip()


def _map_not_settling(word: NotSettling) -> PaymentStatus:
    match word:
        case NotSettling.AUTHORISATION_ONLY:
            return PaymentStatus.AUTHORISED
        case NotSettling.VOIDED:
            return PaymentStatus.VOIDED
        case NotSettling.DECLINED:
            return PaymentStatus.FAILED
        case NotSettling.RETURNED:
            return PaymentStatus.RETURNED
        case NotSettling.OTHER:
            return PaymentStatus.PENDING
        case _:
            assert_never(word)


def _if_known(kind: TransactionType, status: PaymentStatus) -> PaymentStatus:
    match kind:
        case (
            TransactionType.SALE
            | TransactionType.AUTHORIZATION
            | TransactionType.HOLD
            | TransactionType.REFUND
        ):
            return status
        case TransactionType.OTHER:
            return PaymentStatus.PENDING
        case _:
            assert_never(kind)

"""A payment as the gateway confirmed it, in domain words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from counterfoil.domain.identifiers import MerchantId, TransactionId, document_number
from counterfoil.domain.money import Money
from counterfoil.domain.own_marks import without_mark

_BETWEEN = re.compile(r"[\s,;/&+|]+")


class PaymentKind(Enum):
    """What the transaction does with money."""

    PAYMENT = "payment"
    REFUND = "refund"


class PaymentStatus(Enum):
    """Where a transaction stands; only CAPTURED and SETTLED are money."""

    PENDING = "pending"
    """Not known to have succeeded or failed; also every status that we do not recognise."""
    AUTHORISED = "authorised"
    """The bank holds the amount; nothing was taken."""
    CAPTURED = "captured"
    """Taken, waiting for the batch."""
    SETTLED = "settled"
    """Taken and paid out in a batch."""
    FAILED = "failed"
    """Declined or in error."""
    VOIDED = "voided"
    """Taken back before settlement."""
    EXPIRED = "expired"
    """An authorisation that was never captured."""
    RETURNED = "returned"
    """A bank payment that the payer's bank gave back, also after it settled."""


class Tender(Enum):
    """What the customer paid with."""

    CARD = "card"
    ACH = "ach"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One transaction as the gateway's own record tells it; never built from an unconfirmed hint."""

    merchant: MerchantId
    transaction: TransactionId
    kind: PaymentKind
    status: PaymentStatus
    tender: Tender
    amount: Money
    surcharge: Money | None = None
    """The part of the amount that was added for paying by card, where the gateway tells it."""
    created_at: datetime
    settled_at: datetime | None = None
    invoice_reference: str = ""
    """What was given as invoice number when the payment was made, as written."""
    order_reference: str = ""
    """What was given as order or purchase reference, as written."""
    vault_customer: str = ""
    """The stored-payment customer at the gateway, empty when none."""
    payer_name: str = ""
    last_four: str = ""
    approval_code: str = ""
    vendor_status: str = ""
    """The gateway's own words for the status, kept for people."""

    @property
    def lineage(self) -> str:
        """The key under which order is kept: this payment with everything that follows from it."""
        return f"{self.merchant}/{self.transaction}"

    @property
    def for_customer(self) -> Money:
        """What counts as the customer's payment: everything but the surcharge."""
        return self.amount if self.surcharge is None else self.amount - self.surcharge

    @property
    def is_money(self) -> bool:
        """Whether the amount was really taken."""
        return self.status in {PaymentStatus.CAPTURED, PaymentStatus.SETTLED}


def named_documents(payment: Payment) -> tuple[str, ...]:
    """The numbers of the documents that the payment names or may name, each once.

    A payer may write several into one field, and words beside them.
    """
    written = (payment.invoice_reference, payment.order_reference)
    words = (word for each in written for word in (each, *_BETWEEN.split(without_mark(each))))
    return tuple(dict.fromkeys(number for word in words if (number := document_number(word))))

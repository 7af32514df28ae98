"""Refunds that the gateway tells and the books do not have yet: of whose payment they may be."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.identifiers import MerchantId, TransactionId
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus
from counterfoil.domain.refunding import may_be_of
from counterfoil.ports.errors import DecisionError
from counterfoil.ports.known_payments import KnownPayments, KnownRecord
from counterfoil.runtime.in_books import standing
from counterfoil.runtime.operations import Site

A_ZONE_APART = timedelta(days=2)
"""How much earlier than the receipt's day its refund may have been stored: days are the gateway's zone's."""


def unposted_refunds(lineage: str, site: Site, known: KnownPayments) -> str:
    """Those that may be of the payment, in words; empty where there are none.

    The gateway tells of no refund what it gave back, so that the same card, currency and a fitting amount
    count. A refund of ours is known, and so is one whose posting stands in the books.
    """
    posted = site.erp.find_posting(PostingKey(lineage, Effect.RECEIPT))
    if posted is None or not isinstance(posted.fact, ReceiptFact):
        return ""
    payment = _payment(lineage, posted.fact, site, known)
    records = known.refunds_since(site.connection, _since(posted.fact, site), payment.last_four)
    return ", ".join(filter(None, (_told(record, payment, site, known) for record in records)))


def _told(record: KnownRecord, payment: Payment, site: Site, known: KnownPayments) -> str:
    """What is to be said of a refund; nothing where it is not of the payment, or is known to the books."""
    transaction = TransactionId(record.lineage.rpartition("/")[2])
    of = known.find_refunded(site.connection, transaction)
    is_of_another = of is not None and of != payment.transaction
    if is_of_another or standing(site.erp, PostingKey(record.lineage, Effect.REFUND)) is not None:
        return ""
    try:
        refund = site.gateway.normalise(record.body)
    except DecisionError:
        return f"refund {transaction}, whose record cannot be read,"
    return f"refund {transaction} of {refund.amount}" if may_be_of(refund, payment) else ""


def _payment(lineage: str, receipt: ReceiptFact, site: Site, known: KnownPayments) -> Payment:
    """The payment as it was told last; where that cannot be read, what its receipt tells of it."""
    records = known.records_of(site.connection, lineage)
    try:
        return site.gateway.normalise(records[-1])
    except (IndexError, DecisionError):
        merchant, _, transaction = lineage.rpartition("/")
        return Payment(
            merchant=MerchantId(merchant),
            transaction=TransactionId(transaction),
            kind=PaymentKind.PAYMENT,
            status=PaymentStatus.SETTLED,
            tender=receipt.tender,
            amount=receipt.amount,
            created_at=_since(receipt, site),
        )


def _since(receipt: ReceiptFact, site: Site) -> datetime:
    return datetime.combine(receipt.received_on, time(), site.zone) - A_ZONE_APART

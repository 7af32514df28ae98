"""From a record that v1 exported to a payment in domain words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

import msgspec

from counterfoil.connectors.paytrace.mapping.amounts import read_amount
from counterfoil.connectors.paytrace.mapping.digits import last_four
from counterfoil.connectors.paytrace.mapping.numbers import check_transaction, read_transaction
from counterfoil.connectors.paytrace.mapping.stamps import read_stamp
from counterfoil.connectors.paytrace.mapping.statuses import TransactionType, plain, read_status, with_code
from counterfoil.connectors.paytrace.wire_v1.answers import convert
from counterfoil.connectors.paytrace.wire_v1.exports import TransactionRecord
from counterfoil.domain.identifiers import MerchantId, TransactionId
from counterfoil.domain.payment import Payment, PaymentStatus, Tender
from counterfoil.ports.errors import DecisionError


def map_record(body: Mapping[str, object], merchant: MerchantId, zone: tzinfo) -> Payment:
    """The payment that a record tells of.

    Raises:
        DecisionError: the record cannot be read; a person must look at it in PayTrace.
    """
    record = _read(body)
    transaction = _number(record)
    if transaction is None:
        raise DecisionError("its transaction id is no number")
    created = read_stamp(record.created.at, zone)
    if created is None:
        raise DecisionError("its time cannot be read")
    return Payment(
        merchant=merchant,
        transaction=transaction,
        kind=TransactionType.read(record.transaction_type).kind,
        status=map_status(record),
        tender=_tender(record),
        amount=read_amount(record.amount, record.currency),
        created_at=created,
        settled_at=read_stamp(record.settled or "", zone),
        invoice_reference=plain(record.invoice_id),
        order_reference=plain(record.customer_reference_id),
        vault_customer=plain(record.customer_id),
        payer_name=plain(record.billing_address.name if record.billing_address else None),
        last_four=last_four(record.credit_card.masked_number if record.credit_card else None),
        approval_code=plain(record.approval_code),
        vendor_status=f"{plain(record.status_code)} {plain(record.status_message)}".strip(),
    )


def map_status(record: TransactionRecord) -> PaymentStatus:
    """Where the transaction stands; only what is certainly money becomes money."""
    kind = TransactionType.read(record.transaction_type)
    return with_code(read_status(kind, record.status_code, record.status_message), record.response_code)


def number_of(body: Mapping[str, object]) -> TransactionId | None:
    """The record's own number, also where nothing else of it can be read."""
    if body.get("check") and not body.get("credit_card"):
        return check_transaction(str(body.get("check_transaction_id") or body.get("transaction_id") or ""))
    return read_transaction(str(body.get("transaction_id", "")))


def _number(record: TransactionRecord) -> TransactionId | None:
    if _tender(record) is Tender.ACH:
        return check_transaction(record.check_transaction_id or record.transaction_id or "")
    return read_transaction(record.transaction_id or "")


def _tender(record: TransactionRecord) -> Tender:
    """That a bank payment is exported like a card's, with a `check` in place of the card, is assumed."""
    return Tender.ACH if record.check and not record.credit_card else Tender.CARD


def _read(body: Mapping[str, object]) -> TransactionRecord:
    try:
        return convert(TransactionRecord, body)
    except msgspec.ValidationError as error:
        raise DecisionError(f"it has another shape than known: {error}") from error

"""From a record that V3 tells, of a card or of a bank payment, to a payment in domain words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import assert_never

import msgspec

from counterfoil.connectors.paytrace.mapping.amounts import read_amount
from counterfoil.connectors.paytrace.mapping.digits import last_four
from counterfoil.connectors.paytrace.mapping.numbers import is_uuid, read_transaction
from counterfoil.connectors.paytrace.mapping.stamps import read_any
from counterfoil.connectors.paytrace.mapping.statuses import TransactionType, plain, read_status, with_code
from counterfoil.connectors.paytrace.wire_v3 import checks, records
from counterfoil.connectors.paytrace.wire_v3.answers import AnyStruct
from counterfoil.domain.identifiers import MerchantId, TransactionId
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus, Tender
from counterfoil.ports.errors import DecisionError


def map_record(body: Mapping[str, object], merchant: MerchantId, zone: tzinfo) -> Payment:
    """The payment that a record tells of; a bank payment is known by its UUID (verified).

    Raises:
        DecisionError: the record cannot be read; a person must look at it in PayTrace.
    """
    transaction = number_of(body)
    if transaction is None:
        raise DecisionError("its transaction id is neither a number nor a UUID")
    if is_uuid(transaction):
        return _check(_read(checks.CheckRecord, body), transaction, merchant, zone)
    return _card(_read(records.CardRecord, body), transaction, merchant, zone)


def number_of(body: Mapping[str, object]) -> TransactionId | None:
    """The record's own number, also where nothing else of it can be read."""
    return read_transaction(str(body.get("transaction_id") or body.get("id") or ""))


def card_status(record: records.CardRecord) -> PaymentStatus:
    """By the export's codes where it has them, else by the status word; what is unclear is pending."""
    return with_code(_told_status(record), record.response_code)


def _told_status(record: records.CardRecord) -> PaymentStatus:
    kind = TransactionType.read(record.transaction_type)
    if plain(record.status_code):
        return read_status(kind, record.status_code, record.status_message)
    status = _card_word(records.Status.read(record.status))
    if kind is TransactionType.OTHER and status in {PaymentStatus.CAPTURED, PaymentStatus.SETTLED}:
        return PaymentStatus.PENDING
    return status


def check_status(word: checks.Status) -> PaymentStatus:
    """Errors say nothing of whether the bank got it, and a part is no whole: a person looks at them."""
    match word:
        case checks.Status.ACCEPTED | checks.Status.ORIGINATED:
            status = PaymentStatus.CAPTURED
        case checks.Status.SETTLED:
            status = PaymentStatus.SETTLED
        case checks.Status.VOIDED:
            status = PaymentStatus.VOIDED
        case checks.Status.DECLINED | checks.Status.REJECTED | checks.Status.FAILED:
            status = PaymentStatus.FAILED
        case checks.Status.RETURNED | checks.Status.NSF_DECLINED:
            status = PaymentStatus.RETURNED
        case (
            checks.Status.INITIATED
            | checks.Status.VERIFYING
            | checks.Status.PARTIALLY_SETTLED
            | checks.Status.ERROR
            | checks.Status.TECHNICAL_ERROR
            | checks.Status.OTHER
        ):
            status = PaymentStatus.PENDING
        case _:
            assert_never(word)
    return status


def _card_word(word: records.Status) -> PaymentStatus:
    match word:
        case records.Status.AUTHORIZED:
            status = PaymentStatus.AUTHORISED
        case records.Status.CAPTURED:
            status = PaymentStatus.CAPTURED
        case records.Status.SETTLED:
            status = PaymentStatus.SETTLED
        case records.Status.VOIDED:
            status = PaymentStatus.VOIDED
        case records.Status.DECLINED:
            status = PaymentStatus.FAILED
        case records.Status.OTHER:
            status = PaymentStatus.PENDING
        case _:
            assert_never(word)
    return status


def _card(
    record: records.CardRecord, transaction: TransactionId, merchant: MerchantId, zone: tzinfo
) -> Payment:
    created = record.created.at if record.created else record.created_at
    surcharge = record.surcharge_info.surcharge_amount if record.surcharge_info else None
    return Payment(
        merchant=merchant,
        transaction=transaction,
        kind=TransactionType.read(record.transaction_type).kind,
        status=card_status(record),
        tender=Tender.CARD,
        amount=read_amount(_card_amount(record)),
        surcharge=read_amount(surcharge) if surcharge else None,
        created_at=_created(created, zone),
        settled_at=read_any(plain(record.settled_at or record.settled), zone),
        invoice_reference=plain(record.invoice_number),
        order_reference=plain(record.customer_reference_id),
        vault_customer=plain(record.customer_id),
        payer_name=plain(record.billing_name),
        last_four=last_four(record.card_masked),
        approval_code=plain(record.approval_code),
        vendor_status=_words(record.status, record.status_code, record.status_message),
    )


def _check(
    record: checks.CheckRecord, transaction: TransactionId, merchant: MerchantId, zone: tzinfo
) -> Payment:
    return Payment(
        merchant=merchant,
        transaction=transaction,
        kind=_check_kind(checks.Type.read(record.transaction_type)),
        status=_check_status(record),
        tender=Tender.ACH,
        amount=read_amount(record.amount),
        created_at=_created(record.created_at or record.processed_at, zone),
        settled_at=read_any(plain(record.settled_at), zone),
        invoice_reference=plain(record.invoice_number),
        order_reference=plain(record.customer_reference_id),
        vault_customer=plain(record.customer_id),
        payer_name=plain(record.billing_name),
        vendor_status=_words(
            record.transaction_status or record.status, record.return_code, record.return_reason
        ),
    )


def _check_kind(word: checks.Type) -> PaymentKind:
    match word:
        case checks.Type.PAYMENT | checks.Type.SALE | checks.Type.OTHER:
            return PaymentKind.PAYMENT
        case checks.Type.REFUND:
            return PaymentKind.REFUND
        case _:
            assert_never(word)


def _check_status(record: checks.CheckRecord) -> PaymentStatus:
    """What is not known to pay in or out is no money yet, whatever its status."""
    status = check_status(checks.Status.read(record.transaction_status or record.status))
    is_unclear = checks.Type.read(record.transaction_type) is checks.Type.OTHER
    is_money = status in {PaymentStatus.CAPTURED, PaymentStatus.SETTLED}
    return PaymentStatus.PENDING if is_money and is_unclear else status


def _card_amount(record: records.CardRecord) -> Decimal:
    """What settles counts before what was asked for; zero may only say that nothing settled yet."""
    amounts = (record.settle_amount, record.amount, record.requested_amount)
    told = [amount for amount in amounts if amount is not None]
    if not told:
        raise DecisionError("it tells no amount")
    amount = next((amount for amount in told if amount), told[0])
    if amount and record.settle_amount == 0 and card_status(record) is PaymentStatus.SETTLED:
        raise DecisionError(f"it settled, and tells both {amount} and zero as its amount")
    return amount


def _created(written: str | None, zone: tzinfo) -> datetime:
    moment = read_any(plain(written), zone)
    if moment is None:
        raise DecisionError("its time cannot be read")
    return moment


def _words(*words: str | None) -> str:
    return " ".join(plain(word) for word in words if plain(word))


def _read(kind: type[AnyStruct], body: Mapping[str, object]) -> AnyStruct:
    try:
        return msgspec.convert(body, kind, strict=False)
    except msgspec.ValidationError as error:
        raise DecisionError(f"it has another shape than known: {error}") from error

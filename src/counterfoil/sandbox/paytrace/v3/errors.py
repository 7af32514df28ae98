"""Refusals of the V3 wire: 422 with the fields that are wrong, or with one plain message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from counterfoil.sandbox.paytrace.door import Answer
from counterfoil.sandbox.paytrace.outcomes import Reason, Refusal, Refused
from counterfoil.sandbox.paytrace.v3.settings import V3Settings


@dataclass(frozen=True, slots=True)
class Fault:
    """One field that is wrong, and why; without a field the request as a whole is."""

    field: str
    detail: str


# The shape is verified, the words are this sandbox's.
_FAULTS: Mapping[Reason, Fault] = {
    Reason.BODY: Fault("", "The body is not a JSON object."),
    Reason.AMOUNT: Fault("amount", "amount must be a positive number with at most two decimals."),
    Reason.CARD_NUMBER: Fault("card.number", "card.number is not a valid card number."),
    Reason.EXPIRATION_MONTH: Fault("card.expiration_month", "card.expiration_month must be 1 to 12."),
    Reason.EXPIRATION_YEAR: Fault("card.expiration_year", "card.expiration_year is not valid."),
    Reason.TRANSACTION_ID: Fault("transaction_id", "transaction_id was not found."),
    Reason.CUSTOMER_UNKNOWN: Fault("customer_id", "customer_id was not found."),
    Reason.CUSTOMER_ID_MISSING: Fault("customer_label", "customer_label is required."),
    Reason.CUSTOMER_ID_TAKEN: Fault("customer_label", "customer_label must be unique."),
    Reason.NOT_SETTLED: Fault("transaction_id", "Only settled transactions can be refunded."),
    Reason.RECURRENCE_UNKNOWN: Fault("recurrence.id", "recurrence.id was not found."),
    Reason.BATCH: Fault("batch_number", "batch_number was not found."),
    Reason.PERMISSION: Fault("", "Log in failed for insufficient permissions."),
    Reason.SALE_CEILING: Fault("amount", "amount exceeds the user's sale ceiling."),
    Reason.REFUND_CEILING: Fault("amount", "amount exceeds the user's refund ceiling."),
    Reason.DAILY_LIMIT: Fault("", "The daily limit of transactions has been reached."),
    Reason.CSC: Fault("csc", "csc is required."),
    Reason.INVOICE_REQUIRED: Fault("invoice_number", "invoice_number is required."),
    Reason.ADDRESS_REQUIRED: Fault("billing_address.street", "billing_address.street is required."),
    Reason.ZIP_REQUIRED: Fault("billing_address.postal_code", "billing_address.postal_code is required."),
    Reason.DUPLICATE: Fault("", "The transaction is a duplicate of one that was already approved."),
    Reason.DATE_RANGE: Fault("start_date", "start_date and end_date must be dates, the first not later."),
    Reason.ACCOUNT_NUMBER: Fault("bank_account.account_number", "account_number is not valid."),
    Reason.ROUTING_NUMBER: Fault("bank_account.routing_number", "routing_number is not valid."),
    Reason.IDEMPOTENCY_KEY: Fault("idempotency_key", "idempotency_key was used before."),
    Reason.HOSTED_FIELDS: Fault("hpf_token", "hpf_token was not found, has expired or was used before."),
}


def fault_of(refusal: Refusal) -> Fault:
    """How a refusal of the gateway reads on this wire."""
    if refusal.reason is Reason.RECURRENCE_FIELD:
        return Fault(f"recurrence.{refusal.subject}", f"recurrence.{refusal.subject} is not valid.")
    return _FAULTS.get(refusal.reason, Fault("", f"The request is refused: {refusal.reason}."))


def invalid(settings: V3Settings, faults: Sequence[Fault]) -> Answer:
    """422; faults without a field, or all where the account is set so, are told as plain text."""
    if settings.has_plain_messages or not faults[0].field:
        return message(422, faults[0].detail)
    prefix = "body/" if settings.has_field_prefix else ""
    return fields_answer([Fault(prefix + fault.field, fault.detail) for fault in faults])


def fields_answer(faults: Sequence[Fault]) -> Answer:
    """422 with the faults exactly as they stand."""
    listed = [{"field": fault.field, "detail": fault.detail} for fault in faults]
    return Answer(422, {"message": {"data": listed}})


def refused(settings: V3Settings, outcome: Refused) -> Answer:
    return invalid(settings, [fault_of(refusal) for refusal in outcome.refusals])


def message(status: int, text: str) -> Answer:
    return Answer(status, {"message": text})

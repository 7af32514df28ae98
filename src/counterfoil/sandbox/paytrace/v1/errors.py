"""Refusals of the v1 wire: a map of codes to texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from counterfoil.sandbox.paytrace.door import Answer, Payload
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.outcomes import Reason, Refusal, Refused

_FAILED = "One or more errors has occurred."


@dataclass(frozen=True, slots=True)
class ErrorText:
    """How a refusal reads on this wire; only what was recorded or documented is verified."""

    code: int
    text: str
    is_verified: bool


ERRORS: Mapping[Reason, ErrorText] = {
    Reason.CUSTOMER_UNKNOWN: ErrorText(
        30, "Customer ID, {subject}, was not found or is incomplete.", is_verified=True
    ),
    Reason.CARD_NUMBER: ErrorText(35, "Please provide a valid Credit Card Number.", is_verified=True),
    Reason.EXPIRATION_MONTH: ErrorText(43, "Please provide a valid Expiration Month.", is_verified=True),
    Reason.EXPIRATION_YEAR: ErrorText(44, "Please provide a valid Expiration Year.", is_verified=True),
    Reason.TRANSACTION_ID: ErrorText(58, "Please provide a valid Transaction ID.", is_verified=True),
    Reason.CUSTOMER_ID_TAKEN: ErrorText(171, "Please provide a unique customer ID.", is_verified=True),
    Reason.NOT_SETTLED: ErrorText(
        817,
        "The Transaction ID that you provided could not be refunded. "
        "Only settled transactions can be refunded.  Please try to void the transaction instead.",
        is_verified=True,
    ),
    Reason.ACCOUNT_NUMBER: ErrorText(45, "Please provide a valid Checking Account Number.", is_verified=True),
    Reason.ROUTING_NUMBER: ErrorText(46, "Please provide a valid Transit Routing Number.", is_verified=True),
    Reason.CHECK_UNKNOWN: ErrorText(
        80, "The Check ID that you provided was not found in the PayTrace record.", is_verified=True
    ),
    Reason.CHECK_GONE: ErrorText(
        80,
        "The Check ID that you have provided was not found in the PayTrace records. "
        "It may already be voided or settled.",
        is_verified=True,
    ),
    Reason.AMOUNT: ErrorText(901, "Please provide a valid Amount.", is_verified=False),
    Reason.CUSTOMER_ID_MISSING: ErrorText(902, "Please provide a valid customer ID.", is_verified=False),
    Reason.DUPLICATE: ErrorText(
        903, "The transaction is a duplicate of one that was already approved.", is_verified=False
    ),
    Reason.DATE_RANGE: ErrorText(
        904, "Please provide a valid start date and end date as MM/DD/YYYY.", is_verified=False
    ),
    Reason.BODY: ErrorText(905, "Please provide a valid JSON object.", is_verified=False),
    Reason.ORDER: ErrorText(906, "Please provide a valid {subject}.", is_verified=False),
    Reason.IDEMPOTENCY_KEY: ErrorText(921, "The idempotency key was used before.", is_verified=False),
    Reason.HOSTED_FIELDS: ErrorText(
        920, "The hosted fields token was not found, has expired or was used before.", is_verified=False
    ),
    Reason.PERMISSION: ErrorText(981, "Log in failed for insufficient permissions.", is_verified=True),
    # The code is documented for the hosted fields' own check; that the account's rule answers it is assumed.
    Reason.CSC: ErrorText(148, "Please provide a valid CSC.", is_verified=False),
    Reason.INVOICE_REQUIRED: ErrorText(907, "Please provide an Invoice Number.", is_verified=False),
    Reason.ADDRESS_REQUIRED: ErrorText(908, "Please provide a Billing Address.", is_verified=False),
    Reason.ZIP_REQUIRED: ErrorText(909, "Please provide a Billing Zip Code.", is_verified=False),
    Reason.SALE_CEILING: ErrorText(910, "The amount exceeds your sale ceiling.", is_verified=False),
    Reason.REFUND_CEILING: ErrorText(911, "The amount exceeds your refund ceiling.", is_verified=False),
    Reason.DAILY_LIMIT: ErrorText(
        912, "The daily limit of transactions has been reached.", is_verified=False
    ),
    Reason.SWIPE: ErrorText(913, "Please provide a valid swipe.", is_verified=False),
    Reason.EMAIL: ErrorText(914, "Please provide a valid Email.", is_verified=False),
    Reason.BATCH: ErrorText(915, "Please provide a valid Batch Number.", is_verified=False),
    Reason.RECURRENCE_UNKNOWN: ErrorText(916, "Please provide a valid Recurring ID.", is_verified=False),
    Reason.RECURRENCE_FIELD: ErrorText(917, "Please provide a valid {subject}.", is_verified=False),
    Reason.LEVEL_THREE: ErrorText(918, "Please provide a valid {subject}.", is_verified=False),
    Reason.WRONG_LOG_IN: ErrorText(919, "Please provide a valid password.", is_verified=False),
}


def errors_payload(refused: Refused, codes: Mapping[Reason, int]) -> Payload:
    """`success: false` with the map of codes to lists of texts."""
    errors: dict[str, list[str]] = {}
    for refusal in refused.refusals:
        code = codes.get(refusal.reason, ERRORS[refusal.reason].code)
        errors.setdefault(str(code), []).append(_error_text(refusal))
    return {"success": False, "response_code": 1, "status_message": _FAILED, "errors": errors}


def _error_text(refusal: Refusal) -> str:
    return ERRORS[refusal.reason].text.format(subject=refusal.subject)


def refused_answer(gateway: Gateway, refused: Refused) -> Answer:
    return Answer(400, errors_payload(refused, gateway.settings.error_codes))

"""Answers of the v1 wire, key by key as recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from counterfoil.sandbox.paytrace.cards import mask
from counterfoil.sandbox.paytrace.door import Payload
from counterfoil.sandbox.paytrace.outcomes import Reason, Refused, Verdict
from counterfoil.sandbox.paytrace.rows import CustomerRow, TransactionRow
from counterfoil.sandbox.paytrace.v1.errors import errors_payload

_COMPLETED = "Your request has been successfully completed."


_CHARGED: Mapping[Verdict, tuple[bool, int, str]] = {
    Verdict.APPROVED: (True, 101, "Your transaction was successfully approved."),
    Verdict.DECLINED: (False, 102, "Your transaction was not approved."),
    # The success flag beside 103 is documented by a vendor sample; the wording is this sandbox's.
    Verdict.AUTO_VOIDED: (True, 103, "Your transaction was approved, then automatically voided."),
}


def charge_payload(verdict: Verdict, row: TransactionRow) -> Payload:
    is_success, code, message = _CHARGED[verdict]
    return {
        "success": is_success,
        "response_code": code,
        "status_message": message,
        "transaction_id": row.transaction_id,
        "approval_code": row.approval.code,
        "approval_message": row.approval.message,
        "avs_response": row.approval.avs,
        "csc_response": row.approval.csc,
        "external_transaction_id": "",
        "masked_card_number": mask(row.card.last_four, "x"),
    }


@dataclass(frozen=True, slots=True)
class FollowUpWords:
    """How a follow-up answers: done, not done, and whether it names an external transaction."""

    done: tuple[int, str]
    not_done: tuple[int, str]
    has_external_id: bool


# The codes of what was not done are documented; their wording is inferred from the check's recorded one.
CAPTURE = FollowUpWords(
    (112, "Your transaction was successfully captured."),
    (113, "Your transaction was NOT successfully captured."),
    has_external_id=True,
)
REFUND = FollowUpWords(
    (106, "Your transaction successfully refunded."),
    (107, "Your transaction was NOT successfully refunded."),
    has_external_id=True,
)
VOID = FollowUpWords(
    (109, "Your transaction was successfully voided."),
    (110, "Your transaction was NOT successfully voided."),
    has_external_id=False,
)
ADJUST = FollowUpWords(
    (180, "Your transaction amount was successfully adjusted."),
    (1, "Your transaction amount was NOT adjusted."),
    has_external_id=False,
)
RECEIPT = FollowUpWords(
    (149, "Your receipt was successfully emailed."),
    (1, "Your receipt was NOT emailed."),
    has_external_id=False,
)


def follow_up_payload(words: FollowUpWords, transaction_id: int, *, is_done: bool) -> Payload:
    code, message = words.done if is_done else words.not_done
    payload: Payload = {
        "success": is_done,
        "response_code": code,
        "status_message": message,
        "transaction_id": transaction_id,
    }
    return payload | _external(words)


def follow_up_errors(words: FollowUpWords, refused: Refused, codes: Mapping[Reason, int]) -> Payload:
    return errors_payload(refused, codes) | _external(words)


def _external(words: FollowUpWords) -> Payload:
    return {"external_transaction_id": ""} if words.has_external_id else {}


def plain_payload(code: int, message: str) -> Payload:
    """A success that names nothing; where the code is documented, its wording is still assumed."""
    return {"success": True, "response_code": code, "status_message": message}


def settled_payload(batch_number: int | None) -> Payload:
    """175; that it names no batch, and that nothing to settle is a success too, is assumed."""
    message = (
        "There was nothing to settle." if batch_number is None else "Your batch was successfully settled."
    )
    return plain_payload(175, message)


def completed_payload(name: str, records: Iterable[Payload]) -> Payload:
    """An export; 1 is here the code of a success."""
    payload: Payload = {"success": True, "response_code": 1, "status_message": _COMPLETED}
    return payload | {name: list(records), "external_transaction_id": ""}


RECURRENCE_CREATED = (150, "The recurring transaction was successfully created.")
RECURRENCE_UPDATED = (151, "The recurring transaction was successfully updated.")
RECURRENCE_DELETED = (152, "The recurring transaction was successfully deleted.")

PROFILE_CREATED = (160, "created")
PROFILE_UPDATED = (161, "updated")
PROFILE_DELETED = (162, "deleted")


def profile_payload(row: CustomerRow, code_and_verb: tuple[int, str]) -> Payload:
    code, verb = code_and_verb
    return {
        "success": True,
        "response_code": code,
        "status_message": (
            f"The customer profile for {row.customer_id}/{row.billing.name} was successfully {verb}"
        ),
        "customer_id": row.customer_id,
    }


def masked_card(row: CustomerRow) -> Payload:
    """What creating and updating tell of the card, where there is one."""
    return {} if row.card is None else {"masked_card_number": mask(row.card.last_four, "x")}

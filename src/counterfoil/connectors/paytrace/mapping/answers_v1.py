"""What became of an instruction by v1's answer: done only by its own code, refused only without a doubt."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.connectors.paytrace.mapping.numbers import check_transaction, read_transaction
from counterfoil.connectors.paytrace.mapping.words import is_doubtful, one_line
from counterfoil.connectors.paytrace.wire_v1 import answers as wire
from counterfoil.connectors.paytrace.wire_v1.answers import CallAnswer
from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.instructions import (
    Answer,
    Capture,
    Carried,
    Charge,
    Declined,
    FundCheck,
    Instruction,
    NotYet,
    Refund,
    Unknown,
    Void,
)


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes by which a call says that it did, and that it did not do, what it was told."""

    done: int
    not_done: int


CHARGED = Codes(wire.APPROVED, wire.NOT_APPROVED)
CAPTURED = Codes(wire.CAPTURED, wire.NOT_CAPTURED)
VOIDED = Codes(wire.VOIDED, wire.NOT_VOIDED)
REFUNDED = Codes(wire.REFUNDED, wire.NOT_REFUNDED)
CHECK_CHARGED = Codes(wire.CHECK_PROCESSED, wire.CHECK_NOT_PROCESSED)
CHECK_MANAGED = Codes(wire.CHECK_MANAGED, wire.CHECK_NOT_PROCESSED)
CHECK_REFUNDED = Codes(wire.CHECK_REFUNDED, wire.CHECK_NOT_PROCESSED)


def codes_of(instruction: Instruction, *, is_check: bool) -> Codes:
    match instruction:
        case Charge():
            return CHECK_CHARGED if is_check else CHARGED
        case Capture():
            return CAPTURED
        case Void():
            return CHECK_MANAGED if is_check else VOIDED
        case Refund():
            return CHECK_REFUNDED if is_check else REFUNDED
        case FundCheck():
            return CHECK_MANAGED


def read_answer(answer: CallAnswer, codes: Codes) -> Answer:
    """Done needs its code and a transaction; an approval that was voided at once (103) is never paid."""
    transaction = _transaction(answer)
    words = one_line(answer.approval_message) or one_line(answer.ach_message) or one_line(answer.reasons)
    match (answer.success, answer.response_code):
        case (True, code) if code == codes.done and transaction is not None:
            return Carried(transaction=transaction)
        case (_, wire.APPROVED_THEN_VOIDED):
            return Declined(transaction=transaction, why=f"approved and then voided by PayTrace: {words}")
        case (False, _) if wire.ERROR_NOT_SETTLED in (answer.errors or {}):
            return NotYet(why=words)
        case (False, code) if _is_refusal(code, answer, codes) and not _is_doubtful(answer):
            return Declined(transaction=transaction, why=words)
        case (_, code):
            return Unknown(why=f"PayTrace answered with response code {code}: {words}")


def _transaction(answer: CallAnswer) -> TransactionId | None:
    if answer.check_transaction_id is not None:
        return check_transaction(answer.check_transaction_id)
    return read_transaction(answer.transaction_id or "")


def _is_refusal(code: int, answer: CallAnswer, codes: Codes) -> bool:
    """Declined, or sent back for what was wrong with the request, so that nothing was made of it."""
    was_sent_back = bool(answer.errors) and _transaction(answer) is None and code != codes.done
    return code == codes.not_done or was_sent_back


def _is_doubtful(answer: CallAnswer) -> bool:
    return is_doubtful(answer.approval_message, answer.ach_message, answer.status_message, answer.reasons)

"""What became of an instruction by V3's answer: done only by words that say so, refused only by a 422."""

from __future__ import annotations

from counterfoil.connectors.paytrace.mapping.numbers import read_transaction
from counterfoil.connectors.paytrace.mapping.records_v3 import check_status
from counterfoil.connectors.paytrace.mapping.words import is_doubtful, one_line
from counterfoil.connectors.paytrace.wire_v1 import answers as codes
from counterfoil.connectors.paytrace.wire_v3 import checks
from counterfoil.connectors.paytrace.wire_v3.answers import (
    RECORD_ID,
    STATUS_INVALID,
    STATUS_NOT_FOUND,
    Body,
    Told,
    convert,
)
from counterfoil.connectors.paytrace.wire_v3.charges import ChargeAnswer, ItemAnswer
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.payment import PaymentStatus
from counterfoil.ports.instructions import (
    Answer,
    Carried,
    Charge,
    Declined,
    Instruction,
    NotYet,
    Refund,
    StoredPayer,
    Unknown,
)

# What an independent client takes for a payment that was made (inferred).
_APPROVING = frozenset({"A", "C", "S", "APPROVED", "CAPTURED", "AUTHORIZED", "ACCEPTED", "SETTLED"})
_DECLINING = frozenset({"DECLINED"})
_DONE = "success"
_NOT_DONE = "failed"
_NOT_DONE_CODES = frozenset(
    {
        codes.NOT_APPROVED,
        codes.APPROVED_THEN_VOIDED,
        codes.NOT_REFUNDED,
        codes.NOT_VOIDED,
        codes.NOT_CAPTURED,
        codes.CHECK_NOT_PROCESSED,
    }
)


def read_charge(told: Told) -> Answer:
    """A card's payment; the codes of v1 decide where they come, else the word."""
    if not told.is_done:
        return read_refusal(told)
    answer = convert(ChargeAnswer, told.one)
    if answer is None:
        return Unknown(why="PayTrace answered the payment in another shape than known")
    transaction = read_transaction(answer.transaction_id or answer.id or "")
    words = _words(answer)
    match _verdict(answer):
        case True if transaction is not None:
            return Carried(transaction=transaction, stored=_stored(answer))
        case False if not is_doubtful(
            answer.approval_message, answer.status_message, answer.response_message
        ):
            return Declined(transaction=transaction, why=words)
        case _:
            return Unknown(why=f"PayTrace answered {answer.status or answer.response_code}: {words}")


def read_item(instruction: Instruction, told: Told, transaction: TransactionId) -> Answer:
    """A capture, void or refund: the result of its one item."""
    if not told.is_done:
        return read_refusal(told)
    results = [convert(ItemAnswer, entry) for entry in told.many]
    if len(results) != 1 or results[0] is None:
        return Unknown(why=f"PayTrace answered one item with {len(results)} results, or in another shape")
    return _of_item(instruction, results[0], transaction)


def read_check(told: Told) -> Answer:
    """A bank payment that was taken: its id stands at the top (verified), beside an empty ``data``."""
    if not told.is_done:
        return read_refusal(told)
    return _check_of(told.one)


def read_check_by_key(found: Body | None, charge: Charge) -> Answer:
    """What the look-up by idempotency key says of a payment whose own answer left it open."""
    if found is None:
        return Unknown(why="PayTrace refused the record's path, and does not know the idempotency key yet")
    answer = convert(checks.KeyedAnswer, found)
    told = (answer.amount, answer.invoice_number) if answer else ()
    ours = (charge.amount.amount, charge.invoice_id)
    if not told or any(theirs not in {None, own} for theirs, own in zip(told, ours, strict=True)):
        return Unknown(why="PayTrace knows another bank payment by the idempotency key")
    return _check_of(found)


def read_refusal(told: Told) -> Answer:
    """Sent back with what was wrong, so that nothing was made of it; every other status is a doubt."""
    is_refused = told.status in {STATUS_INVALID, STATUS_NOT_FOUND}
    if is_refused and not may_be_taken(told) and not is_doubtful(told.words):
        return Declined(transaction=None, why=told.words)
    return Unknown(why=f"PayTrace answered HTTP {told.status}: {told.words}")


def may_be_taken(told: Told) -> bool:
    """Whether it is the 422 that comes also where a bank payment was taken (verified); of cards, a doubt."""
    return told.status == STATUS_INVALID and any(fault.field == RECORD_ID for fault in told.faults)


def _check_of(body: Body) -> Answer:
    transaction = read_transaction(str(body.get("transaction_id") or body.get("id") or ""))
    if transaction is None:
        return Unknown(why="PayTrace answered the bank payment without its id")
    answer = convert(checks.KeyedAnswer, body)
    if answer is None or answer.success is False or answer.response_code in _NOT_DONE_CODES:
        return Unknown(why=f"PayTrace answered the bank payment {transaction} as one that was not taken")
    word = body.get("transaction_status") or body.get("status")
    status = check_status(checks.Status.read(word if isinstance(word, str) else None))
    if status in {PaymentStatus.FAILED, PaymentStatus.RETURNED, PaymentStatus.VOIDED}:
        return Declined(transaction=transaction, why=f"the bank payment is {word}")
    return Carried(transaction=transaction)


def _verdict(answer: ChargeAnswer) -> bool | None:
    """Paid, not paid, or neither is said. An approval that was voided at once (103) is never paid."""
    if answer.response_code in {codes.APPROVED_THEN_VOIDED, codes.NOT_APPROVED}:
        return False
    if answer.response_code is not None:
        return True if answer.response_code == codes.APPROVED and answer.success is not False else None
    word = (answer.status or answer.response_message or "").strip().upper()
    if word in _DECLINING:
        return False
    return True if word in _APPROVING and answer.success is not False else None


def _stored(answer: ChargeAnswer) -> StoredPayer | None:
    return StoredPayer(reference=answer.customer_id) if answer.customer_id else None


def _words(answer: ChargeAnswer) -> str:
    return (
        one_line(answer.approval_message)
        or one_line(answer.status_message)
        or one_line(answer.response_message)
    )


def _item_words(result: ItemAnswer) -> str:
    details = [one_line(str(error.get("detail", ""))) for error in result.errors or ()]
    return "; ".join(detail for detail in details if detail) or one_line(result.status_message)


def _of_item(instruction: Instruction, result: ItemAnswer, transaction: TransactionId) -> Answer:
    why = _item_words(result)
    match result.status.strip().lower():
        case _ if _contradicts(instruction, result, transaction):
            return Unknown(why=f"PayTrace's result contradicts itself or is of another transaction: {why}")
        case status if status == _DONE:
            return Carried(transaction=_own(instruction, result) or transaction)
        case status if status == _NOT_DONE and not is_doubtful(why):
            return _not_done(instruction, why)
        case status:
            return Unknown(why=f"PayTrace answered {status or 'nothing'}: {why}")


def _contradicts(instruction: Instruction, result: ItemAnswer, transaction: TransactionId) -> bool:
    """Done by its word and not by its code, or the result of another transaction; a refund has its own."""
    is_other = not isinstance(instruction, Refund) and (result.transaction_id or transaction) != transaction
    is_done = result.status.strip().lower() == _DONE
    return is_other or (is_done and result.response_code in _NOT_DONE_CODES)


def _own(instruction: Instruction, result: ItemAnswer) -> TransactionId | None:
    """A refund's own number, where it is told (assumed name); capture and void have none."""
    told = result.refund_transaction_id or result.transaction_id if isinstance(instruction, Refund) else None
    return read_transaction(told or "")


def _not_done(instruction: Instruction, why: str) -> Answer:
    """That a refund came before settlement is told in words alone (assumed: those of v1)."""
    if isinstance(instruction, Refund) and "only settled" in why.lower():
        return NotYet(why=why)
    return Declined(transaction=None, why=why)

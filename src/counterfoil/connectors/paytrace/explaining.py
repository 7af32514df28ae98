"""Why a follow-up was refused, where the gateway's answer does not say what is to be done instead."""

from __future__ import annotations

from collections.abc import Callable

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.payment import PaymentStatus
from counterfoil.ports.errors import CounterfoilError
from counterfoil.ports.gateway import AnyRecord, GatewayRecord
from counterfoil.ports.instructions import Answer, Declined, Instruction, NotYet, Refund, TooLate, Void

Find = Callable[[TransactionId], AnyRecord | None]


def explain(instruction: Instruction, answer: Answer, find: Find) -> Answer:
    """A refused void of what settled is too late, a refused refund of what did not settle is not yet.

    The record is only read; where it cannot be, the answer stays as it was.
    """
    match (instruction, answer):
        case (Void(transaction=transaction), Declined(why=why)):
            settled = _status(transaction, find) is PaymentStatus.SETTLED
            return TooLate(why=f"{why} (it settled: refund it)") if settled else answer
        case (Refund(transaction=transaction), Declined(why=why)):
            waiting = _status(transaction, find) is PaymentStatus.CAPTURED
            return NotYet(why=f"{why} (it did not settle yet)") if waiting else answer
        case _:
            return answer


def _status(transaction: TransactionId, find: Find) -> PaymentStatus | None:
    try:
        record = find(transaction)
    except CounterfoilError:
        return None
    return record.payment.status if isinstance(record, GatewayRecord) else None

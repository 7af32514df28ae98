"""What is done to transactions now and then: lowered amounts, refunds without a sale, receipts, expiry."""

from __future__ import annotations

from datetime import datetime

import msgspec

from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.outcomes import Done, FollowUpOutcome, NotDone, Reason, Refused
from counterfoil.sandbox.paytrace.rows import (
    Approval,
    Caller,
    Details,
    Kind,
    Movement,
    State,
    StoredCard,
    TransactionRow,
)
from counterfoil.sandbox.paytrace.rules import exceeds

_NO_APPROVAL = Approval(code="", message="", avs="", csc="")


def adjust(gateway: Gateway, transaction_id: int, amount_cents: int) -> FollowUpOutcome:
    """Lowers a sale or an authorisation that is not settled; more than was approved is not taken."""
    ledger = gateway.ledger
    with ledger.changes():
        row = ledger.transaction(transaction_id)
        if row is None:
            return Refused.of(Reason.TRANSACTION_ID)
        is_open = row.state in {State.AUTHORIZED, State.PENDING} and row.kind is not Kind.REFUND
        if not is_open or not 0 < amount_cents <= row.amount_cents:
            return NotDone(transaction_id)
        adjusted = msgspec.structs.replace(row, amount_cents=amount_cents)
        ledger.put_transaction(adjusted)
        if row.state is State.PENDING:
            gateway.move(adjusted, Movement.ADJUSTED, amount_cents - row.amount_cents)
        return Done(adjusted)


def refund_unreferenced(
    gateway: Gateway, card: StoredCard, amount_cents: int, *, details: Details, caller: Caller
) -> FollowUpOutcome:
    """Pays back to a card without naming what it paid; it settles like any refund."""
    user = gateway.users.find(caller.user)
    if user is not None and exceeds(amount_cents, user.refund_ceiling_cents):
        return Refused.of(Reason.REFUND_CEILING)
    with gateway.ledger.changes():
        row = TransactionRow(
            transaction_id=gateway.ledger.next_transaction_id(),
            kind=Kind.REFUND,
            state=State.PENDING,
            amount_cents=amount_cents,
            card=card,
            approval=_NO_APPROVAL,
            details=details,
            caller=caller,
            created_at=gateway.now(),
        )
        gateway.ledger.put_transaction(row)
        gateway.move(row, Movement.REFUNDED, -amount_cents)
        return Done(row)


def note_receipt(gateway: Gateway, transaction_id: int, email: str) -> FollowUpOutcome:
    """Notes where a receipt goes; the sandbox sends no mail."""
    if "@" not in email:
        return Refused.of(Reason.EMAIL)
    with gateway.ledger.changes():
        row = gateway.ledger.transaction(transaction_id)
        if row is None:
            return Refused.of(Reason.TRANSACTION_ID)
        noted = msgspec.structs.replace(row, details=msgspec.structs.replace(row.details, email=email))
        gateway.ledger.put_transaction(noted)
        return Done(noted)


def expire(gateway: Gateway, at: datetime) -> None:
    """Lets authorisations lapse that were never captured."""
    with gateway.ledger.changes():
        for row in gateway.ledger.in_state(State.AUTHORIZED):
            if row.created_at + gateway.settings.authorization_life <= at:
                gateway.ledger.put_transaction(msgspec.structs.replace(row, state=State.EXPIRED))

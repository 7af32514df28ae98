"""What is kept of a check; no row has a field that could hold an account number."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from counterfoil.sandbox.paytrace.rows import Caller, Details, StoredAccount


class CheckKind(StrEnum):
    """Which way the money goes."""

    PAYMENT = "payment"
    REFUND = "refund"


class CheckStatus(StrEnum):
    """The words of the V3 wire; the last two are documented, but nothing here leads to them."""

    INITIATED = "INITIATED"
    VERIFYING = "VERIFYING"
    ACCEPTED = "ACCEPTED"
    ORIGINATED = "ORIGINATED"
    SETTLED = "SETTLED"
    VOIDED = "VOIDED"
    RETURNED = "RETURNED"
    NSF_DECLINED = "NSF_DECLINED"
    REJECTED = "REJECTED"
    DECLINED = "DECLINED"
    FAILED = "FAILED"
    TECHNICAL_ERROR = "TECHNICAL_ERROR"
    ERROR = "ERROR"
    PARTIALLY_SETTLED = "PARTIALLY_SETTLED"


# On its way, or arrived.
ALIVE = frozenset(
    {
        CheckStatus.INITIATED,
        CheckStatus.VERIFYING,
        CheckStatus.ACCEPTED,
        CheckStatus.ORIGINATED,
        CheckStatus.SETTLED,
    }
)
# Taken, and on the way to the bank at the next cut-off.
WAITING = frozenset({CheckStatus.VERIFYING, CheckStatus.ACCEPTED})
# Not handed to the bank yet.
VOIDABLE = WAITING | {CheckStatus.INITIATED}


class CheckRow(msgspec.Struct, frozen=True, kw_only=True):
    """One check, with the time at which it next changes by itself."""

    check_id: int
    uuid: str
    kind: CheckKind
    status: CheckStatus
    amount_cents: int
    account: StoredAccount
    entry_class: str
    details: Details
    caller: Caller
    created_at: datetime
    changed_at: datetime
    due_at: datetime | None
    end: CheckStatus | None = None
    end_code: str = ""
    is_end_late: bool = False
    return_code: str = ""
    settled_at: datetime | None = None
    parent_id: int | None = None
    idempotency_key: str = ""


class CheckEntryRow(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the append-only journal of check money; signed, from the merchant's side."""

    check_id: int
    amount_cents: int
    moved_at: datetime
    deposit_id: str

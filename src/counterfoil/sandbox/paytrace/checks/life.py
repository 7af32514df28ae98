"""The life of a check: which step follows by itself, when, and what money it moves."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from counterfoil.sandbox.paytrace.checks.calendar import business_moment
from counterfoil.sandbox.paytrace.checks.fates import Fate
from counterfoil.sandbox.paytrace.checks.rows import CheckKind, CheckRow, CheckStatus
from counterfoil.sandbox.paytrace.checks.settings import ChecksSettings

# Decided while the caller waits.
_AT_ONCE = frozenset({CheckStatus.REJECTED, CheckStatus.DECLINED, CheckStatus.TECHNICAL_ERROR})
# Sent back by the account's bank.
_BY_BANK = frozenset({CheckStatus.RETURNED, CheckStatus.NSF_DECLINED})


def first_status(fate: Fate | None, *, is_hold: bool) -> CheckStatus:
    """A held check is initiated and waits for its funding; every other one is accepted at once."""
    if fate is not None and fate.status in _AT_ONCE:
        return fate.status
    if is_hold:
        return CheckStatus.INITIATED
    is_looked_into = fate is not None and fate.status is CheckStatus.VERIFYING
    return CheckStatus.VERIFYING if is_looked_into else CheckStatus.ACCEPTED


def next_step(row: CheckRow, settings: ChecksSettings, zone: ZoneInfo) -> tuple[CheckRow, int]:
    """The check after what is due, and the cents that thereby reach or leave the merchant.

    Raises:
        ValueError: nothing is due in the check's status.
    """
    at = row.changed_at if row.due_at is None else row.due_at
    match row.status:
        case CheckStatus.VERIFYING:
            return _to(row, CheckStatus.ACCEPTED, at, business_moment(at, settings.cut_off, zone)), 0
        case CheckStatus.ACCEPTED:
            return _handed_over(row, at, settings, zone), 0
        case CheckStatus.ORIGINATED:
            return _decided(row, at, settings, zone)
        case CheckStatus.SETTLED:
            return _returned(row, at), -_signed(row)
        case _:
            raise ValueError(row.status)


def _handed_over(row: CheckRow, at: datetime, settings: ChecksSettings, zone: ZoneInfo) -> CheckRow:
    if row.end is CheckStatus.FAILED:
        return _to(row, CheckStatus.FAILED, at, None)
    is_returned = row.end in _BY_BANK and not row.is_end_late
    days = settings.return_after_days if is_returned else settings.settle_after_days
    return _to(row, CheckStatus.ORIGINATED, at, _bank_day(at, days, settings, zone))


def _decided(row: CheckRow, at: datetime, settings: ChecksSettings, zone: ZoneInfo) -> tuple[CheckRow, int]:
    if row.end in _BY_BANK and not row.is_end_late:
        return _returned(row, at), 0
    due = _bank_day(at, settings.late_return_after_days, settings, zone) if row.is_end_late else None
    settled = msgspec.structs.replace(_to(row, CheckStatus.SETTLED, at, due), settled_at=at)
    return settled, _signed(row)


def _returned(row: CheckRow, at: datetime) -> CheckRow:
    status = CheckStatus.RETURNED if row.end is None else row.end
    return msgspec.structs.replace(_to(row, status, at, None), return_code=row.end_code)


def _bank_day(at: datetime, days: int, settings: ChecksSettings, zone: ZoneInfo) -> datetime:
    """So many business days on; the evening's hand-over and the bank's morning are one day apart."""
    return business_moment(at, settings.bank_time, zone, max(days - 1, 0))


def _to(row: CheckRow, status: CheckStatus, at: datetime, due: datetime | None) -> CheckRow:
    return msgspec.structs.replace(row, status=status, changed_at=at, due_at=due)


def _signed(row: CheckRow) -> int:
    return -row.amount_cents if row.kind is CheckKind.REFUND else row.amount_cents

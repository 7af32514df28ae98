"""The days and rules of checks at a sandbox merchant account; all but the statuses is assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from counterfoil.sandbox.paytrace.checks.fates import FATES_BY_ACCOUNT, FATES_BY_CENTS, Fate


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksSettings:
    """When checks move, in business days of the account's zone, and what goes wrong with them."""

    cut_off: time = time(17)
    """Until then checks of the day are handed to the bank that day."""
    bank_time: time = time(6)
    """When the bank settles and returns."""
    return_after_days: int = 2
    settle_after_days: int = 3
    late_return_after_days: int = 5
    fates_by_cents: Mapping[int, Fate] = field(default_factory=lambda: FATES_BY_CENTS)
    fates_by_account: Mapping[str, Fate] = field(default_factory=lambda: FATES_BY_ACCOUNT)
    misreported_cents: frozenset[int] = frozenset({150})
    """Amounts that V3 answers with 422 `path/record_id` although it accepts them; the quirk is verified."""
    is_repeat_answered: bool = True
    """Whether a repeated idempotency key answers the first check again; else it is refused."""
    takes_plain_accounts: bool = False
    """Whether V3 takes an account number that is not encrypted."""

"""Deposits: what the bank pays out of checks on a business day, less what it takes back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from counterfoil.sandbox.paytrace.checks.rows import CheckEntryRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """One deposit with its entries; it is negative where more was taken back than paid."""

    deposit_id: str
    paid_at: datetime
    entries: tuple[CheckEntryRow, ...]

    @property
    def amount_cents(self) -> int:
        return sum(entry.amount_cents for entry in self.entries)


def deposits_of(entries: Iterable[CheckEntryRow]) -> list[Deposit]:
    """The deposits that the entries make up, in the order of their days."""
    by_id: defaultdict[str, list[CheckEntryRow]] = defaultdict(list)
    for entry in entries:
        by_id[entry.deposit_id].append(entry)
    return [
        Deposit(deposit_id=deposit_id, paid_at=found[0].moved_at, entries=tuple(found))
        for deposit_id, found in sorted(by_id.items())
    ]

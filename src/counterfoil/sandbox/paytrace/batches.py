"""Batches: what was settled together, and what still waits to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.rows import BatchRow, Kind, State, TransactionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One batch with its transactions; the one that is not settled yet has no time."""

    number: int
    settled_at: datetime | None
    rows: Sequence[TransactionRow]

    @property
    def sales(self) -> list[TransactionRow]:
        return [row for row in self.rows if row.kind is not Kind.REFUND]

    @property
    def refunds(self) -> list[TransactionRow]:
        return [row for row in self.rows if row.kind is Kind.REFUND]


def total(rows: Sequence[TransactionRow]) -> int:
    """What they come to in cents, without a sign."""
    return sum(row.amount_cents for row in rows)


def all_batches(gateway: Gateway) -> list[Batch]:
    """Every batch that was settled, oldest first."""
    return [_settled(gateway, row) for row in gateway.ledger.batches()]


def settled_batches(gateway: Gateway, start: datetime, end: datetime) -> list[Batch]:
    """The batches that were settled within the span."""
    rows = (row for row in gateway.ledger.batches() if start <= row.settled_at < end)
    return [_settled(gateway, row) for row in rows]


def find_batch(gateway: Gateway, number: int) -> Batch | None:
    """The batch of that number, the pending one included."""
    if number == gateway.ledger.next_batch_number():
        return pending_batch(gateway)
    return next(
        (_settled(gateway, row) for row in gateway.ledger.batches() if row.batch_number == number), None
    )


def _settled(gateway: Gateway, row: BatchRow) -> Batch:
    rows = gateway.ledger.in_batch(row.batch_number)
    return Batch(number=row.batch_number, settled_at=row.settled_at, rows=rows)


def pending_batch(gateway: Gateway) -> Batch:
    """What the next batch would settle."""
    rows = gateway.ledger.in_state(State.PENDING)
    return Batch(number=gateway.ledger.next_batch_number(), settled_at=None, rows=rows)


def latest_batch(gateway: Gateway) -> Batch | None:
    """The pending one where something is pending, else the last one settled."""
    pending = pending_batch(gateway)
    return pending if pending.rows else find_batch(gateway, pending.number - 1)

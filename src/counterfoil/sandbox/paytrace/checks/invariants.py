"""What is always true of the book of checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from counterfoil.sandbox.paytrace.checks.book import CheckBook
from counterfoil.sandbox.paytrace.checks.rows import (
    ALIVE,
    WAITING,
    CheckEntryRow,
    CheckKind,
    CheckRow,
    CheckStatus,
)


def violations(book: CheckBook) -> list[str]:
    """Everything that does not hold; an empty list is a sound book."""
    rows = book.checks()
    return [*_unbalanced(rows, book.entries()), *_overrefunded(rows), *_misplaced_times(rows)]


def _unbalanced(rows: Iterable[CheckRow], entries: Iterable[CheckEntryRow]) -> Iterator[str]:
    """A check's entries come to its amount while it stands settled, and to nothing otherwise."""
    sums: Counter[int] = Counter()
    for entry in entries:
        sums[entry.check_id] += entry.amount_cents
    for row in rows:
        sign = -1 if row.kind is CheckKind.REFUND else 1
        standing = sign * row.amount_cents if row.status is CheckStatus.SETTLED else 0
        if sums[row.check_id] != standing:
            yield f"check {row.check_id} ({row.status}): entries come to {sums[row.check_id]} of {standing}"


def _overrefunded(rows: list[CheckRow]) -> Iterator[str]:
    """Refunds that stand never exceed what they pay back."""
    amounts = {row.check_id: row.amount_cents for row in rows}
    refunded: Counter[int] = Counter()
    for row in rows:
        if row.parent_id is not None and row.status in ALIVE:
            refunded[row.parent_id] += row.amount_cents
    for parent_id, cents in refunded.items():
        if cents > amounts[parent_id]:
            yield f"check {parent_id}: {cents} of {amounts[parent_id]} cents refunded"


def _misplaced_times(rows: Iterable[CheckRow]) -> Iterator[str]:
    """A check that is over waits for nothing, and one on its way always does unless it is held."""
    for row in rows:
        is_waiting = row.due_at is not None
        must_wait = row.status in WAITING | {CheckStatus.ORIGINATED}
        may_wait = must_wait or row.status is CheckStatus.SETTLED
        if (must_wait and not is_waiting) or (is_waiting and not may_wait):
            yield f"check {row.check_id} ({row.status}): due {row.due_at}"

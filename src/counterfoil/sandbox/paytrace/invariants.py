"""What is always true of the sandbox's ledger, and its sums by day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from counterfoil.sandbox.paytrace.checks import invariants as checks
from counterfoil.sandbox.paytrace.checks.book import CheckBook
from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.rows import Kind, Movement, MovementRow, State, TransactionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTotals:
    """What one local day did, in cents; a void or refund counts on the day it was made."""

    captured: int = 0
    voided: int = 0
    refunded: int = 0
    refund_voided: int = 0
    settled: int = 0
    adjusted: int = 0

    @property
    def net(self) -> int:
        """What the day added to what the merchant is owed."""
        return self.captured + self.adjusted - self.voided - self.refunded + self.refund_voided


def day_totals(ledger: Ledger, zone: ZoneInfo) -> Mapping[date, DayTotals]:
    """The sums of every day on which money moved."""
    sums: defaultdict[date, Counter[Movement]] = defaultdict(Counter)
    for entry in ledger.movements():
        sums[entry.moved_at.astimezone(zone).date()][entry.movement] += entry.amount_cents
    return {
        day: DayTotals(
            captured=sums_of_day[Movement.CAPTURED],
            voided=-sums_of_day[Movement.VOIDED],
            refunded=-sums_of_day[Movement.REFUNDED],
            refund_voided=sums_of_day[Movement.REFUND_VOIDED],
            settled=sums_of_day[Movement.SETTLED],
            adjusted=sums_of_day[Movement.ADJUSTED],
        )
        for day, sums_of_day in sorted(sums.items())
    }


def violations(ledger: Ledger) -> list[str]:
    """Everything that does not hold; an empty list is a sound ledger."""
    rows, entries = ledger.transactions(), ledger.movements()
    return [
        *_unbalanced_transactions(rows, entries),
        *_unbalanced_batches(rows, entries),
        *_overrefunded(rows),
        *_misplaced_batch_numbers(rows),
        *checks.violations(CheckBook(ledger.documents)),
    ]


def _unbalanced_transactions(rows: Iterable[TransactionRow], entries: Iterable[MovementRow]) -> Iterator[str]:
    """A transaction's entries come to its amount while it stands, and to nothing otherwise."""
    sums: Counter[int] = Counter()
    for entry in entries:
        if entry.movement is not Movement.SETTLED:
            sums[entry.transaction_id] += entry.amount_cents
    for row in rows:
        if sums[row.transaction_id] != _standing_cents(row):
            yield (
                f"transaction {row.transaction_id}: entries come to {sums[row.transaction_id]} cents, "
                f"its state {row.state} to {_standing_cents(row)}"
            )


def _unbalanced_batches(rows: Iterable[TransactionRow], entries: Iterable[MovementRow]) -> Iterator[str]:
    """A batch settles exactly its transactions."""
    settled: Counter[int] = Counter()
    for entry in entries:
        if entry.movement is Movement.SETTLED and entry.batch_number is not None:
            settled[entry.batch_number] += entry.amount_cents
    standing: Counter[int] = Counter()
    for row in rows:
        if row.batch_number is not None:
            standing[row.batch_number] += _standing_cents(row)
    for number in sorted(settled.keys() | standing.keys()):
        if settled[number] != standing[number]:
            yield f"batch {number}: settled {settled[number]} cents of {standing[number]}"


def _overrefunded(rows: list[TransactionRow]) -> Iterator[str]:
    """Refunds stand only against a settled sale or capture, and never exceed it."""
    by_id = {row.transaction_id: row for row in rows}
    refunded: Counter[int] = Counter()
    for row in rows:
        if row.kind is Kind.REFUND and row.parent_id is not None and row.state is not State.VOIDED:
            refunded[row.parent_id] += row.amount_cents
    for parent_id, cents in refunded.items():
        parent = by_id[parent_id]
        if parent.state is not State.SETTLED or parent.kind is Kind.REFUND or cents > parent.amount_cents:
            yield f"transaction {parent_id} ({parent.state}): {cents} of {parent.amount_cents} cents refunded"


def _misplaced_batch_numbers(rows: Iterable[TransactionRow]) -> Iterator[str]:
    for row in rows:
        is_settled = row.state is State.SETTLED
        if is_settled != (row.batch_number is not None) or is_settled != (row.settled_at is not None):
            yield f"transaction {row.transaction_id} ({row.state}): batch {row.batch_number}"


def _standing_cents(row: TransactionRow) -> int:
    """What a transaction is worth to the merchant as it stands."""
    if row.state not in {State.PENDING, State.SETTLED}:
        return 0
    return -row.amount_cents if row.kind is Kind.REFUND else row.amount_cents

"""In-memory intake: hints, events and cursors as the confirmer and the poller see them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from typing_extensions import override

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.payment import Payment, PaymentStatus, Tender
from counterfoil.domain.settlement import Settlement
from counterfoil.ports.clock import Clock
from counterfoil.ports.errors import CounterfoilError, DefectError, TransientError
from counterfoil.ports.gateway import AnyRecord, Batch, GatewayRecord, GatewayRecords, Told, UnreadableRecord
from counterfoil.ports.intake import CursorStore, EventSink, Hint, HintStore
from tests.support.samples import a_payment


def a_record(transaction: str, status: PaymentStatus = PaymentStatus.CAPTURED) -> GatewayRecord:
    payment = a_payment(transaction=TransactionId(transaction), status=status)
    return GatewayRecord(body={"transaction_id": transaction}, payment=payment)


def an_unreadable_record(transaction: str) -> UnreadableRecord:
    body = {"transaction_id": transaction, "amount": "NaN"}
    lineage = a_payment(transaction=TransactionId(transaction)).lineage
    return UnreadableRecord(
        body=body, lineage=lineage, occurred_at=datetime(2026, 3, 2, 12, tzinfo=UTC), why="odd"
    )


@dataclass
class FakeGateway(GatewayRecords):
    """Knows the records that it was given."""

    records: dict[str, AnyRecord] = field(default_factory=dict)
    error: CounterfoilError | None = None
    asked: list[tuple[date, date]] = field(default_factory=list)
    reads: int = 0

    def add(self, *records: AnyRecord) -> None:
        self.records |= {record.lineage.rpartition("/")[2]: record for record in records}

    @override
    def fetch_transaction(self, transaction: TransactionId) -> AnyRecord | None:
        self.reads += 1
        if self.error:
            raise self.error
        return self.records.get(transaction)

    @override
    def fetch_range(self, first: date, last: date) -> Sequence[AnyRecord]:
        self.asked.append((first, last))
        if self.error:
            raise self.error
        return list(self.records.values())

    @override
    def normalise(self, body: object) -> Payment:
        raise NotImplementedError

    @override
    def normalise_batch(self, body: object) -> Settlement:
        raise NotImplementedError

    @override
    def find_by_invoice(self, invoice_id: str, first: date, last: date) -> Sequence[AnyRecord]:
        raise NotImplementedError

    @override
    def tells_of(self, tender: Tender) -> bool:
        return True

    @override
    def fetch_batches(self, first: date, last: date) -> Sequence[Batch]:
        raise NotImplementedError

    @override
    def fetch_batch(self, number: str) -> Sequence[AnyRecord]:
        raise NotImplementedError


@dataclass
class MemoryHints(HintStore):
    """Hints with the time when each is due."""

    clock: Clock
    waiting: dict[str, tuple[Hint, datetime]] = field(default_factory=dict)
    confirmed: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def add(self, *transactions: str) -> None:
        for transaction in transactions:
            hint = Hint(
                id=f"h{transaction}",
                connection="c",
                source="silent_post",
                transaction=TransactionId(transaction),
                attempts=0,
            )
            self.waiting[hint.id] = (hint, self.clock.now())

    @override
    def due(self, connection: str, limit: int) -> Sequence[Hint]:
        return [hint for hint, at in self.waiting.values() if at <= self.clock.now()][:limit]

    @override
    def confirm(self, hint: Hint, event: str) -> None:
        del self.waiting[hint.id]
        self.confirmed[hint.id] = event

    @override
    def refuse(self, hint: Hint, why: str) -> None:
        del self.waiting[hint.id]
        self.refused[hint.id] = why

    @override
    def postpone(self, hint: Hint, due_at: datetime, why: str, *, looked: bool) -> None:
        self.waiting[hint.id] = (replace(hint, attempts=hint.attempts + looked), due_at)


@dataclass
class MemoryEvents(EventSink):
    """Events by key; may refuse after so many."""

    stored: dict[str, str] = field(default_factory=dict)
    room: int = 1_000_000
    refused: set[str] = field(default_factory=set)
    """Keys of events whose content cannot be stored."""
    bodies: dict[str, Mapping[str, object]] = field(default_factory=dict)

    @override
    def accept(self, connection: str, record: Told, source: str) -> str:
        if len(self.stored) >= self.room:
            raise TransientError("the database does not answer")
        if record.event_key in self.refused:
            raise DefectError("it cannot be stored")
        self.bodies.setdefault(record.event_key, record.body)
        return self.stored.setdefault(record.event_key, source)

    @override
    def accept_all(self, connection: str, records: Sequence[Told], source: str) -> list[DefectError]:
        faults = []
        for record in records:
            try:
                self.accept(connection, record, source)
            except DefectError as error:
                faults.append(error)
        return faults

    @override
    def known(self, connection: str, event_keys: Collection[str]) -> set[str]:
        return set(event_keys) & set(self.stored)

    @override
    def body_of(self, connection: str, event_key: str) -> Mapping[str, object] | None:
        return self.bodies.get(event_key)


@dataclass
class MemoryCursors(CursorStore):
    """Cursors by name."""

    values: dict[tuple[str, str], str] = field(default_factory=dict)

    @override
    def read(self, connection: str, name: str) -> str | None:
        return self.values.get((connection, name))

    @override
    def write(self, connection: str, name: str, value: str) -> None:
        self.values[connection, name] = value

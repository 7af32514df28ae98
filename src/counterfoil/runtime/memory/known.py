"""What the hub remembers of payments, by the runs that it has in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from typing_extensions import override

from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.known_payments import KnownPayments
from counterfoil.ports.run_store import Json
from counterfoil.runtime.memory.runs import MemoryRunStore


@dataclass
class MemoryKnown(KnownPayments):
    """What the runs' events tell, and the refunds that count as made by us."""

    store: MemoryRunStore
    refunded: dict[TransactionId, TransactionId] = field(default_factory=dict)

    @override
    def find_refunded(self, connection: str, refund: TransactionId) -> TransactionId | None:
        return self.refunded.get(refund)

    @override
    def records_of(self, connection: str, lineage: str) -> Sequence[Json]:
        events = (run.event for run in self.store.runs.values() if run.order_key == lineage)
        return [event.body for event in events if event.kind.startswith("payment.")]

"""What the hub remembers of payments and of saved methods, over rows in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from typing_extensions import override

from counterfoil.domain.consent import SavedMethod
from counterfoil.domain.identifiers import CustomerNumber, TransactionId
from counterfoil.domain.payment import named_documents
from counterfoil.ports.effects import EffectKind, EffectState
from counterfoil.ports.known_payments import KnownPayments, KnownRecord
from counterfoil.ports.payment_methods import PaymentMethods
from counterfoil.ports.run_store import Json, Run
from counterfoil.runtime.memory.known import MemoryKnown
from tests.simulation.rows import Rows
from tests.support.memory_effects import MemoryEffects
from tests.support.simulated_gateway import SimulatedGateway

_BACK = frozenset({EffectKind.VOID, EffectKind.REFUND, EffectKind.GIVE_BACK})


class Known(MemoryKnown, KnownPayments):
    """Effects tell what Counterfoil made, events what it was told."""

    def __init__(self, rows: Rows, effects: MemoryEffects, gateway: SimulatedGateway) -> None:
        super().__init__(rows)
        self._rows = rows
        self._effects = effects
        self._gateway = gateway

    def _runs(self, lineage: str) -> list[Run]:
        return [self._rows.runs[name] for name in self._rows.lineages.get(lineage, ())]

    @override
    def find_refunded(self, connection: str, refund: TransactionId) -> TransactionId | None:
        rows = (row for row in self._effects.rows.values() if row.carried == refund)
        found = [row.effect.transaction for row in rows if row.sent is EffectKind.REFUND]
        return found[0] if len(found) == 1 else None

    @override
    def is_given_back(self, connection: str, payment: TransactionId) -> bool:
        rows = (row for row in self._effects.rows.values() if row.effect.transaction == payment)
        return any(row.effect.kind in _BACK and row.state is not EffectState.FAILED for row in rows)

    @override
    def records_of(self, connection: str, lineage: str) -> Sequence[Json]:
        events = (run.event for run in self._runs(lineage))
        return [event.body for event in events if event.kind.startswith("payment.")]

    @override
    def kinds_told(self, connection: str, lineage: str) -> Sequence[str]:
        return [run.event.kind for run in self._runs(lineage)]

    @override
    def records_naming(
        self, connection: str, documents: Collection[str], since: datetime
    ) -> Sequence[KnownRecord]:
        return [
            KnownRecord(lineage=run.order_key, kind=run.event.kind, body=run.event.body)
            for run in self._rows.runs.values()
            if run.event.kind.startswith("payment.")
            and not set(named_documents(self._gateway.normalise(run.event.body))).isdisjoint(documents)
        ]


@dataclass
class Methods(PaymentMethods):
    """Saved payment methods by reference."""

    all: dict[str, SavedMethod] = field(default_factory=dict)

    @override
    def find(self, connection: str, reference: str) -> SavedMethod | None:
        return self.all.get(reference)

    @override
    def saved(self, connection: str, customer: CustomerNumber | None = None) -> Sequence[SavedMethod]:
        return [each for each in self.all.values() if customer in {None, each.customer}]

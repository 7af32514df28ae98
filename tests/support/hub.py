from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from typing_extensions import override

from counterfoil.domain.payment import Payment
from counterfoil.domain.settlement import Settlement
from counterfoil.flows.definition import parse_flow
from counterfoil.flows.library import PAYMENT_TO_RECEIPT, read_library_flow
from counterfoil.ports import encoding
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.engine import Outcome
from counterfoil.ports.gateway import AnyRecord
from counterfoil.ports.run_store import Run, StoredEvent
from counterfoil.runtime.flow_testing.stated_systems import StatedSystems
from counterfoil.runtime.interpreter import Interpreter
from counterfoil.runtime.memory.cashier import MemoryCashier
from counterfoil.runtime.memory.known import MemoryKnown
from counterfoil.runtime.memory.own_events import MemoryOwnEvents
from counterfoil.runtime.memory.pay_links import MemoryPayLinks
from counterfoil.runtime.memory.payers import MemoryPayers
from counterfoil.runtime.nodes.means import Means
from counterfoil.runtime.operations import Site
from counterfoil.runtime.reach import Reach, every_operation
from tests.support.intake import FakeGateway
from tests.support.memory_erp import MemoryErp
from tests.support.memory_store import MemoryRunStore
from tests.support.simulated_gateway import as_record

START = datetime(1990, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


@dataclass
class RecordedGateway(FakeGateway):
    """A gateway whose records are our own words as JSON."""

    batches: dict[str, Sequence[Payment]] = field(default_factory=dict)
    """The transactions of each batch."""

    @override
    def normalise(self, body: object) -> Payment:
        return encoding.decode(Payment, body)

    @override
    def normalise_batch(self, body: object) -> Settlement:
        return encoding.decode(Settlement, body)

    @override
    def fetch_batch(self, number: str) -> Sequence[AnyRecord]:
        return [as_record(payment) for payment in self.batches[number]]


def memory_reach(store: MemoryRunStore, sites: Callable[[Run], Site]) -> Reach:
    """What operations reach in memory, but for the sites."""
    return Reach(
        sites=sites,
        store=store,
        known=MemoryKnown(store),
        cashiers=lambda _run: MemoryCashier(calendar=NOW.date),
        links=lambda _run: MemoryPayLinks(),
        payers=lambda _run: MemoryPayers(),
        connections=StatedSystems().open,
    )


class Hub:
    """A store, books and an interpreter in memory."""

    def __init__(self, erp: MemoryErp) -> None:
        self.erp = erp
        self.clock = ManualClock(NOW)
        self.store = MemoryRunStore(self.clock)
        self.flow = read_library_flow(PAYMENT_TO_RECEIPT)
        self.version = parse_flow(self.flow).version
        self.store.flows[self.version] = self.flow
        self.site = Site(gateway=RecordedGateway(), connection="shop", erp=erp, zone=UTC, start=START)
        self.operations = every_operation(memory_reach(self.store, lambda _run: self.site))
        self.interpreter = Interpreter(
            self.store, Means(operations=self.operations, events=MemoryOwnEvents()), self.clock
        )

    def accept(self, payment: Payment, run_id: str = "run-1") -> str:
        event = StoredEvent(
            id=f"event-{run_id}",
            key=f"{payment.lineage}/{payment.status.value}",
            connection="shop",
            kind=f"payment.{payment.status.value}",
            source="poll",
            occurred_at=NOW,
            received_at=NOW,
            body=encoding.encode(payment),
        )
        self.store.runs[run_id] = Run(
            id=run_id,
            event=event,
            flow=PAYMENT_TO_RECEIPT,
            flow_version=self.version,
            environment="dev",
            company="01",
            order_key=payment.lineage,
            attempt=0,
        )
        return run_id

    def carry(self, run_id: str = "run-1") -> Outcome:
        self.store.begin_attempt(run_id)
        outcome = self.interpreter.carry(run_id)
        self.store.end_attempt(run_id, outcome)
        return outcome

    def summary(self, run_id: str = "run-1") -> dict[str, Any]:
        result, summary = self.store.closed[run_id]
        return {"result": result.value, **summary}

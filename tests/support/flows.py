"""All shipped flows over one company's books, with the hub's memory in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from counterfoil.domain.dispute import Dispute, Matched
from counterfoil.domain.identifiers import MerchantId
from counterfoil.domain.payment import Payment
from counterfoil.domain.settlement import Settlement
from counterfoil.flows.definition import parse_flow
from counterfoil.flows.library import (
    DISPUTE_TO_BOOKS,
    PAYMENT_TO_RECEIPT,
    REFUND_TO_BOOKS,
    SETTLEMENT_TO_DEPOSIT,
    SHIPPED,
    read_library_flow,
)
from counterfoil.ports import encoding
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.engine import Outcome
from counterfoil.ports.erp import Erp
from counterfoil.ports.gateway import BATCH_CHANGED, BATCH_CLOSED
from counterfoil.ports.run_store import Json, Run, StoredEvent
from counterfoil.runtime.cashier import Account, Cashier
from counterfoil.runtime.dispute_operations import written
from counterfoil.runtime.flow_testing.stated_systems import StatedSystems
from counterfoil.runtime.interpreter import Interpreter
from counterfoil.runtime.memory.cashier import MemoryCashier
from counterfoil.runtime.memory.known import MemoryKnown
from counterfoil.runtime.memory.own_events import MemoryOwnEvents
from counterfoil.runtime.memory.pay_links import MemoryPayLinks
from counterfoil.runtime.memory.payers import MemoryPayers
from counterfoil.runtime.nodes.means import Means
from counterfoil.runtime.operations import Site
from counterfoil.runtime.pay_links import PayLinks
from counterfoil.runtime.payers import PayerDesk
from counterfoil.runtime.reach import Reach, every_operation
from counterfoil.runtime.step import Operation
from tests.support.hub import NOW, START, RecordedGateway
from tests.support.memory_store import Killed, MemoryRunStore


class Flows:
    """Takes events and carries them as a hub does, one after the other."""

    def __init__(self, erp: Erp, **site: Any) -> None:
        self.clock = ManualClock(NOW)
        self.store = MemoryRunStore(self.clock)
        self.known = MemoryKnown(self.store)
        self.gateway = RecordedGateway()
        self.site = Site(gateway=self.gateway, connection="shop", erp=erp, zone=UTC, start=START, **site)
        account = Account(connection="shop", merchant=MerchantId("gateway/shop"), gateway=self.gateway)
        self.cashier = MemoryCashier(calendar=lambda: self.clock.now().date(), accounts=(account,))
        self.links: PayLinks = MemoryPayLinks()
        self.payers: PayerDesk = MemoryPayers()
        means = Means(operations=self.operations(), events=MemoryOwnEvents())
        self.interpreter = Interpreter(self.store, means, self.clock)
        self.versions: dict[str, str] = {}
        for name in SHIPPED:
            text = read_library_flow(name)
            self.versions[name] = parse_flow(text).version
            self.store.flows[self.versions[name]] = text

    def operations(self) -> Mapping[str, Operation]:
        def find(_run: Run) -> Site:
            return self.site

        def cashier_of(_run: Run) -> Cashier:
            return self.cashier

        reach = Reach(
            sites=find,
            store=self.store,
            known=self.known,
            cashiers=cashier_of,
            links=lambda _run: self.links,
            payers=lambda _run: self.payers,
            connections=StatedSystems().open,
        )
        return every_operation(reach)

    def tell(self, payment: Payment) -> str:
        """A record of the gateway becomes an event with the run of its shipped flow; the run's name."""
        kind = f"{payment.kind.value}.{payment.status.value}"
        flow = REFUND_TO_BOOKS if kind.startswith("refund.") else PAYMENT_TO_RECEIPT
        return self.accept(flow, kind, payment.lineage, encoding.encode(payment))

    def tell_batch(self, batch: Settlement, *payments: Payment, changed: bool = False) -> str:
        """A batch that closed becomes an event, with the transactions that the gateway lists in it."""
        self.gateway.batches[batch.number] = payments
        kind = BATCH_CHANGED if changed else BATCH_CLOSED
        return self.accept(SETTLEMENT_TO_DEPOSIT, kind, batch.lineage, encoding.encode(batch))

    def tell_dispute(self, dispute: Dispute, lineage: str) -> str:
        """What a processor's file tells of the payment."""
        body = written(dispute, Matched(lineage=lineage, why="its transaction is named"), "file november.csv")
        noon = datetime.combine(dispute.on, time(12), UTC)
        run = self.accept(DISPUTE_TO_BOOKS, dispute.event_kind, lineage, body, noon)
        event = replace(self.store.runs[run].event, received_at=noon)
        self.store.runs[run] = replace(self.store.runs[run], event=event)
        return run

    def accept(self, flow: str, kind: str, lineage: str, body: Json, occurred_at: datetime = NOW) -> str:
        run_id = f"run-{len(self.store.runs) + 1}"
        event = StoredEvent(
            id=f"event-{run_id}",
            key=f"{lineage}/{kind}",
            connection="shop",
            kind=kind,
            source="poll",
            occurred_at=occurred_at,
            received_at=NOW,
            body=body,
        )
        self.store.runs[run_id] = Run(
            id=run_id,
            event=event,
            flow=flow,
            flow_version=self.versions[flow],
            environment="dev",
            company="01",
            order_key=lineage,
            attempt=0,
        )
        return run_id

    def carry(self, run_id: str) -> Outcome:
        self.store.begin_attempt(run_id)
        outcome = self.interpreter.carry(run_id)
        self.store.end_attempt(run_id, outcome)
        return outcome

    def carried(self, run_id: str, attempts: int = 1) -> dict[str, Any]:
        """The summary of a run that must end after so many attempts at most."""
        for _ in range(attempts):
            if run_id not in self.store.closed:
                self.carry(run_id)
        result, summary = self.store.closed[run_id]
        return {"result": result.value, **summary}

    def carried_though_killed(self, run_id: str) -> dict[str, Any]:
        """The same where the worker is killed after each commit of the run, and before each as well."""
        start = len(self.store.commits)
        for kill in range(start, start + 10):
            for before in (True, False):
                self.store.kill_at_commit, self.store.kill_before = kill, before
                try:
                    self.carry(run_id)
                except Killed:
                    continue
        self.store.kill_at_commit = None
        return self.carried(run_id)

    @property
    def asked(self) -> list[str]:
        """Why people were asked, by kind."""
        return [task.kind for task in self.store.reviews]

"""What the hub remembers of payments, by the runs that it has in memory."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from typing_extensions import override

from counterfoil.domain.identifiers import CustomerNumber, TransactionId
from counterfoil.ports.known_payments import VAULT_CUSTOMER, KnownPayments, KnownRecord
from counterfoil.ports.run_store import Json, RunResult
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
    def is_given_back(self, connection: str, payment: TransactionId) -> bool:
        return payment in self.refunded.values()

    @override
    def records_of(self, connection: str, lineage: str) -> Sequence[Json]:
        events = (run.event for run in self.store.runs.values() if run.order_key == lineage)
        return [event.body for event in events if event.kind.startswith("payment.")]

    @override
    def records_naming(
        self, connection: str, documents: Collection[str], since: datetime
    ) -> Sequence[KnownRecord]:
        """Nobody reads here what a record names, so that each is given in which a number stands."""
        return [
            KnownRecord(lineage=run.order_key, kind=run.event.kind, body=run.event.body)
            for run in self.store.runs.values()
            if run.event.kind.startswith("payment.")
            and any(number in json.dumps(dict(run.event.body)).upper() for number in documents)
        ]

    @override
    def unnamed_of(
        self, connection: str, customer: CustomerNumber, words: Collection[str], since: datetime
    ) -> Sequence[KnownRecord]:
        """Nobody reads here what a record names, so that each is given in which a word stands."""
        payers = [
            external
            for (place, kind, external), internal in self.store.cross_references.items()
            if (place, kind, internal) == (connection, VAULT_CUSTOMER, customer)
        ]
        sought = [word for word in (*words, *payers) if word]
        told = {
            run.order_key: KnownRecord(lineage=run.order_key, kind=run.event.kind, body=run.event.body)
            for run in self.store.runs.values()
            if run.event.kind.startswith("payment.") and run.event.received_at >= since
        }
        return [each for each in told.values() if any(word in json.dumps(dict(each.body)) for word in sought)]

    @override
    def refunds_since(self, connection: str, since: datetime, digits: str) -> Sequence[KnownRecord]:
        told = {
            run.order_key: KnownRecord(lineage=run.order_key, kind=run.event.kind, body=run.event.body)
            for run in self.store.runs.values()
            if run.event.kind.startswith("refund.")
            and run.event.received_at >= since
            and digits in json.dumps(dict(run.event.body))
        }
        return list(told.values())

    @override
    def kinds_told(self, connection: str, lineage: str) -> Sequence[str]:
        return [run.event.kind for run in self.store.runs.values() if run.order_key == lineage]

    @override
    def told_between(self, connection: str, since: datetime, until: datetime) -> Sequence[KnownRecord]:
        runs = [run for run in self.store.runs.values() if run.event.kind.startswith(("payment.", "refund."))]
        told = {run.order_key for run in runs if since <= run.event.received_at < until}
        last = {run.order_key: run for run in runs if run.order_key in told}
        return [
            KnownRecord(lineage=lineage, kind=run.event.kind, body=run.event.body)
            for lineage, run in last.items()
        ]

    @override
    def questions_open(self, connection: str, lineages: Collection[str]) -> frozenset[str]:
        """Nobody answers here."""
        return self.asked_about(connection, lineages)

    @override
    def asked_about(self, connection: str, lineages: Collection[str]) -> frozenset[str]:
        held = (name for name, (result, _) in self.store.closed.items() if result is RunResult.HELD)
        return frozenset(self.store.runs[name].order_key for name in held) & frozenset(lineages)

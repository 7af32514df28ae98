"""A gateway whose records are payments and batches in our own words, as a test states them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, tzinfo
from typing import NoReturn

from typing_extensions import override

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.payment import Payment, Tender
from counterfoil.domain.settlement import Settlement
from counterfoil.ports import encoding
from counterfoil.ports.errors import DecisionError, DefectError
from counterfoil.ports.gateway import AnyRecord, Batch, GatewayRecord, GatewayRecords
from counterfoil.runtime.flow_testing.batches import is_batch, told_settlement, told_transactions
from counterfoil.runtime.memory.runs import MemoryRunStore

UNREADABLE = "unreadable"
_OF_MONEY = ("payment.", "refund.")


class StatedGateway(GatewayRecords):
    """Reads what is in an event, and knows payments and batches as they were told last."""

    def __init__(self, store: MemoryRunStore, zone: tzinfo = UTC) -> None:
        self._store, self._zone = store, zone

    @override
    def normalise(self, body: Mapping[str, object]) -> Payment:
        if UNREADABLE in body:
            raise DecisionError(str(body[UNREADABLE]))
        return encoding.decode(Payment, body)

    @override
    def fetch_transaction(self, transaction: TransactionId) -> AnyRecord | None:
        _refuse()

    @override
    def fetch_range(self, first: date, last: date) -> Sequence[AnyRecord]:
        """The payments and refunds that were told and can be read."""
        told = [run.event for run in self._store.runs.values() if run.event.kind.startswith(_OF_MONEY)]
        read = [self.normalise(event.body) for event in told if UNREADABLE not in event.body]
        last_told = {payment.lineage: payment for payment in read}
        return [
            GatewayRecord(body=encoding.encode(payment), payment=payment)
            for payment in last_told.values()
            if first <= payment.created_at.astimezone(self._zone).date() <= last
        ]

    @override
    def find_by_invoice(self, invoice_id: str, first: date, last: date) -> Sequence[AnyRecord]:
        _refuse()

    @override
    def tells_of(self, tender: Tender) -> bool:
        return True

    @override
    def fetch_batches(self, first: date, last: date) -> Sequence[Batch]:
        _refuse()

    @override
    def fetch_batch(self, number: str) -> Sequence[AnyRecord]:
        """As it was told last."""
        told = [run.event for run in self._store.runs.values() if is_batch(run.event.kind)]
        of_it = [event.body for event in told if told_settlement(event.body).number == number]
        payments = told_transactions(of_it[-1]) if of_it else ()
        return [GatewayRecord(body=encoding.encode(payment), payment=payment) for payment in payments]

    @override
    def normalise_batch(self, body: Mapping[str, object]) -> Settlement:
        return told_settlement(body)


def _refuse() -> NoReturn:
    raise DefectError("a flow test has no gateway to ask")

"""A gateway whose records are payments in our own words, as a test states them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NoReturn

from typing_extensions import override

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.payment import Payment, Tender
from counterfoil.ports import encoding
from counterfoil.ports.errors import DecisionError, DefectError
from counterfoil.ports.gateway import AnyRecord, Batch, GatewayRecords
from counterfoil.runtime.flow_testing.case import UNREADABLE


class StatedGateway(GatewayRecords):
    """Reads what is in an event; no operation of a flow asks a gateway for more."""

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
        _refuse()

    @override
    def find_by_invoice(self, invoice_id: str, first: date, last: date) -> Sequence[AnyRecord]:
        _refuse()

    @override
    def tells_of(self, tender: Tender) -> bool:
        _refuse()

    @override
    def fetch_batches(self, first: date, last: date) -> Sequence[Batch]:
        _refuse()

    @override
    def fetch_batch(self, number: str) -> Sequence[AnyRecord]:
        _refuse()


def _refuse() -> NoReturn:
    raise DefectError("a flow test has no gateway to ask")

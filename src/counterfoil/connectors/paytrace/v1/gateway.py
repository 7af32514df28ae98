"""The gateway port over v1."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, tzinfo

from typing_extensions import override

from counterfoil.connectors.paytrace.mapping.batches import map_batch, map_settlement
from counterfoil.connectors.paytrace.mapping.numbers import check_number
from counterfoil.connectors.paytrace.reading import Body, Reading, fewer_days, one_batch, with_invoice
from counterfoil.connectors.paytrace.v1.client import PaytraceClient
from counterfoil.connectors.paytrace.v1.orders import Orders
from counterfoil.connectors.paytrace.wire_v1 import batches, exports
from counterfoil.connectors.paytrace.wire_v1.answers import ERROR_TRANSACTION_UNKNOWN, CallAnswer
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.payment import Payment, Tender
from counterfoil.domain.settlement import Settlement
from counterfoil.ports.errors import DecisionError
from counterfoil.ports.gateway import AnyRecord, Batch, Gateway
from counterfoil.ports.instructions import Answer, Instruction


class V1Gateway(Gateway):
    """One merchant account over the v1 API; safe for use by several threads."""

    def __init__(self, client: PaytraceClient, reading: Reading, zone: tzinfo) -> None:
        self._client = client
        self._reading = reading
        self._zone = zone
        self._orders = Orders(client, self.fetch_transaction)

    @override
    def fetch_transaction(self, transaction: TransactionId) -> AnyRecord | None:
        number = check_number(transaction) or transaction
        answer = self._client.ask(exports.ExportAnswer, exports.EXPORT_BY_ID, exports.export_by_id(number))
        # The answer to an unknown number is not documented; 58 is what other calls answer (inferred).
        if not answer.success and ERROR_TRANSACTION_UNKNOWN not in (answer.errors or {}):
            raise DecisionError(f"PayTrace did not export transaction {transaction}: {answer.reasons}")
        return self._reading.find(answer.transactions, transaction)

    @override
    def fetch_range(self, first: date, last: date) -> Sequence[AnyRecord]:
        with fewer_days(first, last):
            answer = self._client.ask(
                exports.ExportAnswer,
                exports.EXPORT_BY_DATE_RANGE,
                exports.export_by_date_range(first, last),
                is_least=first == last,
            )
        refuse_failure(answer, f"export {first} to {last}")
        return self._reading.records(answer.transactions)

    @override
    def find_by_invoice(self, invoice_id: str, first: date, last: date) -> Sequence[AnyRecord]:
        return with_invoice(self.fetch_range(first, last), invoice_id)

    @override
    def tells_of(self, tender: Tender) -> bool:
        """No call of v1 is known that exports bank payments; only the older name~value call is (verified)."""
        return tender is Tender.CARD

    @override
    def fetch_batches(self, first: date, last: date) -> Sequence[Batch]:
        answer = self._client.ask(
            batches.BatchesAnswer, batches.BY_DATE, exports.export_by_date_range(first, last)
        )
        refuse_failure(answer, f"tell the batches of {first} to {last}")
        return [map_batch(body, self._reading.merchant, self._zone) for body in answer.batches or ()]

    @override
    def fetch_batch(self, number: str) -> Sequence[AnyRecord]:
        payload = batches.numbered(number)
        with one_batch(number):
            answer = self._client.ask(exports.ExportAnswer, batches.TRANSACTIONS, payload, is_least=True)
        refuse_failure(answer, f"tell the transactions of batch {number}")
        return self._reading.records(answer.transactions)

    @override
    def normalise(self, body: Body) -> Payment:
        return self._reading.normalise(body)

    @override
    def normalise_batch(self, body: Body) -> Settlement:
        return map_settlement(body, self._reading.merchant, self._zone)

    @override
    def carry_out(self, instruction: Instruction) -> Answer:
        return self._orders.carry_out(instruction)


def refuse_failure(answer: CallAnswer, what: str) -> None:
    """Leaves what the gateway refused to tell to a person.

    Raises:
        DecisionError: it refused.
    """
    if not answer.success:
        raise DecisionError(f"PayTrace did not {what}: {answer.reasons}")

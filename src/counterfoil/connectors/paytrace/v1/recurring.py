"""The port for recurring payments over v1."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from counterfoil.connectors.paytrace import sense
from counterfoil.connectors.paytrace.mapping.vault_v1 import map_schedule
from counterfoil.connectors.paytrace.mapping.words import is_doubtful
from counterfoil.connectors.paytrace.reading import Reading
from counterfoil.connectors.paytrace.v1.client import PaytraceClient
from counterfoil.connectors.paytrace.v1.gateway import refuse_failure
from counterfoil.connectors.paytrace.ways import Way
from counterfoil.connectors.paytrace.wire_v1 import recurrence as wire
from counterfoil.connectors.paytrace.wire_v1.answers import (
    ERROR_CUSTOMER_UNKNOWN,
    RECURRENCES,
    Payload,
)
from counterfoil.connectors.paytrace.wire_v1.exports import ExportAnswer
from counterfoil.connectors.paytrace.wire_v1.vault import named as customer_named
from counterfoil.ports.errors import OutcomeUnknownError
from counterfoil.ports.gateway import AnyRecord
from counterfoil.ports.instructions import StoredPayer, Unknown
from counterfoil.ports.recurring import (
    NotScheduled,
    RecurringPayments,
    Schedule,
    ScheduleAnswer,
    Scheduled,
    StoredSchedule,
)


class V1Recurring(RecurringPayments):
    """The schedules of one merchant account over v1."""

    def __init__(self, client: PaytraceClient, reading: Reading) -> None:
        self._client = client
        self._reading = reading

    @override
    def create(self, schedule: Schedule) -> ScheduleAnswer:
        sense.check_amount(schedule.amount)
        return self._order(wire.CREATE, wire.schedule(schedule), "")

    @override
    def update(self, schedule_id: str, schedule: Schedule) -> ScheduleAnswer:
        sense.check_amount(schedule.amount)
        return self._order(wire.UPDATE, wire.update(schedule_id, schedule), schedule_id)

    @override
    def delete(self, schedule_id: str) -> ScheduleAnswer:
        return self._order(wire.DELETE, wire.named(schedule_id), schedule_id)

    @override
    def all(self) -> Sequence[StoredSchedule]:
        answer = self._client.ask(wire.RecurrencesAnswer, wire.EXPORT, {})
        refuse_failure(answer, "export its recurring payments")
        return [map_schedule(body) for body in answer.recurrences or ()]

    @override
    def last_approved(self, payer: StoredPayer) -> AnyRecord | None:
        """That the answer carries the transaction like an export does is assumed."""
        answer = self._client.ask(ExportAnswer, wire.EXPORT_APPROVED, customer_named(payer.reference))
        if ERROR_CUSTOMER_UNKNOWN in (answer.errors or {}):
            return None
        refuse_failure(answer, f"export the recurring payments of {payer.reference}")
        found = self._reading.records(answer.transactions)
        return max(found, key=lambda record: record.occurred_at, default=None)

    def _order(self, way: Way, payload: Payload, known: str) -> ScheduleAnswer:
        try:
            answer = self._client.order(way, payload, wire.RecurrenceAnswer)
        except OutcomeUnknownError as error:
            return Unknown(why=str(error))
        return _read(answer, known)


def _read(answer: wire.RecurrenceAnswer, known: str) -> ScheduleAnswer:
    schedule_id = answer.recurrence.id if answer.recurrence else known
    if answer.success and answer.response_code in RECURRENCES and schedule_id:
        return Scheduled(id=schedule_id)
    if not answer.success and answer.errors and not is_doubtful(answer.reasons):
        return NotScheduled(why=answer.reasons)
    return Unknown(why=f"PayTrace answered with response code {answer.response_code}: {answer.reasons}")

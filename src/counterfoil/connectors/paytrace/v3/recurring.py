"""The port for recurring payments over V3; the paths by which they are read and changed are assumed."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from counterfoil.connectors.paytrace import sense
from counterfoil.connectors.paytrace.mapping.schedules_v3 import map_schedule
from counterfoil.connectors.paytrace.mapping.words import is_doubtful
from counterfoil.connectors.paytrace.v3.client import V3Client
from counterfoil.connectors.paytrace.ways import Way
from counterfoil.connectors.paytrace.wire_v3 import recurrence as wire
from counterfoil.connectors.paytrace.wire_v3.answers import (
    STATUS_INVALID,
    STATUS_NOT_FOUND,
    Payload,
    Told,
    convert,
)
from counterfoil.ports.errors import ConfigurationError, OutcomeUnknownError
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

_NOT_PUBLIC = (
    "V3's call for the last payment of a schedule is not public; what schedules take is found by polling"
)


class V3Recurring(RecurringPayments):
    """The schedules of one merchant account over V3."""

    def __init__(self, client: V3Client, entry_class: str) -> None:
        self._client = client
        self._entry_class = entry_class

    @override
    def create(self, schedule: Schedule) -> ScheduleAnswer:
        sense.check_amount(schedule.amount)
        payload = wire.create(schedule, self._client.merchant, self._entry_class)
        return self._order(wire.CREATE, payload, "")

    @override
    def update(self, schedule_id: str, schedule: Schedule) -> ScheduleAnswer:
        sense.check_amount(schedule.amount)
        payload = wire.update(schedule_id, schedule, self._client.merchant, self._entry_class)
        return self._order(wire.UPDATE, payload, schedule_id)

    @override
    def delete(self, schedule_id: str) -> ScheduleAnswer:
        return self._order(wire.DELETE, wire.named(schedule_id, self._client.merchant), schedule_id)

    @override
    def all(self) -> Sequence[StoredSchedule]:
        told = self._client.ask(wire.EXPORT, query={"merchant_id": str(self._client.merchant)})
        return [map_schedule(body) for body in told.many]

    @override
    def last_approved(self, payer: StoredPayer) -> AnyRecord | None:
        raise ConfigurationError(_NOT_PUBLIC)

    def _order(self, way: Way, payload: Payload, known: str) -> ScheduleAnswer:
        try:
            return _read(self._client.order(way, payload=payload), known)
        except OutcomeUnknownError as error:
            return Unknown(why=str(error))


def _read(told: Told, known: str) -> ScheduleAnswer:
    if told.status in {STATUS_INVALID, STATUS_NOT_FOUND} and not is_doubtful(told.words):
        return NotScheduled(why=told.words)
    answer = convert(wire.Recurrence, told.one) if told.is_done else None
    schedule_id = (answer.number if answer else "") or (known if told.is_done else "")
    if schedule_id:
        return Scheduled(id=schedule_id)
    return Unknown(why=f"PayTrace answered HTTP {told.status}: {told.words}")

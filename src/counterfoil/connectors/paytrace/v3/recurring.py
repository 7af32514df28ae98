"""The port for recurring payments over V3: made and ended; to read and change them no call is public."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from counterfoil.connectors.paytrace import sense
from counterfoil.connectors.paytrace.mapping.words import is_doubtful
from counterfoil.connectors.paytrace.v3.client import V3Client
from counterfoil.connectors.paytrace.ways import Way
from counterfoil.connectors.paytrace.wire_v3 import recurrence as wire
from counterfoil.connectors.paytrace.wire_v3.answers import STATUS_INVALID, Payload, Told, convert
from counterfoil.ports.errors import ConfigurationError, OutcomeUnknownError
from counterfoil.ports.gateway import AnyRecord
from counterfoil.ports.instructions import NotOffered, StoredPayer, Unknown
from counterfoil.ports.recurring import (
    NotScheduled,
    RecurringPayments,
    Schedule,
    ScheduleAnswer,
    Scheduled,
    StoredSchedule,
)

_NOT_PUBLIC = (
    "V3's calls to read and change recurring payments are not public: look in PayTrace's virtual terminal; "
    "what they take is found by polling all the same"
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
        return NotOffered(why=_NOT_PUBLIC)

    @override
    def delete(self, schedule_id: str) -> ScheduleAnswer:
        return self._order(wire.DELETE, wire.named(schedule_id, self._client.merchant), schedule_id)

    @override
    def all(self) -> Sequence[StoredSchedule]:
        raise ConfigurationError(_NOT_PUBLIC)

    @override
    def last_approved(self, payer: StoredPayer) -> AnyRecord | None:
        raise ConfigurationError(_NOT_PUBLIC)

    def _order(self, way: Way, payload: Payload, known: str) -> ScheduleAnswer:
        try:
            return _read(self._client.order(way, payload=payload), known)
        except OutcomeUnknownError as error:
            return Unknown(why=str(error))


def _read(told: Told, known: str) -> ScheduleAnswer:
    if told.status == STATUS_INVALID and not is_doubtful(told.words):
        return NotScheduled(why=told.words)
    schedule_id = known or _id(told)
    if told.is_done and schedule_id:
        return Scheduled(id=schedule_id)
    return Unknown(why=f"PayTrace answered HTTP {told.status}: {told.words}")


def _id(told: Told) -> str:
    answer = convert(wire.Recurrence, told.one)
    if answer is None:
        return ""
    inner = (answer.recurrence or {}).get("id")
    return answer.id or (str(inner) if inner else "")

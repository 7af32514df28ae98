"""Reads days of a gateway connection's records and stores what is new, each event once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import structlog

from counterfoil.domain.authorisation import expire
from counterfoil.ports.errors import CounterfoilError
from counterfoil.ports.gateway import AnyRecord, CutOffError, GatewayRecords, UnreadableRecord
from counterfoil.ports.intake import EventSink
from counterfoil.runtime.reading_days import halves

log = structlog.get_logger()

SOURCE = "poll"


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What was found."""

    read: int = 0
    new: int = 0

    def __add__(self, other: Polled) -> Polled:
        return Polled(read=self.read + other.read, new=self.new + other.new)


def as_of(record: AnyRecord, now: datetime, life: timedelta | None) -> AnyRecord:
    """The record as it counts now: an authorisation that nobody captured in time has expired."""
    if isinstance(record, UnreadableRecord) or life is None:
        return record
    return replace(record, payment=expire(record.payment, now, life))


class DaysReader:
    """Of one connection; what stands in one record's or one day's way holds up no other."""

    def __init__(
        self, connection: str, gateway: GatewayRecords, events: EventSink, life: timedelta | None
    ) -> None:
        self._connection = connection
        self._gateway = gateway
        self._events = events
        self._life = life

    def read(self, first: date, last: date, now: datetime, trouble: list[CounterfoilError]) -> Polled:
        """Reads some days, in smaller parts where the gateway's answer was cut off; adds to `trouble`."""
        try:
            records = self._gateway.fetch_range(first, last)
        except CutOffError as error:
            if first < last:
                early, late = halves(first, last)
                return self.read(*early, now, trouble) + self.read(*late, now, trouble)
            log.warning("poll_cut_off", connection=self._connection, day=first.isoformat())
            trouble.append(error)
            records = error.records
        return self._store([as_of(record, now, self._life) for record in records], trouble)

    def _store(self, records: Sequence[AnyRecord], trouble: list[CounterfoilError]) -> Polled:
        known = self._events.known(self._connection, {record.event_key for record in records})
        new = [record for record in records if record.event_key not in known]
        trouble.extend(self._events.accept_all(self._connection, new, SOURCE))
        return Polled(read=len(records), new=len(new))

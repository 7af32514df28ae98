"""Polls a gateway connection: reads an overlapping window of its records and stores what is new.

The window always reaches some days back, because a record changes after it was first seen (settled, voided)
and because the gateway's times are local to it. What is known already is told by its event key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

import structlog

from counterfoil.ports.clock import Clock
from counterfoil.ports.gateway import Gateway
from counterfoil.ports.intake import CursorStore, EventSink

log = structlog.get_logger()

CURSOR = "poll"
SOURCE = "poll"
OVERLAP_DAYS = 2
GAP_DAYS_MAX = 90
"""How far a poll reaches back after a long pause; older records need an import."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one poll found."""

    read: int
    new: int


def window(cursor: str | None, today: date) -> tuple[date, date]:
    """First and last day to read, in the gateway's zone: from the overlap before the cursor up to today."""
    if cursor is None:
        return today - timedelta(days=OVERLAP_DAYS), today
    reached = min(date.fromisoformat(cursor), today)
    first = reached - timedelta(days=OVERLAP_DAYS)
    return max(first, today - timedelta(days=GAP_DAYS_MAX)), today


class Poller:
    """Polls one connection."""

    def __init__(
        self,
        connection: str,
        gateway: Gateway,
        zone: tzinfo,
        *,
        events: EventSink,
        cursors: CursorStore,
        clock: Clock,
    ) -> None:
        self._connection = connection
        self._gateway = gateway
        self._zone = zone
        self._events = events
        self._cursors = cursors
        self._clock = clock

    def turn(self) -> Polled:
        """One poll; the cursor moves only after everything new is stored.

        Raises:
            CounterfoilError: as the gateway or the store; the next poll reads the same window again.
        """
        today = self._clock.now().astimezone(self._zone).date()
        first, last = window(self._cursors.read(self._connection, CURSOR), today)
        records = self._gateway.fetch_range(first, last)
        known = self._events.known(self._connection, {record.event_key for record in records})
        new = [record for record in records if record.event_key not in known]
        for record in new:
            self._events.accept(self._connection, record, SOURCE)
        self._cursors.write(self._connection, CURSOR, today.isoformat())
        if new:
            log.info("poll_found_events", connection=self._connection, read=len(records), new=len(new))
        return Polled(read=len(records), new=len(new))

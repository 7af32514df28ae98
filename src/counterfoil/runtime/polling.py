"""Polls a gateway connection: reads an overlapping window of its records and stores what is new.

The window always reaches some days back, because a record changes after it was first seen (settled, voided)
and because the gateway's times are local to it. What is known already is told by its event key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

import structlog

from counterfoil.ports.clock import Clock
from counterfoil.ports.errors import DefectError
from counterfoil.ports.gateway import GatewayRecords
from counterfoil.ports.intake import CursorStore, EventSink

log = structlog.get_logger()

CURSOR = "poll"
SINCE = "poll_since"
"""The first day that the connection's first poll read; what lies before it is none of our business."""
SOURCE = "poll"
OVERLAP = timedelta(days=2)
LATE_CHANGE = timedelta(days=35)
"""How long after it was made a transaction may still change: an authorisation lives at most a month."""
GAP_MAX = timedelta(days=90)
"""How far a poll reaches back after a long pause; older records need an import."""

SLICE = timedelta(days=7)
PAUSE_MIN = timedelta(seconds=20)
PAUSE_MAX = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one poll found."""

    read: int
    new: int


def pause_after(polled: Polled, previous: timedelta) -> timedelta:
    """How long to wait for the next poll: short while something happens, longer and longer while not."""
    return PAUSE_MIN if polled.new else min(previous * 2, PAUSE_MAX)


def window(cursor: str | None, since: str | None, today: date) -> tuple[date, date]:
    """First and last day to read, in the gateway's zone.

    Within a day the overlap is enough. The first poll of a day reads far back, because the gateway lists a
    transaction by the day on which it was made (inferred), and an authorisation may be captured weeks
    later; but never to before what the connection's first poll read.
    """
    if cursor is None or since is None:
        return today - OVERLAP, today
    reached = min(date.fromisoformat(cursor), today)
    if reached == today:
        return today - OVERLAP, today
    first = min(reached - OVERLAP, today - LATE_CHANGE)
    return max(first, date.fromisoformat(since), today - GAP_MAX), today


def slices(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The days in parts, oldest first, none of them too much to hold in memory."""
    while first <= last:
        yield first, min(first + SLICE - timedelta(days=1), last)
        first += SLICE


class Poller:
    """Polls one connection."""

    def __init__(
        self,
        connection: str,
        gateway: GatewayRecords,
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
            DefectError: a record cannot be stored; all others are.
        """
        today = self._clock.now().astimezone(self._zone).date()
        cursor = self._cursors.read(self._connection, CURSOR)
        first, last = window(cursor, self._cursors.read(self._connection, SINCE), today)
        refused: list[DefectError] = []
        polled = [self._read(*some, refused) for some in slices(first, last)]
        if refused:
            raise refused[0]
        if cursor is None:
            self._cursors.write(self._connection, SINCE, first.isoformat())
        self._cursors.write(self._connection, CURSOR, today.isoformat())
        result = Polled(read=sum(each.read for each in polled), new=sum(each.new for each in polled))
        if result.new:
            log.info("poll_found_events", connection=self._connection, read=result.read, new=result.new)
        return result

    def _read(self, first: date, last: date, refused: list[DefectError]) -> Polled:
        records = self._gateway.fetch_range(first, last)
        known = self._events.known(self._connection, {record.event_key for record in records})
        new = [record for record in records if record.event_key not in known]
        for record in new:
            try:
                self._events.accept(self._connection, record, SOURCE)
            except DefectError as error:
                log.warning("record_not_storable", connection=self._connection, lineage=record.lineage)
                refused.append(error)
        return Polled(read=len(records), new=len(new))

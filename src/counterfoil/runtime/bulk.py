"""Goes on with works in many parts, one part at a turn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Protocol

import structlog

from counterfoil.ports.bulk import BulkStore, BulkWork
from counterfoil.ports.clock import Clock
from counterfoil.ports.errors import CounterfoilError
from counterfoil.runtime.days_reader import DaysReader, Polled

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

DAYS_AGAIN = "days_again"
"""Days of a gateway connection are read again; each part is a day."""
FIRST, LAST = "first", "last"


class PartDoer(Protocol):
    """Does one part of a kind of work; doing it twice is harmless."""

    def do(self, work: BulkWork) -> Polled:
        """The part that follows those that were reached.

        Raises:
            CounterfoilError: it is not done; it is tried again.
        """
        ...


class DaysAgain:
    """Reads the days of one connection, whatever the poll saw of them."""

    def __init__(self, reader: DaysReader, clock: Clock) -> None:
        self._reader = reader
        self._clock = clock

    def do(self, work: BulkWork) -> Polled:
        day = date.fromisoformat(work.arguments[FIRST]) + timedelta(days=work.reached)
        trouble: list[CounterfoilError] = []
        polled = self._reader.read(day, day, self._clock.now(), trouble)
        if trouble:
            raise trouble[0]
        return polled


class BulkWorker:
    """Works of different connections go on side by side, those of one in the order they were asked for."""

    def __init__(self, store: BulkStore, doers: Mapping[tuple[str, str], PartDoer]) -> None:
        self._store = store
        self._doers = doers
        """By kind and connection."""

    def turn(self) -> bool:
        """One part of each connection's oldest work; whether there may be more to do at once."""
        seen: set[str] = set()
        goes_on = False
        for work in self._store.going():
            if work.connection not in seen:
                seen.add(work.connection)
                goes_on |= self._part(work)
        return goes_on

    def _part(self, work: BulkWork) -> bool:
        doer = self._doers.get((work.kind, work.connection))
        if doer is None:
            self._store.hinder(work, "its connection is not open in the hub")
            return False
        try:
            polled = doer.do(work)
        except CounterfoilError as error:
            self._store.hinder(work, str(error))
            log.warning("bulk_hindered", work=work.id, part=work.reached + 1)
            return False
        return self._store.reach(work, read=polled.read, new=polled.new)

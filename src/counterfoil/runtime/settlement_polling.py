"""Polls a gateway connection for batches that closed: each becomes one event, and its transactions too.

A batch tells of transactions that settled long after they were made, further back than the other poll reads.
One that is told with other numbers than before becomes a further event, once for each set of numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import structlog

from counterfoil.ports.clock import Clock
from counterfoil.ports.gateway import Batch, CutOffError, GatewayRecords, Told
from counterfoil.ports.intake import CursorStore, EventSink
from counterfoil.runtime.days_reader import Polled
from counterfoil.runtime.polling import PollSettings

log = structlog.get_logger()

CURSOR = "poll_batches"
SOURCE = "poll"
OVERLAP = timedelta(days=4)
"""Batches close at night, some only after a weekend, and may be exported late (assumed)."""
PAUSE = timedelta(minutes=15)


class SettlementPoller:
    """Polls one connection's batches."""

    def __init__(
        self,
        connection: str,
        gateway: GatewayRecords,
        settings: PollSettings,
        *,
        events: EventSink,
        cursors: CursorStore,
        clock: Clock,
    ) -> None:
        self._connection = connection
        self._gateway = gateway
        self._settings = settings
        self._events = events
        self._cursors = cursors
        self._clock = clock

    def turn(self) -> Polled:
        """One poll; the cursor moves only after everything new is stored.

        Raises:
            CounterfoilError: as the gateway or the store; the next poll reads the same window again. A batch
                that is too long holds up no other and is raised at the end.
        """
        today = self._clock.now().astimezone(self._settings.zone).date()
        batches = self._gateway.fetch_batches(self._first(today), today)
        closed = [batch for batch in batches if batch.settled_at is not None]
        known = self._known(closed)
        told = [self._changed(batch) if batch.event_key in known else batch for batch in closed]
        new = [batch for batch in told if batch is not None]
        polled, trouble = Polled(), list[CutOffError]()
        for batch in new:
            polled += self._attempt(batch, trouble)
        if trouble:
            raise trouble[0]
        self._cursors.write(self._connection, CURSOR, today.isoformat())
        return polled

    def _first(self, today: date) -> date:
        written = self._cursors.read(self._connection, CURSOR)
        if written is not None:
            return min(date.fromisoformat(written), today) - OVERLAP
        start = self._settings.start
        return today - OVERLAP if start is None else start.astimezone(self._settings.zone).date()

    def _changed(self, batch: Batch) -> Batch | None:
        """A batch that was told before, where its numbers are others now."""
        body = self._events.body_of(self._connection, batch.event_key)
        if body is None or self._gateway.normalise_batch(body).agrees_with(batch.settlement):
            return None
        changed = replace(batch, changed=True)
        return None if self._known([changed]) else changed

    def _attempt(self, batch: Batch, trouble: list[CutOffError]) -> Polled:
        try:
            return self._take(batch)
        except CutOffError as error:
            log.warning("batch_cut_off", connection=self._connection, batch=batch.number)
            trouble.append(error)
            return Polled()

    def _take(self, batch: Batch) -> Polled:
        """The batch's event comes last: until it stands, its transactions are looked at again."""
        records = self._gateway.fetch_batch(batch.number)
        known = self._known(records)
        new = [record for record in records if record.event_key not in known]
        faults = self._events.accept_all(self._connection, new, SOURCE)
        if faults:
            raise faults[0]
        self._events.accept(self._connection, batch, SOURCE)
        log.info("batch_closed", connection=self._connection, batch=batch.number, transactions=len(records))
        return Polled(read=len(records) + 1, new=len(new) + 1)

    def _known(self, told: Sequence[Told]) -> set[str]:
        return self._events.known(self._connection, {each.event_key for each in told})

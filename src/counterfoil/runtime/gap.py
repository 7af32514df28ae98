"""Holds writes at the gateway until what was done before the database started is known to it.

A database that was restored from an older backup does not know the latest charges, and would make them
again. Whether it was restored cannot always be seen from within; so each start counts as one until the
gateway was asked. Own charges are known again by the mark in their invoice id.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from counterfoil.ports.clock import Clock
from counterfoil.ports.effects import EffectStore, GateStore
from counterfoil.ports.gateway import GatewayRecords
from counterfoil.ports.intake import CursorStore
from counterfoil.runtime.own_charges import OwnCharges
from counterfoil.runtime.polling import CURSOR, LATE_CHANGE, OVERLAP, PollSettings
from counterfoil.runtime.reading_days import read_in_parts

log = structlog.get_logger()

WORKS = "works"
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class GapStores:
    """What the watch reads and writes."""

    effects: EffectStore
    gates: GateStore
    cursors: CursorStore


class GapWatch:
    """Looks at one connection's gap and opens its gate."""

    def __init__(
        self,
        connection: str,
        gateway: GatewayRecords,
        settings: PollSettings,
        stores: GapStores,
        clock: Clock,
    ) -> None:
        self._connection = connection
        self._gateway = gateway
        self._settings = settings
        self._stores = stores
        self._clock = clock
        self._own = OwnCharges(connection, stores.effects)

    def turn(self) -> str:
        """Opens the gate where the gap is matched; how it stands, in words for people.

        Raises:
            CounterfoilError: the gateway or the store could not be read; the gate stays as it is.
        """
        now = self._clock.now()
        gate = self._stores.gates.gate(self._connection, now=now, gap_from=self._gap_from(now))
        if gate.is_open:
            return WORKS
        missing = self._match(gate.gap_from, now)
        if missing:
            log.warning("restored_database_noticed", connection=self._connection, charges=missing)
            self._stores.gates.tell_restored(self._connection)
        opens_at = gate.seen_at + self._settings.export_lag
        if (gate.restored or missing) and now < opens_at:
            return (
                "writes held: the database was restored from an older backup, and what was charged since is"
                f" looked for until {opens_at:%Y-%m-%d %H:%M} UTC"
            )
        self._stores.gates.open(self._connection, seen_at=gate.seen_at, now=now)
        return WORKS

    def _gap_from(self, now: datetime) -> date:
        """The last day that the database knows to have been polled, less the overlap."""
        zone = self._settings.zone
        written = self._stores.cursors.read(self._connection, CURSOR)
        if written is not None:
            return min(date.fromisoformat(written), now.astimezone(zone).date()) - OVERLAP
        start = self._settings.start or now - LATE_CHANGE
        return min(start, now - OVERLAP).astimezone(zone).date()

    def _match(self, first: date, now: datetime) -> int:
        """Takes over own charges that the database does not know; how many there were.

        One more day is read, because the zone in which the gateway counts its days may be another.
        """
        last = now.astimezone(self._settings.zone).date() + A_DAY
        records = read_in_parts(self._gateway.fetch_range, first, last)
        return sum(self._own.look_at(record) for record in records)

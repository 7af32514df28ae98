"""The sandbox's clock: it runs with the machine's, ahead of it, or stands still until it is moved."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from typing_extensions import override

from counterfoil.ports.clock import Clock
from counterfoil.sandbox.paytrace.documents import Documents
from counterfoil.sandbox.paytrace.shelf import Shelf

_KEY = "clock"


class ClockRow(msgspec.Struct, frozen=True, kw_only=True):
    """How far the clock is ahead, and where it stands if it does not run."""

    ahead_seconds: int = 0
    standing_at: datetime | None = None


class VirtualClock(Clock):
    """Never goes back; what it is set to outlives the process with the ledger."""

    def __init__(self, base: Clock, documents: Documents) -> None:
        self._base = base
        self._shelf = Shelf(documents, "clock", ClockRow)
        self._row = self._shelf.get(_KEY) or ClockRow()

    @property
    def is_running(self) -> bool:
        return self._row.standing_at is None

    @override
    def now(self) -> datetime:
        row = self._row
        return row.standing_at or self._base.now() + timedelta(seconds=row.ahead_seconds)

    def advance(self, step: timedelta) -> None:
        """Puts the clock forward, whether it runs or stands."""
        if step < timedelta(0):
            raise ValueError(step)
        row, seconds = self._row, int(step.total_seconds())
        standing_at = None if row.standing_at is None else row.standing_at + step
        self._set(ClockRow(ahead_seconds=row.ahead_seconds + seconds, standing_at=standing_at))

    def stop(self) -> None:
        """Lets the clock stand at this second."""
        self._set(msgspec.structs.replace(self._row, standing_at=self.now().replace(microsecond=0)))

    def run(self) -> None:
        """Lets a standing clock run on from where it stands."""
        if self._row.standing_at is not None:
            ahead = self._row.standing_at - self._base.now()
            self._set(ClockRow(ahead_seconds=-int(-ahead.total_seconds() // 1), standing_at=None))

    def _set(self, row: ClockRow) -> None:
        self._shelf.put(_KEY, row)
        self._row = row

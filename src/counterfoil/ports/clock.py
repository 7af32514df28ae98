"""Where the time comes from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from typing_extensions import override


class Clock(Protocol):
    """Tells the time; always an aware UTC datetime."""

    def now(self) -> datetime: ...


class SystemClock(Clock):
    """The machine's own clock."""

    @override
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - the one place that reads the machine's clock


class ManualClock(Clock):
    """A clock that stands still until it is moved; for tests and simulations."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    @override
    def now(self) -> datetime:
        return self._now

    def advance(self, step: timedelta) -> None:
        self._now += step

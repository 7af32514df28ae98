"""How long a run waits before it is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from counterfoil.ports.engine import Parked, RetryAfter

_DOUBLINGS_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Doubling waits up to a cap; after so many attempts the run is parked between tries, never dropped."""

    first_seconds: int = 2
    cap_seconds: int = 60
    attempts_max: int = 8
    parked_seconds: int = 900

    def after(self, attempt: int, why: str, now: datetime, at_least_seconds: int = 0) -> RetryAfter | Parked:
        """The wait after the given attempt (the first is 1); longer when the other side asked for it."""
        doubled = self.first_seconds * 2 ** min(max(attempt - 1, 0), _DOUBLINGS_MAX)
        seconds = max(min(doubled, self.cap_seconds), at_least_seconds)
        if attempt < self.attempts_max and seconds <= self.cap_seconds:
            return RetryAfter(seconds=seconds, why=why)
        return self.park(why, now, seconds)

    def park(self, why: str, now: datetime, at_least_seconds: int = 0) -> Parked:
        return Parked(until=now + timedelta(seconds=max(self.parked_seconds, at_least_seconds)), why=why)

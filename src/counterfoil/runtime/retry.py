"""How long a run waits before it is tried again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from counterfoil.ports.chance import Chance, NoChance
from counterfoil.ports.engine import Parked, RetryAfter

_DOUBLINGS_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Doubling waits up to a cap; after so many failed tries in a row the run is parked between tries.

    No run is ever dropped for failing. Chance makes each wait up to half as long again, so that what failed
    together does not come back together; it never makes one shorter.
    """

    first_seconds: int = 2
    cap_seconds: int = 60
    tries_max: int = 8
    parked_seconds: int = 900
    chance: Chance = field(default_factory=NoChance)

    def after(self, failed: int, why: str, now: datetime, at_least_seconds: int = 0) -> RetryAfter | Parked:
        """The wait after so many failed tries in a row (at least 1); longer where the other side asked so."""
        doubled = self.first_seconds * 2 ** min(max(failed - 1, 0), _DOUBLINGS_MAX)
        seconds = max(min(doubled, self.cap_seconds), at_least_seconds)
        if failed < self.tries_max and seconds <= self.cap_seconds:
            return RetryAfter(seconds=self.spread(seconds), why=why, failed=failed)
        until = now + timedelta(seconds=self.spread(max(self.parked_seconds, at_least_seconds)))
        return Parked(until=until, why=why, failed=failed)

    def park(self, why: str, now: datetime) -> Parked:
        """For what did not fail: it is looked at again after the longest wait."""
        return Parked(until=now + timedelta(seconds=self.parked_seconds), why=why)

    def spread(self, seconds: int) -> int:
        """The wait, or up to half as long again."""
        return seconds + self.chance.below(seconds // 2 + 1)

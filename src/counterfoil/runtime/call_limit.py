"""How many calls a connection may make: a bucket that fills steadily, kept as the time it is used up to.

A run that was let in finishes its turn, whatever the limit says, and those after it wait the longer: else
runs of several calls would take each other's place for ever.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from counterfoil.ports.breakers import Breaker, Limit


def free_at(breaker: Breaker, now: datetime) -> datetime:
    """When the next call may be made; now, where there is no limit or it is not used up."""
    if breaker.limit is None or breaker.spent_until is None:
        return now
    return max(now, breaker.spent_until - _burst(breaker.limit))


def spent(breaker: Breaker, now: datetime) -> Breaker:
    """One more call was made."""
    if breaker.limit is None:
        return breaker
    return replace(breaker, spent_until=max(now, breaker.spent_until or now) + breaker.limit.interval)


def left(breaker: Breaker, now: datetime) -> int | None:
    """How many calls may be made now; None without a limit."""
    if breaker.limit is None:
        return None
    used = max(timedelta(0), (breaker.spent_until or now) - now)
    return max(0, (_burst(breaker.limit) - used) // breaker.limit.interval + 1)


def _burst(limit: Limit) -> timedelta:
    return limit.interval * (limit.burst - 1)

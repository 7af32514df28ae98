"""What parked because a connection rests goes on when it no longer does: in order, and not all at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from counterfoil.ports.breakers import AwaitingRuns, Breaker, BreakerState, BreakerStore
from counterfoil.runtime.breaker import refusal
from counterfoil.runtime.call_limit import left

RUNS_FIRST = 10
RUNS_MAX = 500
"""In one sweep; each 2 s after a breaker closed twice as many as before go on."""
_DOUBLINGS_MAX = 10


def may_go(breaker: Breaker, now: datetime) -> int:
    """How many runs that wait for the connection may go on now."""
    if refusal(breaker, now) is not None:
        return 0
    if breaker.state is not BreakerState.CLOSED:
        return 1
    begun = max((each for each in (breaker.since, breaker.quiet_until) if each is not None), default=None)
    # A clock that was stepped back makes nothing go wrong here.
    seconds = 0 if begun is None else max(0, (now - begun) // timedelta(seconds=1))
    ramp = min(RUNS_FIRST << min(seconds // 2, _DOUBLINGS_MAX), RUNS_MAX)
    free = left(breaker, now)
    return ramp if free is None else min(ramp, free)


class Redrive:
    """Lets waiting runs go on; called again and again."""

    def __init__(self, breakers: BreakerStore, runs: AwaitingRuns) -> None:
        self._breakers = breakers
        self._runs = runs

    def turn(self) -> int:
        """How many runs go on."""
        count = 0
        for connection in self._runs.awaited():
            breaker, now = self._breakers.find(connection)
            allowed = may_go(breaker, now)
            if allowed:
                is_probe = breaker.state is not BreakerState.CLOSED
                count += self._runs.release(connection, allowed, probe=is_probe)
        return count

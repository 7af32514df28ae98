"""What becomes of a breaker: pure steps from one state to the next, and who may go through.

    closed   --FAILURES_MAX failures in a row--> open
    open     --its time has come, one call goes--> probing
    probing  --answered--> closed
    probing  --failed--> open, twice as long, at most PAUSE_SECONDS_MAX
    probing  --no end within PROBE_SECONDS--> the next call probes

What answers is there, whatever it answers; a system that asks for a pause gets it, and is there. A person may
open a breaker, which then stays open until a person closes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from counterfoil.ports.breakers import Breaker, BreakerState

FAILURES_MAX = 5
PAUSE_SECONDS_FIRST = 1
PAUSE_SECONDS_MAX = 30
PROBE_SECONDS = 120
"""A probe that did not end by then is taken for lost, such as with its worker."""
_DOUBLINGS_MAX = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why no call goes through, and until when; None until a person acts."""

    until: datetime | None
    why: str


def refusal(breaker: Breaker, now: datetime) -> Refusal | None:
    """Why a call must not be made now, or None."""
    if breaker.state is not BreakerState.CLOSED:
        if breaker.next_at is None:
            return Refusal(until=None, why=f"is held by hand ({breaker.why})")
        return (
            None if now >= breaker.next_at else Refusal(until=breaker.next_at, why=f"is away ({breaker.why})")
        )
    if breaker.quiet_until is not None and now < breaker.quiet_until:
        return Refusal(until=breaker.quiet_until, why="asked for a pause")
    return None


def let_through(breaker: Breaker, now: datetime) -> Breaker:
    """A call that is not refused goes through; through one that is open it goes as the probe."""
    if breaker.state is BreakerState.CLOSED:
        return breaker
    return replace(breaker, state=BreakerState.PROBING, next_at=now + timedelta(seconds=PROBE_SECONDS))


def failed(breaker: Breaker, now: datetime, why: str, at_least_seconds: int = 0) -> Breaker:
    """A call was not answered, or only by a request to come again after so many seconds."""
    match breaker.state:
        case BreakerState.CLOSED if breaker.failures + 1 < FAILURES_MAX:
            more = replace(breaker, failures=breaker.failures + 1, why=why)
            return _quiet(more, now, at_least_seconds) if at_least_seconds else more
        case BreakerState.CLOSED:
            return _open(replace(breaker, since=now), now, why, at_least_seconds)
        case BreakerState.PROBING:
            return _open(breaker, now, why, at_least_seconds)
        case BreakerState.OPEN:
            return breaker  # it was on its way before


def hindered(breaker: Breaker, now: datetime, why: str) -> Breaker:
    """A call told nothing of the other system, such as for a setting; a probe has to be made again."""
    return failed(breaker, now, why) if breaker.state is BreakerState.PROBING else breaker


def answered(breaker: Breaker, now: datetime) -> Breaker:
    """The other system is there."""
    if breaker.state is not BreakerState.CLOSED:
        if is_held(breaker):
            return breaker
        return replace(_closed(breaker), since=now)
    quiet = breaker.quiet_until if breaker.quiet_until and now < breaker.quiet_until else None
    return replace(_closed(breaker), quiet_until=quiet)


def asked_to_wait(breaker: Breaker, now: datetime, seconds: int) -> Breaker:
    """The other system is there and wants no calls for a while; nobody shortens what it asked for before."""
    return _quiet(answered(breaker, now), now, seconds)


def opened_by_hand(breaker: Breaker, now: datetime, why: str) -> Breaker:
    """It stays open until a person closes it."""
    return replace(breaker, state=BreakerState.OPEN, since=now, why=why, next_at=None)


def closed_by_hand(breaker: Breaker, now: datetime) -> Breaker:
    """Calls go through at once, also where the other system asked for a pause."""
    return replace(_closed(breaker), since=now, quiet_until=None)


def is_held(breaker: Breaker) -> bool:
    """Whether a person opened it."""
    return breaker.state is BreakerState.OPEN and breaker.next_at is None


def _quiet(breaker: Breaker, now: datetime, seconds: int) -> Breaker:
    until = now + timedelta(seconds=seconds)
    return replace(breaker, quiet_until=max(until, breaker.quiet_until or until))


def _open(breaker: Breaker, now: datetime, why: str, at_least_seconds: int) -> Breaker:
    doublings = min(max(breaker.failures + 1 - FAILURES_MAX, 0), _DOUBLINGS_MAX)
    pause = max(min(PAUSE_SECONDS_FIRST << doublings, PAUSE_SECONDS_MAX), at_least_seconds)
    return replace(
        breaker,
        state=BreakerState.OPEN,
        failures=breaker.failures + 1,
        why=why,
        next_at=now + timedelta(seconds=pause),
    )


def _closed(breaker: Breaker) -> Breaker:
    return replace(breaker, state=BreakerState.CLOSED, failures=0, why="", next_at=None)

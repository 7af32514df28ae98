"""How a carried run ends its turn, and what carries it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from counterfoil.domain.dead_letters import ErrorClass, Problem

_BUG = Problem(error_class=ErrorClass.BUG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The run ended; its row says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """The run waits for a date or a person; its row says until when or for whom."""

    until: datetime | None
    why: str
    lacks: bool = field(default=True, compare=False)
    """Whether something is missing; False where the flow itself lets time pass or asks a person."""
    failed: int = field(default=0, compare=False)
    """Tries in a row that failed or found nothing new, this one included; 0 where the run came further."""
    problem: Problem | None = field(default=None, compare=False)
    """Why it did not come on, where an error stopped it."""
    awaits: str | None = None
    """The connection that rests; the run goes on when it no longer does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryAfter:
    """A short wait, then the same run again; younger runs of its order key wait as well."""

    seconds: int
    why: str
    failed: int = field(default=1, compare=False)
    """Failed tries in a row, this one included."""
    problem: Problem | None = field(default=None, compare=False)
    """Why it did not come on, where an error stopped it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The run stopped for good until a person acts: a dead letter."""

    why: str
    problem: Problem = field(default=_BUG, compare=False)


Outcome = Finished | Parked | RetryAfter | Failed

Carry = Callable[[str], Outcome]
"""Carries the run with this id as far as it goes."""

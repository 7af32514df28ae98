"""A run that ended, with everything of the hub's memory that it may have read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from counterfoil.ports.run_store import Answer, Json, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherEvent:
    """Something else that was told of the run's lineage before the run ended."""

    kind: str
    body: Json
    occurred_at: datetime
    later: bool
    """Whether it was stored after the run's own event."""
    held: bool
    """Whether its run had asked a person by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRun:
    """The run as its rows tell it."""

    run: Run
    status: str
    summary: Json
    steps: Mapping[str, Json]
    """What each step gave that was stored."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """What people answered to steps that asked."""
    others: Sequence[OtherEvent]
    later_steps: Sequence[Json] = ()
    """What steps of other runs of the lineage, and of what was charged, gave after this run, oldest first."""
    charged: Sequence[str] = ()
    """Transactions by which the run, or runs that it started, charged."""

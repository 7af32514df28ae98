"""One node's execution: what an operation is given, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from counterfoil.domain.review import Hold
from counterfoil.ports.catalogue import OperationSpec
from counterfoil.ports.run_store import Json, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What an operation works on: the run, and results of earlier nodes by input name."""

    name: str
    """The node and how often the run has come to it: ``node#visit``."""
    run: Run
    inputs: Mapping[str, Json]
    summary: Json = field(default_factory=dict)
    """What earlier nodes told of the run."""
    connection: str = ""
    """The connection that the node names, where its operation reaches another system."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """The node's constants."""


class NotYetError(Exception):
    """The node is not through: the run is parked, and comes back to the node then or when woken."""

    def __init__(self, until: datetime | None, why: str) -> None:
        super().__init__(why)
        self.until = until


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """How an operation ended: the outcome that decides the route, and what later nodes may take."""

    outcome: str
    value: Json = field(default_factory=dict)
    summary: Json = field(default_factory=dict)
    """What it adds to the run's summary for people: texts by constant names."""
    review: Hold | None = None
    """What a person is asked, should the flow lead this outcome to review."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation that flows may use, bound to the ports that it needs.

    Raises, when it acts: any branch of the error tree; it never hides an unknown outcome.
    """

    spec: OperationSpec
    act: Callable[[Step], StepResult]

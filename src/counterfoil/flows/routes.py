"""Where the outcome of a node leads."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from counterfoil.flows.document import Part

VISITS_MAX = 20


class End(Enum):
    """Where a route may lead instead of to a node."""

    DONE = "done"
    """The run ends; its summary is the node's result."""
    REVIEW = "review"
    """The run ends held, with a review task made of the node's result."""
    RETRY = "retry"
    """The node is tried again after a short wait."""
    WAIT = "wait"
    """The run is parked at the node until something wakes it."""


ENDS = {end.value: end for end in End}


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where an outcome leads; a bounded route is taken so often, then leads elsewhere."""

    to: str
    at_most: int | None = None
    otherwise: str | None = None
    line: int = field(default=0, compare=False)

    @property
    def targets(self) -> tuple[str, ...]:
        return (self.to,) if self.otherwise is None else (self.to, self.otherwise)


def read_route(part: Part) -> Route:
    """A route as written: a target, or ``{to, at_most, else}``.

    Raises:
        FlowError: it is none.
    """
    if part.is_text():
        return Route(to=part.text(), line=part.line)
    fields = part.fields(("to", "at_most", "else"))
    return Route(
        to=fields["to"].text(),
        at_most=fields["at_most"].number(1, VISITS_MAX),
        otherwise=fields["else"].text(),
        line=part.line,
    )

"""Flows that one event would start both: it would be worked on twice, and a person asked twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

from counterfoil.flows.definition import Flow
from counterfoil.flows.triggers.event import meet, patterns_of


def overlaps(flows: Sequence[Flow]) -> Iterator[str]:
    """One line for each two flows that some kind of event would start."""
    for one, other in combinations(flows, 2):
        for pattern, another in product(patterns_of(one.event), patterns_of(other.event)):
            if meet(pattern, another):
                event = max(pattern, another, key=len)
                yield (
                    f"{one.name} and {other.name} would both be started by {event}: an event has one flow;"
                    " narrow a trigger or take one of them away"
                )
                break

"""Flows that one event would start both: it would be worked on twice, and a person asked twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

from counterfoil.flows.definition import Flow, triggers


def overlaps(flows: Sequence[Flow]) -> Iterator[str]:
    """One line for each two flows that some kind of event would start."""
    for one, other in combinations(flows, 2):
        for pattern, another in product(triggers(one.event), triggers(other.event)):
            if _meet(pattern, another):
                event = max(pattern, another, key=len)
                yield (
                    f"{one.name} and {other.name} would both be started by {event}: an event has one flow;"
                    " narrow a trigger or take one of them away"
                )
                break


def _meet(one: str, other: str) -> bool:
    """Whether two kinds of event, or beginnings with ``*``, have a kind in common."""
    begins, ends = one.removesuffix("*"), other.removesuffix("*")
    if one == begins and other == ends:
        return one == other
    return (one != begins and ends.startswith(begins)) or (other != ends and begins.startswith(ends))

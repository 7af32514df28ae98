"""Flows that do not go together: two that one event would start, or one that asks what no other tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

from counterfoil.flows.calling import expand
from counterfoil.flows.definition import Flow
from counterfoil.flows.errors import FlowError
from counterfoil.flows.nodes.do import Do
from counterfoil.flows.nodes.each import Each
from counterfoil.flows.triggers.event import EventTrigger, meet, patterns_of
from counterfoil.flows.triggers.items import ITEMS


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


def unlike_items(flows: Sequence[Flow]) -> Iterator[str]:
    """One line for each flow that asks the items of one operation where a flow tells those of another."""
    told = [(flow.name, *each) for flow in flows for each in _told(flow)]
    for flow in flows:
        if isinstance(flow.trigger, EventTrigger) and (wanted := flow.trigger.items_of):
            for other, event, operation in told:
                if operation != wanted and any(meet(event, each) for each in patterns_of(flow.event)):
                    yield f"{flow.name} asks the items of {wanted}, and {other} tells {event} of {operation}"


def _told(flow: Flow) -> Iterator[tuple[str, str]]:
    """The kind of event of each item that the flow tells, and the operation that found it."""
    try:
        nodes = expand(flow).nodes
    except FlowError:
        return  # What is wrong with its calls is told elsewhere.
    for node in nodes.values():
        source = nodes.get(node.inputs.get(ITEMS, ""))
        if isinstance(node.deed, Each) and source is not None and isinstance(source.deed, Do):
            yield node.deed.event, source.deed.operation

"""A flow with the nodes of those that it calls in place of the calls: what is checked and carried."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from counterfoil.flows.definition import NODES_MAX, Flow, parse_called
from counterfoil.flows.errors import Finding, FlowError
from counterfoil.flows.nodes.call import DONE, Call, Given
from counterfoil.flows.nodes.node import Node
from counterfoil.flows.routes import ENDS, Route
from counterfoil.flows.triggers.call import CallTrigger

DEPTH_MAX = 5
"""How deep flows may call one another."""


@dataclass(frozen=True, slots=True)
class Flat:
    """Nodes without calls, and the one that comes first."""

    start: str
    nodes: Mapping[str, Node]


def expand(flow: Flow) -> Flow:
    """The whole flow; a called flow's node is named ``call.node``, and its line is the call's.

    Raises:
        FlowError: flows call one another in a circle or too deep, or are too large together.
    """
    flat = _flatten(flow, flow.uses.texts.get("flows", {}), (flow.name,))
    if len(flat.nodes) > NODES_MAX:
        raise FlowError(Finding(1, f"with those that it calls, a flow has at most {NODES_MAX} nodes"))
    return replace(flow, start=flat.start, nodes=flat.nodes)


def _flatten(flow: Flow, texts: Mapping[str, str], path: tuple[str, ...]) -> Flat:
    nodes: dict[str, Node] = {}
    begins: dict[str, str] = {}
    for node in flow.nodes.values():
        if isinstance(node.deed, Call):
            called = _called(node, node.deed.flow, texts, path)
            begins[node.name] = f"{node.name}.{called.start}"
            nodes |= {each.name: each for each in _placed(called, node)}
        else:
            nodes[node.name] = node
        if len(nodes) > NODES_MAX:
            break
    led = {name: _led(node, lambda to: begins.get(to, to)) for name, node in nodes.items()}
    return Flat(begins.get(flow.start, flow.start), led)


def _called(call: Node, name: str, texts: Mapping[str, str], path: tuple[str, ...]) -> Flat:
    if name in path:
        circle = " calls ".join((*path[path.index(name) :], name))
        raise FlowError(Finding(call.line, f"{call.name}: {circle}: that would never end"))
    if len(path) > DEPTH_MAX:
        raise FlowError(Finding(call.line, f"{call.name}: flows call one another at most {DEPTH_MAX} deep"))
    return _flatten(parse_called(texts[name]), texts, (*path, name))


def _placed(called: Flat, call: Node) -> Iterator[Node]:
    """The called flow's nodes where they are called: what they take, where they lead, by the names there."""

    def target(to: str) -> str:
        if to == DONE:
            return call.routes[DONE].to
        return to if to in ENDS else f"{call.name}.{to}"

    for node in called.nodes.values():
        inputs = {
            name: call.inputs.get(source, f"{call.name}.{source}") for name, source in node.inputs.items()
        }
        placed = replace(node, name=f"{call.name}.{node.name}", inputs=inputs, line=call.line)
        yield _led(placed, target, line=call.line)


def _led(node: Node, target: Callable[[str], str], line: int | None = None) -> Node:
    """The node with its routes to other names."""
    routes = {outcome: _route(route, target, line) for outcome, route in node.routes.items()}
    on_error = None if node.on_error is None else _route(node.on_error, target, line)
    return replace(node, routes=routes, on_error=on_error)


def _route(route: Route, target: Callable[[str], str], line: int | None) -> Route:
    otherwise = None if route.otherwise is None else target(route.otherwise)
    return replace(route, to=target(route.to), otherwise=otherwise, line=route.line if line is None else line)


def stand_alone(flow: Flow) -> Flow:
    """A flow that others call, to be looked at by itself: one node stands for each result it is handed.

    Raises:
        FlowError: a node bears the name of such a result.
    """
    if not isinstance(flow.trigger, CallTrigger) or not flow.trigger.takes:
        return flow
    takes, line = flow.trigger.takes, flow.trigger.line
    for name in takes:
        if name in flow.nodes:
            raise FlowError(Finding(line, f"trigger.call: {name!r} is the name of a node already"))
    given = {
        name: Node(
            name=name, deed=Given(takes[name]), inputs={}, routes={DONE: Route(to=following)}, line=line
        )
        for name, following in pairwise((*takes, flow.start))
    }
    return replace(flow, start=next(iter(takes)), nodes=given | dict(flow.nodes))

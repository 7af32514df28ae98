"""What can be known to be wrong with a flow before anything runs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from itertools import chain, islice

from counterfoil.flows.calling import expand, stand_alone
from counterfoil.flows.definition import Flow, parse_flow
from counterfoil.flows.errors import Finding, FlowError, nearest, quoted
from counterfoil.flows.handing import unfit_inputs
from counterfoil.flows.linking import own_text
from counterfoil.flows.nodes.call import Call
from counterfoil.flows.nodes.do import Do
from counterfoil.flows.nodes.each import Each
from counterfoil.flows.nodes.node import Around, Node
from counterfoil.flows.routes import ENDS, End
from counterfoil.flows.same_effects import same_effects
from counterfoil.flows.secret_words import find_secrets
from counterfoil.flows.triggers.call import CallTrigger
from counterfoil.flows.triggers.trigger import TRIGGER
from counterfoil.ports.catalogue import Catalogue, OperationSpec

_FINDINGS_MAX = 50
"""Findings that one look tells: whoever mends these finds the others after."""
_AGAIN = (End.RETRY.value, End.WAIT.value)
"""Ends from which a run comes back to the same visit of the node, so that routes are counted anew."""


def read_flow(text: str, catalogue: Catalogue) -> Flow:
    """A flow that may run.

    Raises:
        FlowError: the text is no flow, or the flow is not sound; tells every finding.
    """
    flow = parse_flow(text)
    findings = [*find_secrets(own_text(text, flow), flow.nodes), *validate(flow, catalogue)]
    if findings:
        raise FlowError(*sorted(findings)[:_FINDINGS_MAX])
    return flow


def validate(flow: Flow, catalogue: Catalogue) -> tuple[Finding, ...]:
    """What to mend, by line, at most 50 findings; empty when the flow may run."""
    try:
        flow = stand_alone(flow)
        found = list(
            islice(
                chain(flow.trigger.findings(catalogue), _names(flow, flow.around(catalogue))), _FINDINGS_MAX
            )
        )
        if not found:
            whole = expand(flow)
            found = _whole_findings(whole, whole.around(catalogue), own=flow)
    except FlowError as error:
        return error.findings
    return tuple(sorted(found))


def _whole_findings(whole: Flow, around: Around, *, own: Flow) -> list[Finding]:
    """What is wrong with what stands in place of calls, else with the routes of all together."""
    found = [] if whole.nodes == own.nodes else list(islice(_names(whole, around), _FINDINGS_MAX))
    if found:
        return found
    ready = chain(_unreachable(whole), _inputs_not_ready(whole, around), _endless(whole))
    routes = chain(ready, same_effects(whole, around))
    return list(islice(routes, _FINDINGS_MAX))


def _names(flow: Flow, around: Around) -> Iterator[Finding]:
    if flow.start not in flow.nodes:
        yield Finding(1, f"start: no node {quoted(flow.start)}{nearest(flow.start, flow.nodes)}")
    for node in flow.nodes.values():
        yield from _targets(node, flow)
        spec = around.spec_of(node)
        if spec is None:
            yield node.deed.unknown(node, around)
        else:
            yield from _inputs(node, spec, flow)
            yield from _outcomes(node, spec)
            yield from node.deed.findings(node, around)
            yield from unfit_inputs(node, spec, around)


def _targets(node: Node, flow: Flow) -> Iterator[Finding]:
    known = {*flow.nodes, *ENDS}
    for outcome, route in node.ways.items():
        for target in route.targets:
            if target not in known:
                text = f"{node.name}: {quoted(outcome)} leads to {quoted(target)}, which is no node"
                yield Finding(route.line, text + nearest(target, known))
        if route.otherwise is not None and route.to in _AGAIN:
            text = f"{node.name}: {quoted(outcome)} leads to {quoted(route.to)}, where no bound counts"
            yield Finding(route.line, f"{text}; say 'retry' beside 'then'")


def _inputs(node: Node, spec: OperationSpec, flow: Flow) -> Iterator[Finding]:
    known = {*spec.inputs, *spec.optional_inputs}
    for name, source in node.inputs.items():
        if name not in known:
            text = f"{node.name}: {spec.name} takes no {quoted(name)}{nearest(name, known)}"
            yield Finding(node.line, text)
        if source == TRIGGER and isinstance(flow.trigger, CallTrigger):
            text = f"{node.name}: no event starts a flow that others call; hand {name} over"
            yield Finding(node.line, text)
        elif source == TRIGGER and isinstance(node.deed, Do | Each | Call):
            yield Finding(node.line, f"{node.name}: {name} comes from the trigger, not from a node that ran")
        elif source != TRIGGER and source not in flow.nodes:
            text = f"{node.name}: {name} comes from {quoted(source)}, which is no node"
            yield Finding(node.line, text + nearest(source, flow.nodes))
    for name in spec.inputs:
        if name not in node.inputs:
            yield Finding(node.line, f"{node.name}: {spec.name} needs {name!r} under 'with'")


def _outcomes(node: Node, spec: OperationSpec) -> Iterator[Finding]:
    for outcome, route in node.routes.items():
        if outcome not in spec.outcomes:
            text = f"{node.name}: {spec.name} never ends as {quoted(outcome)}"
            yield Finding(route.line, text + nearest(outcome, spec.outcomes))
    for outcome in spec.outcomes:
        if outcome not in node.routes:
            yield Finding(node.line, f"{node.name}: no route for {outcome!r}")


def _unreachable(flow: Flow) -> Iterator[Finding]:
    reached = _reached(flow)
    for node in flow.nodes.values():
        if node.name not in reached:
            yield Finding(node.line, f"{node.name}: nothing leads here")


def _inputs_not_ready(flow: Flow, around: Around) -> Iterator[Finding]:
    """A needed result must exist on every path: without its source, the node must be out of reach."""

    @cache
    def reached_without(source: str) -> set[str]:
        return _reached(flow, without=source)

    for node in flow.nodes.values():
        spec = around.spec_of(node)
        for name in spec.inputs if spec is not None else ():
            source = node.inputs[name]
            if source == TRIGGER:
                continue
            if source == node.name or node.name in reached_without(source):
                text = f"{node.name}: {name} comes from {source!r}, which does not always run before"
                yield Finding(node.line, text)


def _reached(flow: Flow, without: str = "") -> set[str]:
    """The nodes that a run can come to without the result of one node; an error gives none."""
    seen: set[str] = set()
    waiting = [flow.start]
    while waiting:
        name = waiting.pop()
        if name not in seen and name in flow.nodes:
            seen.add(name)
            node = flow.nodes[name]
            routes = node.ways.values() if name != without else [node.on_error] if node.on_error else []
            waiting += [target for route in routes for target in route.targets]
    return seen - {without}


def _endless(flow: Flow) -> Iterator[Finding]:
    """Every circle needs a bounded route: what remains when dead ends and entries are peeled off has none."""
    onward = {node.name: _unbounded_targets(node, flow.nodes) for node in flow.nodes.values()}
    while loose := _loose_ends(onward):
        for name in loose:
            del onward[name]
    for name in onward:
        text = f"{name}: may go round for ever; bound a route with {{to: ..., at_most: ..., else: ...}}"
        yield Finding(flow.nodes[name].line, text)


def _loose_ends(onward: Mapping[str, set[str]]) -> set[str]:
    led_to = {target for targets in onward.values() for target in targets}
    return {name for name, targets in onward.items() if name not in led_to or not targets & onward.keys()}


def _unbounded_targets(node: Node, nodes: Collection[str]) -> set[str]:
    """Where a run may go from the node any number of times."""
    targets = {(route.to if route.otherwise is None else route.otherwise) for route in node.ways.values()}
    return targets & set(nodes)

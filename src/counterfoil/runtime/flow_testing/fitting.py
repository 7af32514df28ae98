"""Whether a flow test is about the flow that it stands beside: its events, nodes and other systems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from counterfoil.flows.calling import expand
from counterfoil.flows.definition import Flow
from counterfoil.flows.errors import Finding, nearest, quoted
from counterfoil.flows.nodes.do import Do
from counterfoil.flows.nodes.node import Node
from counterfoil.flows.nodes.notify import Notify
from counterfoil.ports.catalogue import Catalogue, Nature
from counterfoil.ports.errors import ConfigurationError
from counterfoil.runtime.flow_testing.case import Case, TriedEvent
from counterfoil.runtime.flow_testing.starts import started_body
from counterfoil.runtime.flow_testing.stated_errors import LOST, StatedError
from counterfoil.runtime.flow_testing.stated_systems import StatedAnswer

_OF_NOTICES = frozenset({"away", "setting"})


def misfits(flow: Flow, case: Case, catalogue: Catalogue) -> list[Finding]:
    """What the flow could never come to; the flow must be sound."""
    nodes = expand(flow).nodes
    return [finding for event in case.events for finding in _of_event(flow, event, nodes, catalogue)]


def _of_event(
    flow: Flow, event: TriedEvent, nodes: Mapping[str, Node], catalogue: Catalogue
) -> Iterator[Finding]:
    yield from _of_start(flow, event)
    for error in event.errors:
        yield from _of_error(error, nodes, catalogue)
    for connection, answers in event.systems.items():
        for answer in answers:
            yield from _of_answer(connection, answer, nodes, catalogue)


def _of_start(flow: Flow, event: TriedEvent) -> Iterator[Finding]:
    kind, line = event.told.kind, event.expected.line
    if not flow.is_started_by(kind):
        yield Finding(line, f"{kind} does not start flow {flow.name}, which starts {flow.trigger.words}")
    try:
        started_body(flow, event.told.body)
    except ConfigurationError as error:
        yield Finding(line, f"given: {error}")


def _of_error(error: StatedError, nodes: Mapping[str, Node], catalogue: Catalogue) -> Iterator[Finding]:
    node = nodes.get(error.node)
    if node is None:
        yield Finding(error.line, f"no node {quoted(error.node)}{nearest(error.node, nodes)}")
    elif isinstance(node.deed, Notify):
        if error.word not in _OF_NOTICES:
            yield Finding(error.line, f"{error.node}: a notice fails as {' or '.join(sorted(_OF_NOTICES))}")
    elif not isinstance(node.deed, Do):
        yield Finding(error.line, f"{error.node}: {node.deed.words} asks nothing that could fail")
    elif error.word == LOST and catalogue[node.deed.operation].nature is not Nature.EFFECT:
        yield Finding(error.line, f"{error.node}: only the answer of what writes can be lost: say 'away'")


def _of_answer(
    connection: str, answer: StatedAnswer, nodes: Mapping[str, Node], catalogue: Catalogue
) -> Iterator[Finding]:
    deeds = [node.deed for node in nodes.values() if isinstance(node.deed, Do) and node.deed.connection]
    of_it = [deed for deed in deeds if deed.connection == connection]
    outcomes = {outcome for deed in of_it for outcome in catalogue[deed.operation].outcomes}
    if not of_it:
        close = nearest(connection, {deed.connection for deed in deeds})
        yield Finding(answer.line, f"no node reaches another system through {quoted(connection)}{close}")
    elif answer.answered.outcome not in outcomes:
        close = nearest(answer.answered.outcome, outcomes)
        yield Finding(
            answer.line,
            f"{quoted(answer.answered.outcome)} is no outcome of {connection}'s operations{close}",
        )

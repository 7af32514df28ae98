"""Nodes that decide by conditions, as operations like all others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from counterfoil.flows.conditions.condition import Condition, ConditionError, Fields
from counterfoil.flows.definition import OTHERWISE, Flow, Node
from counterfoil.flows.errors import Finding
from counterfoil.ports.catalogue import Catalogue, Nature, OperationSpec


def find_spec(node: Node, catalogue: Catalogue) -> OperationSpec | None:
    """What a node needs and how it may end; None where its operation is not known."""
    if not node.conditions:
        return catalogue.get(node.operation)
    return OperationSpec(
        name=node.operation,
        label="Decide by conditions",
        nature=Nature.PURE,
        inputs=tuple(node.inputs),
        outcomes=(*node.conditions, OTHERWISE),
    )


def read_conditions(node: Node, flow: Flow, catalogue: Catalogue) -> Mapping[str, Condition]:
    """The node's conditions by outcome, in order.

    Raises:
        ConditionError: one of them is none.
    """
    fields = _fields(node, flow, catalogue)
    return {outcome: Condition(each.text, fields) for outcome, each in node.conditions.items()}


def wrong_conditions(node: Node, flow: Flow, catalogue: Catalogue) -> Iterator[Finding]:
    """What is to be mended in the node's conditions."""
    fields = _fields(node, flow, catalogue)
    for outcome, each in node.conditions.items():
        try:
            Condition(each.text, fields)
        except ConditionError as error:
            yield Finding(each.line, f"{node.name}: {outcome}: {error}")


def _fields(node: Node, flow: Flow, catalogue: Catalogue) -> Fields:
    sources = {name: flow.nodes.get(source) for name, source in node.inputs.items()}
    specs = {name: find_spec(source, catalogue) for name, source in sources.items() if source is not None}
    return {name: spec.results for name, spec in specs.items() if spec is not None}

"""The operation of each node of a flow."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.flows.definition import Flow
from counterfoil.flows.nodes.decide import Decide
from counterfoil.flows.nodes.do import Do
from counterfoil.flows.nodes.node import Around, Node
from counterfoil.ports.errors import DefectError
from counterfoil.runtime.nodes.decide import make_deciding
from counterfoil.runtime.nodes.means import Means
from counterfoil.runtime.step import Operation

NodeOperations = Mapping[str, Operation]
"""What each node of a flow does, by the node's name."""


def node_operations(flow: Flow, means: Means) -> NodeOperations:
    """For a flow that was checked."""
    around = Around(catalogue=means.catalogue, nodes=flow.nodes)
    return {node.name: _operation(node, around, means) for node in flow.nodes.values()}


def _operation(node: Node, around: Around, means: Means) -> Operation:
    match node.deed:
        case Do(operation=name):
            return means.operations[name]
        case Decide() as deed:
            return make_deciding(node, deed, around)
        case deed:
            raise DefectError(f"nothing carries out {deed.words} of node {node.name}")

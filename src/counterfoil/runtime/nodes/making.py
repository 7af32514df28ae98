"""The operation of each node of a flow."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.flows.definition import Flow
from counterfoil.flows.nodes.decide import Decide
from counterfoil.flows.nodes.do import Do
from counterfoil.flows.nodes.look_up import LookUp
from counterfoil.flows.nodes.map_fields import MapFields
from counterfoil.flows.nodes.node import Around, Node
from counterfoil.ports.errors import DefectError
from counterfoil.runtime.nodes.decide import make_deciding
from counterfoil.runtime.nodes.look_up import make_looking_up
from counterfoil.runtime.nodes.map_fields import make_mapping
from counterfoil.runtime.nodes.means import Means
from counterfoil.runtime.step import Operation

NodeOperations = Mapping[str, Operation]
"""What each node of a flow does, by the node's name."""


def node_operations(flow: Flow, means: Means) -> NodeOperations:
    """For a flow that was checked."""
    around = flow.around(means.catalogue)
    return {node.name: _operation(node, around, means) for node in flow.nodes.values()}


def _operation(node: Node, around: Around, means: Means) -> Operation:
    spec = around.spec_of(node)
    if spec is None:
        raise DefectError(f"node {node.name} ({node.deed.words}) is not known: the flow was not checked")
    match node.deed:
        case Do(operation=name):
            return means.operations[name]
        case Decide() as deed:
            return make_deciding(node, deed, around)
        case MapFields(mapping=name):
            return make_mapping(node, around.uses.mappings[name], spec)
        case LookUp() as deed:
            return make_looking_up(node, deed, around.uses.tables[deed.table], spec)
        case deed:
            raise DefectError(f"nothing carries out {deed.words} of node {node.name}")

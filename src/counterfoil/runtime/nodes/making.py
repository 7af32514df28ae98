"""The operation of each node of a flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from counterfoil.flows.definition import Flow
from counterfoil.flows.nodes.ask import Ask
from counterfoil.flows.nodes.decide import Decide
from counterfoil.flows.nodes.do import Do
from counterfoil.flows.nodes.each import Each
from counterfoil.flows.nodes.look_up import LookUp
from counterfoil.flows.nodes.map_fields import MapFields
from counterfoil.flows.nodes.node import Deed
from counterfoil.flows.nodes.notify import Notify
from counterfoil.flows.nodes.wait import Wait
from counterfoil.ports.errors import DefectError
from counterfoil.runtime.nodes.ask import make_asking
from counterfoil.runtime.nodes.decide import make_deciding
from counterfoil.runtime.nodes.each import make_each
from counterfoil.runtime.nodes.look_up import make_looking_up
from counterfoil.runtime.nodes.map_fields import make_mapping
from counterfoil.runtime.nodes.means import Bench, Place
from counterfoil.runtime.nodes.notify import make_notifying
from counterfoil.runtime.nodes.wait import make_waiting
from counterfoil.runtime.step import Operation, Step, StepResult

NodeOperations = Mapping[str, Operation]
"""What each node of a flow does, by the node's name."""


def node_operations(flow: Flow, bench: Bench) -> NodeOperations:
    """For a flow that was checked."""
    around = flow.around(bench.means.catalogue)
    found = {}
    for node in flow.nodes.values():
        spec = around.spec_of(node)
        if spec is None:
            raise DefectError(f"node {node.name} ({node.deed.words}) is not known: the flow was not checked")
        place = Place(node=node, around=around, spec=spec, bench=bench)
        found[node.name] = MAKERS[type(node.deed)](node.deed, place)
    return found


def _make_doing(deed: Do, place: Place) -> Operation:
    operation = place.bench.means.operations[deed.operation]
    if not operation.spec.connects:
        return operation

    def act(step: Step) -> StepResult:
        return operation.act(replace(step, connection=deed.connection, settings=deed.settings))

    return Operation(spec=operation.spec, act=act)


MAKERS: Mapping[type[Deed], Callable[[Any, Place], Operation]] = {
    Do: _make_doing,
    Decide: make_deciding,
    MapFields: make_mapping,
    LookUp: make_looking_up,
    Wait: make_waiting,
    Ask: make_asking,
    Notify: make_notifying,
    Each: make_each,
}
"""What carries out each kind of node."""

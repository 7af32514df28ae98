"""The operation of each node of a flow: the catalogue's, or a decision by the node's own conditions."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.domain.review import Hold, ReviewKind
from counterfoil.flows.conditions.condition import Condition, UndecidedError
from counterfoil.flows.deciding import find_spec, read_conditions
from counterfoil.flows.definition import OTHERWISE, Flow, Node
from counterfoil.ports.errors import DecisionError, DefectError
from counterfoil.runtime.step import Operation, Step, StepResult

NodeOperations = Mapping[str, Operation]
"""What each node of a flow does, by the node's name."""


class ConditionUndecidedError(DecisionError):
    """A condition of the flow has no answer for what the run found."""

    title = "A condition of the flow has no answer"


def node_operations(flow: Flow, operations: Mapping[str, Operation]) -> NodeOperations:
    """For a flow that was checked."""
    return {node.name: _operation(node, flow, operations) for node in flow.nodes.values()}


def _operation(node: Node, flow: Flow, operations: Mapping[str, Operation]) -> Operation:
    if not node.conditions:
        return operations[node.operation]
    catalogue = {name: operation.spec for name, operation in operations.items()}
    spec = find_spec(node, catalogue)
    if spec is None:
        raise DefectError(f"{node.name} has neither conditions nor a known operation")
    conditions = read_conditions(node, flow, catalogue)
    return Operation(spec=spec, act=lambda step: _decide(node, conditions, step))


def _decide(node: Node, conditions: Mapping[str, Condition], step: Step) -> StepResult:
    """The first condition that holds names the outcome."""
    for outcome, condition in conditions.items():
        try:
            holds = condition.holds(step.inputs)
        except UndecidedError as error:
            raise ConditionUndecidedError(
                f"node {node.name}, {outcome}: {error}: {condition.text}"
            ) from error
        if holds:
            return _taken(node, outcome, condition.text)
    return _taken(node, OTHERWISE, "no condition holds")


def _taken(node: Node, outcome: str, why: str) -> StepResult:
    question = Hold(
        kind=ReviewKind.DECISION,
        title=f"The flow leaves this to a person: {outcome}",
        why=f"node {node.name}: {why}",
    )
    return StepResult(outcome=outcome, summary={"branch": f"{node.name}: {outcome}"}, review=question)
